// How long something took over many runs, against a limit.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/json/value.h"

namespace iatk::kit {

/// Percentiles by the nearest rank: a value that was measured, never one in between.
struct Distribution {
  std::size_t runs = 0;
  double min = 0;
  double p50 = 0;
  double p95 = 0;
  double p99 = 0;
  double max = 0;
};

/// Of at least one measurement, in whatever unit.
Result<Distribution> DistributionOf(std::vector<double> measured);

/// The limits that are not kept: {"p95": 20} says that no more than 20 is allowed at the 95th
/// percentile. Fails for a limit on something else than p50, p95, p99 or max.
Result<std::vector<std::string>> BrokenLimits(const Distribution& distribution,
                                              const std::map<std::string, double>& limits);

/// "100 runs: min 1.2 ms, p50 3.4 ms, p95 …", then a histogram of up to ten lines.
std::string ToText(const Distribution& distribution, const std::vector<double>& measured,
                   std::string_view unit);

}  // namespace iatk::kit

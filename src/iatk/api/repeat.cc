// Distributions: include/iatk/repeat.h.
#include "iatk/repeat.h"

#include <fmt/ranges.h>

#include <map>

#include "iatk/api/parts.h"
#include "iatk/kit/distribution.h"

namespace iatk::v0 {

Result<Distribution> DistributionOf(const std::vector<Seconds>& measured,
                                    const DurationBounds& bounds) {
  std::vector<double> seconds;
  seconds.reserve(measured.size());
  for (const Seconds one : measured) seconds.push_back(one.count());
  const auto of = kit::DistributionOf(seconds);
  if (!of) return ToPublic(of.error());
  const std::string text = kit::ToText(*of, seconds, "s");
  std::map<std::string, double> limits;
  const auto limit = [&](const char* name, const std::optional<Seconds>& bound) {
    if (bound) limits[name] = bound->count();
  };
  limit("p50", bounds.p50);
  limit("p95", bounds.p95);
  limit("p99", bounds.p99);
  limit("max", bounds.max);
  const auto broken = kit::BrokenLimits(*of, limits);
  if (!broken) return ToPublic(broken.error());
  if (!broken->empty()) {
    return Error{.code = std::string(kNotMet),
                 .message = fmt::format("{}\n{}", fmt::join(*broken, "; "), text)};
  }
  return Distribution{of->runs,
                      Seconds(of->min),
                      Seconds(of->p50),
                      Seconds(of->p95),
                      Seconds(of->p99),
                      Seconds(of->max),
                      text};
}

}  // namespace iatk::v0

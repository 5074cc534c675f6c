// How long things took, and what of it to report.
#pragma once

#include <cstddef>
#include <vector>

#include "iatk/base/clock.h"

namespace iatk::load {

class Latencies {
 public:
  void Add(Duration latency) { values_.push_back(latency); }
  std::size_t count() const { return values_.size(); }
  /// The latency that `percent` of all do not exceed; zero if there is none.
  Duration Percentile(double percent);

 private:
  std::vector<Duration> values_;
};

}  // namespace iatk::load

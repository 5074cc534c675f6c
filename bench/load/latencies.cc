#include "bench/load/latencies.h"

#include <algorithm>
#include <cmath>

namespace iatk::load {

Duration Latencies::Percentile(double percent) {
  if (values_.empty()) return Duration::zero();
  const double rank = std::ceil(percent / 100.0 * static_cast<double>(values_.size()));
  const auto index =
      std::min(values_.size() - 1, static_cast<std::size_t>(std::max(rank, 1.0)) - 1);
  const auto position = values_.begin() + static_cast<std::ptrdiff_t>(index);
  std::nth_element(values_.begin(), position, values_.end());
  return *position;
}

}  // namespace iatk::load

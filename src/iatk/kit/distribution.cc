#include "iatk/kit/distribution.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace iatk::kit {

namespace {

constexpr std::size_t kMostRuns = 1'000'000;

double NearestRank(const std::vector<double>& sorted, double percent) {
  const double rank = std::ceil(percent / 100 * static_cast<double>(sorted.size()));
  const auto index = static_cast<std::size_t>(std::max(rank, 1.0)) - 1;
  return sorted[std::min(index, sorted.size() - 1)];
}

}  // namespace

Result<Distribution> DistributionOf(std::vector<double> measured) {
  if (measured.empty() || measured.size() > kMostRuns) {
    return Fail(SenderError("InvalidParams", fmt::format("1 to {} runs are needed", kMostRuns)));
  }
  std::ranges::sort(measured);
  return Distribution{measured.size(),           measured.front(),
                      NearestRank(measured, 50), NearestRank(measured, 95),
                      NearestRank(measured, 99), measured.back()};
}

Result<std::vector<std::string>> BrokenLimits(const Distribution& distribution,
                                              const std::map<std::string, double>& limits) {
  std::vector<std::string> broken;
  for (const auto& [name, limit] : limits) {
    double actual = 0;
    if (name == "p50") {
      actual = distribution.p50;
    } else if (name == "p95") {
      actual = distribution.p95;
    } else if (name == "p99") {
      actual = distribution.p99;
    } else if (name == "max") {
      actual = distribution.max;
    } else {
      return Fail(SenderError(
          "InvalidParams", fmt::format("there is no limit {}: it is p50, p95, p99 or max", name)));
    }
    if (actual > limit)
      broken.push_back(fmt::format("{} is {:.3f}, over {:.3f}", name, actual, limit));
  }
  return broken;
}

std::string ToText(const Distribution& distribution, const std::vector<double>& measured,
                   std::string_view unit) {
  std::string text =
      fmt::format("{} runs: min {:.3f} {}, p50 {:.3f}, p95 {:.3f}, p99 {:.3f}, max {:.3f}\n",
                  distribution.runs, distribution.min, unit, distribution.p50, distribution.p95,
                  distribution.p99, distribution.max);
  constexpr std::size_t kBuckets = 10;
  constexpr std::size_t kWidth = 40;
  const double span = distribution.max - distribution.min;
  if (span <= 0) return text;
  std::array<std::size_t, kBuckets> counts{};
  for (const double value : measured) {
    const double place = (value - distribution.min) / span * kBuckets;
    ++counts[std::min(static_cast<std::size_t>(place), kBuckets - 1)];
  }
  const std::size_t most = *std::ranges::max_element(counts);
  for (std::size_t i = 0; i < kBuckets; ++i) {
    const double upto = distribution.min + span * static_cast<double>(i + 1) / kBuckets;
    text += fmt::format("  ≤ {:>10.3f} {} {:>6}  {}\n", upto, unit, counts[i],
                        std::string(counts[i] * kWidth / most, '#'));
  }
  return text;
}

}  // namespace iatk::kit

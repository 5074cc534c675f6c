// How long something takes over many runs, against limits.
//
//   const auto distribution = iatk::Repeat(100, [&] {
//     const auto act = listener.StartAct().value();
//     kit.Publish({order}).value();
//     return listener.Expect(pattern, {.since = act});
//   }, {.p95 = 2s});
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "iatk/export.h"
#include "iatk/listener.h"
#include "iatk/result.h"
#include "iatk/time.h"

namespace iatk::v0 {

/// What may not be passed.
struct DurationBounds {
  std::optional<Seconds> p50 = std::nullopt;
  std::optional<Seconds> p95 = std::nullopt;
  std::optional<Seconds> p99 = std::nullopt;
  std::optional<Seconds> max = std::nullopt;
};

/// Percentiles are values that were measured (nearest rank).
struct Distribution {
  std::size_t runs = 0;
  Seconds min{0};
  Seconds p50{0};
  Seconds p95{0};
  Seconds p99{0};
  Seconds max{0};
  std::string text;  ///< for people: these, and a histogram
};

/// Fails with Error::not_met() and the distribution if a bound is passed; and if nothing was
/// measured.
IATK_EXPORT Result<Distribution> DistributionOf(const std::vector<Seconds>& measured,
                                                const DurationBounds& bounds = {});

/// Runs an act-and-expect so many times; ends at the first run that fails, with its error. `run`
/// returns how long it took, as Seconds, Result<Seconds>, or Result<Event> with its latency.
template <class Run>
Result<Distribution> Repeat(std::size_t runs, Run run, const DurationBounds& bounds = {}) {
  std::vector<Seconds> measured;
  measured.reserve(runs);
  for (std::size_t i = 0; i < runs; ++i) {
    auto result = run();
    if constexpr (std::is_convertible_v<decltype(result), Seconds>) {
      measured.push_back(result);
    } else {
      if (!result) return result.error();
      if constexpr (std::is_same_v<decltype(result), Result<Event>>) {
        if (!result->latency) {
          return Error{.code = "NoLatency",
                       .message = "the event has no latency: expect it since an act"};
        }
        measured.push_back(*result->latency);
      } else {
        measured.push_back(*result);
      }
    }
  }
  return DistributionOf(measured, bounds);
}

}  // namespace iatk::v0

// AWS Step Functions Developer Guide, "Step Functions service quotas".
#pragma once

#include <cstddef>
#include <cstdint>

#include "iatk/base/clock.h"

namespace iatk::cloud::sfn_limits {

inline constexpr std::size_t kMaxPayloadBytes = 262'144;  // input or output of a state or task
inline constexpr std::int64_t kMaxHistoryEvents = 25'000;
inline constexpr std::size_t kMaxTags = 50;
inline constexpr std::int64_t kMaxSeconds = 99'999'999;
inline constexpr std::size_t kMapConcurrency = 40;  // of an inline Map that sets none
inline constexpr auto kExpressDuration = std::chrono::minutes(5);

// Not AWS's: what one process keeps.
inline constexpr std::size_t kMaxExecutions = 10'000;                 // of an account in a region
inline constexpr std::size_t kMaxRunning = 5'000;                     // of those; each is a fiber
inline constexpr std::size_t kMaxHistoryBytes = 32U * 1024U * 1024U;  // past it: "truncated"
inline constexpr std::size_t kMaxItems = 10'000;                      // of a Map

}  // namespace iatk::cloud::sfn_limits

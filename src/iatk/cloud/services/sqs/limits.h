// Amazon SQS Developer Guide, "Amazon SQS quotas".
#pragma once

#include <cstddef>

#include "iatk/base/clock.h"

namespace iatk::cloud::sqs_limits {

inline constexpr std::size_t kMaxMessageBytes = 1024U * 1024U;  // a message, and a whole batch
inline constexpr std::size_t kMaxBatchEntries = 10;
inline constexpr std::size_t kMaxMessageAttributes = 10;
inline constexpr std::size_t kMaxInFlightStandard = 120'000;
inline constexpr std::size_t kMaxInFlightFifo = 20'000;
inline constexpr std::size_t kMaxTags = 50;
inline constexpr int kMaxWaitSeconds = 20;
inline constexpr int kMaxVisibilitySeconds = 43'200;
inline constexpr int kMaxDelaySeconds = 900;
inline constexpr auto kDeduplicationInterval = std::chrono::minutes(5);
inline constexpr auto kPurgeInterval = std::chrono::seconds(60);

}  // namespace iatk::cloud::sqs_limits

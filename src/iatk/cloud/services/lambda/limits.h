// AWS Lambda Developer Guide, "Lambda quotas".
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "iatk/base/clock.h"

namespace iatk::cloud::lambda_limits {

inline constexpr std::size_t kMaxPayloadBytes = 6'291'456;  ///< of a synchronous invocation
inline constexpr std::size_t kMaxEventBytes = 1'048'576;    ///< of an asynchronous one
inline constexpr std::size_t kMaxUploadBytes = 52'428'800;  ///< of a zip in the request
inline constexpr std::size_t kMaxUnzippedBytes = 262'144'000;
inline constexpr std::size_t kMaxZipEntries = 65'535;
inline constexpr std::size_t kMaxEnvironmentBytes = 4096;
inline constexpr std::size_t kMaxPolicyBytes = 20'480;
inline constexpr std::size_t kMaxTags = 50;
inline constexpr std::int32_t kMaxTimeoutSeconds = 900;
inline constexpr std::int32_t kMaxMemoryMb = 10'240;
inline constexpr std::int32_t kConcurrentExecutions = 1000;

/// Asynchronous events. "How Lambda handles errors and retries with asynchronous invocation".
inline constexpr int kEventRetries = 2;
inline constexpr Duration kFirstRetryWait = std::chrono::minutes(1);
inline constexpr Duration kSecondRetryWait = std::chrono::minutes(2);
inline constexpr Duration kMaxEventAge = std::chrono::hours(6);
inline constexpr Duration kMaxThrottleWait = std::chrono::minutes(5);
// differs from AWS: events that wait are bounded; past it comes TooManyRequestsException.
inline constexpr std::size_t kMaxPendingEvents = 10'000;

}  // namespace iatk::cloud::lambda_limits

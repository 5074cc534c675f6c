// Amazon EventBridge User Guide, "Amazon EventBridge quotas".
#pragma once

#include <cstddef>

namespace iatk::cloud::events_limits {

inline constexpr std::size_t kMaxEntries = 10;
inline constexpr std::size_t kMaxRequestBytes = 1024U * 1024U;  // all entries of a call together
inline constexpr std::size_t kMaxBuses = 100;
inline constexpr std::size_t kMaxRulesPerBus = 300;
inline constexpr std::size_t kMaxTargetsPerRule = 5;
inline constexpr std::size_t kMaxTags = 50;
inline constexpr std::size_t kMaxPolicyBytes = 10'240;

}  // namespace iatk::cloud::events_limits

// IAM's quotas. IAM User Guide, "IAM and AWS STS quotas".
#pragma once

#include <cstddef>
#include <cstdint>

namespace iatk::cloud::iam_limits {

inline constexpr std::size_t kMaxRoles = 5000;
inline constexpr std::size_t kMaxPolicies = 5000;
inline constexpr std::size_t kMaxTags = 50;
inline constexpr std::size_t kMaxAttachedPolicies = 20;
inline constexpr std::size_t kMaxPolicyVersions = 5;
/// Of documents, in characters other than white space.
inline constexpr std::size_t kMaxTrustPolicySize = 8192;
inline constexpr std::size_t kMaxManagedPolicySize = 6144;
inline constexpr std::size_t kMaxInlinePoliciesSize = 10'240;  ///< of all of a role together
inline constexpr std::int32_t kDefaultSessionSeconds = 3600;
inline constexpr std::size_t kDefaultMaxItems = 100;

}  // namespace iatk::cloud::iam_limits

// What IAM checks of a policy's JSON before it keeps it. IAM User Guide, "Grammar of the IAM JSON
// policy language".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "iatk/base/result.h"

namespace iatk::cloud {

enum class PolicyKind {
  kIdentity,  ///< names resources and no principal
  kTrust,     ///< names principals and no resource
};

/// Fails with `MalformedPolicyDocument`. Actions, conditions and resources are not looked into.
Result<void> CheckPolicyDocument(std::string_view text, PolicyKind kind);

/// The characters that count for quotas: all but white space.
std::size_t PolicySize(std::string_view text);

}  // namespace iatk::cloud

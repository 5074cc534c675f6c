// Resource policies: whether a service, on behalf of its source, or another account may do
// something to a resource. IAM User Guide, "IAM JSON policy elements reference".
#pragma once

#include <string>
#include <string_view>

#include "iatk/json/value.h"

namespace iatk::cloud {

struct PolicyRequest {
  std::string principal_service;  ///< "events.amazonaws.com"; empty for an account
  std::string principal_account;  ///< of the source, or the account itself
  std::string action;             ///< "sqs:SendMessage"
  std::string resource;           ///< the ARN
  std::string source_arn;         ///< aws:SourceArn
};

enum class Decision { kAllowed, kDenied };

/// A statement that denies wins; without one that allows, it is denied. Conditions on
/// aws:SourceArn, aws:SourceAccount, aws:PrincipalAccount and aws:PrincipalServiceName are
/// evaluated with the string and ARN operators; one that is on anything else, or with another
/// operator, does not hold.
Decision EvaluateResourcePolicy(const json::Value& policy, const PolicyRequest& request);

/// Whether `text` fits `pattern` with * (any run) and ? (any one character).
bool MatchesWildcard(std::string_view pattern, std::string_view text);

}  // namespace iatk::cloud

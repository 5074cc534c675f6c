// Roles and policies as IAM keeps them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/clock.h"
#include "iatk/cloud/dispatch/tagged_resources.h"
#include "iatk/model/iam/types.h"

namespace iatk::cloud {

struct IamRole {
  std::string name;
  std::string path;
  std::string id;  ///< "AROA…"
  std::string arn;
  Time created;
  std::string trust_policy;
  std::string description;
  std::int32_t max_session_seconds = 0;
  std::string permissions_boundary;  ///< the ARN of a policy; empty: none
  Tags tags;
  std::map<std::string, std::string> inline_policies;  ///< documents by name
  std::map<std::string, std::string> attached;         ///< names of managed policies by ARN
};

struct IamPolicy {
  struct Version {
    std::string id;  ///< "v1"
    std::string document;
    Time created;
  };
  std::string name;
  std::string path;
  std::string id;  ///< "ANPA…"
  std::string arn;
  std::string description;
  Time created;
  Tags tags;
  std::vector<Version> versions;  ///< oldest first; the last is the default
  std::int32_t last_version = 1;

  /// Makes `document` the default version; the oldest version makes room.
  void AddVersion(std::string document, Time now);
};

/// One account's.
struct IamAccount {
  std::map<std::string, IamRole, std::less<>> roles;       ///< by name in lower case
  std::map<std::string, IamPolicy, std::less<>> policies;  ///< by ARN

  std::int32_t AttachmentsOf(std::string_view policy_arn) const;
  std::int32_t BoundariesOf(std::string_view policy_arn) const;
};

/// Names differ in more than case: the key of a role.
std::string IamKey(std::string_view name);

/// A unique id in AWS's form: `prefix` and 17 characters that follow from `arn`.
std::string IamId(std::string_view prefix, std::string_view arn);

std::vector<model::iam::Tag> ToModel(const Tags& tags);
/// Documents in answers are percent-encoded, as IAM's are (RFC 3986).
std::string EncodeDocument(std::string_view document);

/// Whole, as GetRole answers; lists leave tags and boundary out.
model::iam::Role ToModel(const IamRole& role, bool whole);
model::iam::Policy ToModel(const IamPolicy& policy, const IamAccount& account, bool whole);

}  // namespace iatk::cloud

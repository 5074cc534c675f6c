#include "iatk/cloud/services/iam/entities.h"

#include <utility>

#include "iatk/base/digest.h"
#include "iatk/cloud/services/iam/limits.h"
#include "iatk/protocol/uri.h"

namespace iatk::cloud {

namespace m = model::iam;

void IamPolicy::AddVersion(std::string document, Time now) {
  if (versions.size() == iam_limits::kMaxPolicyVersions) versions.erase(versions.begin());
  ++last_version;
  versions.push_back({"v" + std::to_string(last_version), std::move(document), now});
}

std::int32_t IamAccount::AttachmentsOf(std::string_view policy_arn) const {
  std::int32_t count = 0;
  for (const auto& [key, role] : roles) {
    count += role.attached.contains(std::string(policy_arn)) ? 1 : 0;
  }
  return count;
}

std::int32_t IamAccount::BoundariesOf(std::string_view policy_arn) const {
  std::int32_t count = 0;
  for (const auto& [key, role] : roles) count += role.permissions_boundary == policy_arn ? 1 : 0;
  return count;
}

std::string IamKey(std::string_view name) {
  std::string key(name);
  for (char& c : key) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return key;
}

// differs from AWS: ids follow from the ARN, so that they are the same in every run, and a role's
// is the one that STS gives for its sessions.
std::string IamId(std::string_view prefix, std::string_view arn) {
  std::string id = HexEncode(Sha256(arn)).substr(0, 17);
  for (char& c : id) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return std::string(prefix) + id;
}

std::vector<m::Tag> ToModel(const Tags& tags) {
  std::vector<m::Tag> list;
  list.reserve(tags.size());
  for (const auto& [key, value] : tags) {
    m::Tag& tag = list.emplace_back();
    tag.key = key;
    tag.value = value;
  }
  return list;
}

std::string EncodeDocument(std::string_view document) { return protocol::PercentEncode(document); }

m::Role ToModel(const IamRole& role, bool whole) {
  m::Role out;
  out.path = role.path;
  out.role_name = role.name;
  out.role_id = role.id;
  out.arn = role.arn;
  out.create_date = role.created;
  out.assume_role_policy_document = EncodeDocument(role.trust_policy);
  if (!role.description.empty()) out.description = role.description;
  out.max_session_duration = role.max_session_seconds;
  if (!whole) return out;
  if (!role.permissions_boundary.empty()) {
    m::AttachedPermissionsBoundary& boundary = out.permissions_boundary.emplace();
    boundary.permissions_boundary_type = "Policy";
    boundary.permissions_boundary_arn = role.permissions_boundary;
  }
  if (!role.tags.empty()) out.tags = ToModel(role.tags);
  return out;
}

m::Policy ToModel(const IamPolicy& policy, const IamAccount& account, bool whole) {
  m::Policy out;
  out.policy_name = policy.name;
  out.policy_id = policy.id;
  out.arn = policy.arn;
  out.path = policy.path;
  out.default_version_id = policy.versions.back().id;
  out.attachment_count = account.AttachmentsOf(policy.arn);
  out.permissions_boundary_usage_count = account.BoundariesOf(policy.arn);
  out.is_attachable = true;
  out.create_date = policy.created;
  out.update_date = policy.versions.back().created;
  if (!whole) return out;
  if (!policy.description.empty()) out.description = policy.description;
  out.tags = ToModel(policy.tags);
  return out;
}

}  // namespace iatk::cloud

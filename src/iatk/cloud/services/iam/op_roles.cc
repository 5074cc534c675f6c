// Roles themselves.
#include "iatk/cloud/services/iam/errors.h"
#include "iatk/cloud/services/iam/limits.h"
#include "iatk/cloud/services/iam/paging.h"
#include "iatk/cloud/services/iam/policy_document.h"
#include "iatk/cloud/services/iam/service.h"

namespace iatk::cloud {

namespace m = model::iam;

namespace {

Result<void> CheckTrustPolicy(const std::string& document) {
  IATK_CHECK(CheckPolicyDocument(document, PolicyKind::kTrust));
  if (PolicySize(document) > iam_limits::kMaxTrustPolicySize) {
    return Fail(iam_errors::QuotaExceeded("ACLSizePerRole", iam_limits::kMaxTrustPolicySize));
  }
  return {};
}

Result<void> AddTags(const std::vector<m::Tag>& added, Tags* tags) {
  Tags result = *tags;
  for (const m::Tag& tag : added) {
    if (tag.key->starts_with("aws:")) {
      return Fail(iam_errors::InvalidInput(
          "Tag keys starting with aws: are reserved for internal use and cannot be modified."));
    }
    result.insert_or_assign(*tag.key, *tag.value);
  }
  if (result.size() > iam_limits::kMaxTags) {
    return Fail(iam_errors::QuotaExceeded("TagsPerRole", iam_limits::kMaxTags));
  }
  *tags = std::move(result);
  return {};
}

}  // namespace

Result<m::CreateRoleResponse> Iam::CreateRole(RequestContext& context,
                                              const m::CreateRoleRequest& input) {
  IATK_CHECK(CheckTrustPolicy(*input.assume_role_policy_document));
  IamAccount& account = Account(context);
  if (account.roles.contains(IamKey(*input.role_name))) {
    return Fail(iam_errors::RoleExists(*input.role_name));
  }
  if (account.roles.size() >= iam_limits::kMaxRoles) {
    return Fail(iam_errors::QuotaExceeded("RolesPerAccount", iam_limits::kMaxRoles));
  }
  IamRole role;
  role.name = *input.role_name;
  role.path = input.path.value_or("/");
  role.arn = Arn{std::string(PartitionOfRegion(context.region)), "iam", "", context.account,
                 "role" + role.path + role.name}
                 .ToString();
  role.id = IamId("AROA", role.arn);
  role.created = context.Now();
  role.trust_policy = *input.assume_role_policy_document;
  role.description = input.description.value_or("");
  role.max_session_seconds =
      input.max_session_duration.value_or(iam_limits::kDefaultSessionSeconds);
  role.permissions_boundary = input.permissions_boundary.value_or("");
  if (input.tags) IATK_CHECK(AddTags(*input.tags, &role.tags));
  m::CreateRoleResponse output;
  output.role = ToModel(role, true);
  account.roles.emplace(IamKey(role.name), std::move(role));
  return output;
}

Result<model::Empty> Iam::DeleteRole(RequestContext& context, const m::DeleteRoleRequest& input) {
  IATK_TRY(const IamRole* const role, FindRole(context, *input.role_name));
  if (!role->attached.empty()) return Fail(iam_errors::MustDetachPolicies());
  if (!role->inline_policies.empty()) return Fail(iam_errors::MustDeletePolicies());
  Account(context).roles.erase(IamKey(*input.role_name));
  return model::Empty{};
}

Result<m::GetRoleResponse> Iam::GetRole(RequestContext& context, const m::GetRoleRequest& input) {
  IATK_TRY(const IamRole* const role, FindRole(context, *input.role_name));
  m::GetRoleResponse output;
  output.role = ToModel(*role, true);
  output.role->role_last_used.emplace();
  return output;
}

Result<m::ListRolesResponse> Iam::ListRoles(RequestContext& context,
                                            const m::ListRolesRequest& input) {
  m::ListRolesResponse output;
  auto& roles = output.roles.emplace();
  const std::string prefix = input.path_prefix.value_or("/");
  IATK_CHECK(
      Page(Account(context).roles, input, &output, [&](const std::string&, const IamRole& role) {
        if (!role.path.starts_with(prefix)) return false;
        roles.push_back(ToModel(role, false));
        return true;
      }));
  return output;
}

Result<m::UpdateRoleResponse> Iam::UpdateRole(RequestContext& context,
                                              const m::UpdateRoleRequest& input) {
  IATK_TRY(IamRole* const role, FindRole(context, *input.role_name));
  if (input.description) role->description = *input.description;
  // Unlike the description, a duration that isn't given goes back to its default.
  role->max_session_seconds =
      input.max_session_duration.value_or(iam_limits::kDefaultSessionSeconds);
  return m::UpdateRoleResponse{};
}

Result<m::UpdateRoleDescriptionResponse> Iam::UpdateRoleDescription(
    RequestContext& context, const m::UpdateRoleDescriptionRequest& input) {
  IATK_TRY(IamRole* const role, FindRole(context, *input.role_name));
  role->description = *input.description;
  m::UpdateRoleDescriptionResponse output;
  output.role = ToModel(*role, true);
  return output;
}

Result<model::Empty> Iam::UpdateAssumeRolePolicy(RequestContext& context,
                                                 const m::UpdateAssumeRolePolicyRequest& input) {
  IATK_TRY(IamRole* const role, FindRole(context, *input.role_name));
  IATK_CHECK(CheckTrustPolicy(*input.policy_document));
  role->trust_policy = *input.policy_document;
  return model::Empty{};
}

Result<model::Empty> Iam::TagRole(RequestContext& context, const m::TagRoleRequest& input) {
  IATK_TRY(IamRole* const role, FindRole(context, *input.role_name));
  IATK_CHECK(AddTags(*input.tags, &role->tags));
  return model::Empty{};
}

Result<model::Empty> Iam::UntagRole(RequestContext& context, const m::UntagRoleRequest& input) {
  IATK_TRY(IamRole* const role, FindRole(context, *input.role_name));
  for (const std::string& key : *input.tag_keys) role->tags.erase(key);
  return model::Empty{};
}

Result<m::ListRoleTagsResponse> Iam::ListRoleTags(RequestContext& context,
                                                  const m::ListRoleTagsRequest& input) {
  IATK_TRY(const IamRole* const role, FindRole(context, *input.role_name));
  m::ListRoleTagsResponse output;
  auto& tags = output.tags.emplace();
  IATK_CHECK(
      Page(role->tags, input, &output, [&](const std::string& key, const std::string& value) {
        m::Tag& tag = tags.emplace_back();
        tag.key = key;
        tag.value = value;
        return true;
      }));
  return output;
}

// There are no instances here, and so no profiles.
Result<m::ListInstanceProfilesForRoleResponse> Iam::ListInstanceProfilesForRole(
    RequestContext& context, const m::ListInstanceProfilesForRoleRequest& input) {
  IATK_CHECK(FindRole(context, *input.role_name));
  m::ListInstanceProfilesForRoleResponse output;
  output.instance_profiles.emplace();
  output.is_truncated = false;
  return output;
}

// The caller is always the account's root user, who has no name.
Result<m::GetUserResponse> Iam::GetUser(RequestContext& context, const m::GetUserRequest& input) {
  if (input.user_name) return Fail(iam_errors::UserNotFound(*input.user_name));
  m::GetUserResponse output;
  m::User& user = output.user.emplace();
  user.path = "/";
  user.user_id = context.account;
  user.arn = Arn{std::string(PartitionOfRegion(context.region)), "iam", "", context.account, "root"}
                 .ToString();
  user.create_date = Time(std::chrono::seconds(1'577'836'800));  // 2020-01-01
  return output;
}

}  // namespace iatk::cloud

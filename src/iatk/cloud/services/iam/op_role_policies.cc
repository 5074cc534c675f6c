// The policies of roles: inline ones, and managed ones attached.
#include "iatk/cloud/services/iam/errors.h"
#include "iatk/cloud/services/iam/limits.h"
#include "iatk/cloud/services/iam/paging.h"
#include "iatk/cloud/services/iam/policy_document.h"
#include "iatk/cloud/services/iam/service.h"

namespace iatk::cloud {

namespace m = model::iam;

Result<model::Empty> Iam::PutRolePolicy(RequestContext& context,
                                        const m::PutRolePolicyRequest& input) {
  IATK_TRY(IamRole* const role, FindRole(context, *input.role_name));
  IATK_CHECK(CheckPolicyDocument(*input.policy_document, PolicyKind::kIdentity));
  std::size_t size = PolicySize(*input.policy_document);
  for (const auto& [name, document] : role->inline_policies) {
    if (name != *input.policy_name) size += PolicySize(document);
  }
  if (size > iam_limits::kMaxInlinePoliciesSize) {
    return Fail(iam_errors::InlinePoliciesTooLarge(role->name, iam_limits::kMaxInlinePoliciesSize));
  }
  role->inline_policies.insert_or_assign(*input.policy_name, *input.policy_document);
  return model::Empty{};
}

Result<model::Empty> Iam::DeleteRolePolicy(RequestContext& context,
                                           const m::DeleteRolePolicyRequest& input) {
  IATK_TRY(IamRole* const role, FindRole(context, *input.role_name));
  if (role->inline_policies.erase(*input.policy_name) == 0) {
    return Fail(iam_errors::RolePolicyNotFound(*input.policy_name));
  }
  return model::Empty{};
}

Result<m::GetRolePolicyResponse> Iam::GetRolePolicy(RequestContext& context,
                                                    const m::GetRolePolicyRequest& input) {
  IATK_TRY(const IamRole* const role, FindRole(context, *input.role_name));
  const auto policy = role->inline_policies.find(*input.policy_name);
  if (policy == role->inline_policies.end()) {
    return Fail(iam_errors::RolePolicyNotFound(*input.policy_name));
  }
  m::GetRolePolicyResponse output;
  output.role_name = role->name;
  output.policy_name = policy->first;
  output.policy_document = EncodeDocument(policy->second);
  return output;
}

Result<m::ListRolePoliciesResponse> Iam::ListRolePolicies(RequestContext& context,
                                                          const m::ListRolePoliciesRequest& input) {
  IATK_TRY(const IamRole* const role, FindRole(context, *input.role_name));
  m::ListRolePoliciesResponse output;
  auto& names = output.policy_names.emplace();
  IATK_CHECK(
      Page(role->inline_policies, input, &output, [&](const std::string& name, const std::string&) {
        names.push_back(name);
        return true;
      }));
  return output;
}

Result<model::Empty> Iam::AttachRolePolicy(RequestContext& context,
                                           const m::AttachRolePolicyRequest& input) {
  IATK_TRY(IamRole* const role, FindRole(context, *input.role_name));
  const std::optional<Arn> arn = ParseArn(*input.policy_arn);
  if (!arn || arn->service != "iam") return Fail(iam_errors::InvalidArn(*input.policy_arn));
  // differs from AWS: any name of a policy that AWS manages is taken to exist.
  const bool exists = arn->account == "aws" ? arn->resource.starts_with("policy/")
                                            : Account(context).policies.contains(*input.policy_arn);
  if (!exists) return Fail(iam_errors::PolicyNotAttachable(*input.policy_arn));
  if (!role->attached.contains(*input.policy_arn) &&
      role->attached.size() >= iam_limits::kMaxAttachedPolicies) {
    return Fail(iam_errors::QuotaExceeded("PoliciesPerRole", iam_limits::kMaxAttachedPolicies));
  }
  role->attached.emplace(*input.policy_arn, arn->resource.substr(arn->resource.rfind('/') + 1));
  return model::Empty{};
}

Result<model::Empty> Iam::DetachRolePolicy(RequestContext& context,
                                           const m::DetachRolePolicyRequest& input) {
  IATK_TRY(IamRole* const role, FindRole(context, *input.role_name));
  if (role->attached.erase(*input.policy_arn) == 0) {
    return Fail(iam_errors::PolicyNotFound(*input.policy_arn));
  }
  return model::Empty{};
}

Result<m::ListAttachedRolePoliciesResponse> Iam::ListAttachedRolePolicies(
    RequestContext& context, const m::ListAttachedRolePoliciesRequest& input) {
  IATK_TRY(const IamRole* const role, FindRole(context, *input.role_name));
  m::ListAttachedRolePoliciesResponse output;
  auto& policies = output.attached_policies.emplace();
  // "policy/service-role/Name": the path is what stands between the first slash and the last.
  const std::string prefix = input.path_prefix.value_or("/");
  IATK_CHECK(
      Page(role->attached, input, &output, [&](const std::string& arn, const std::string& name) {
        const std::size_t path = arn.find('/');
        if (!std::string_view(arn).substr(path).starts_with(prefix)) return false;
        m::AttachedPolicy& policy = policies.emplace_back();
        policy.policy_name = name;
        policy.policy_arn = arn;
        return true;
      }));
  return output;
}

}  // namespace iatk::cloud

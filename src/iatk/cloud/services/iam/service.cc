#include "iatk/cloud/services/iam/service.h"

#include "iatk/cloud/services/iam/errors.h"

namespace iatk::cloud {

namespace m = model::iam;

Iam::Iam(Registry& registry) {
  OperationTable& table = registry.operations;
  table.On<m::op::CreateRole>(this, &Iam::CreateRole);
  table.On<m::op::DeleteRole>(this, &Iam::DeleteRole);
  table.On<m::op::GetRole>(this, &Iam::GetRole);
  table.On<m::op::ListRoles>(this, &Iam::ListRoles);
  table.On<m::op::UpdateRole>(this, &Iam::UpdateRole);
  table.On<m::op::UpdateRoleDescription>(this, &Iam::UpdateRoleDescription);
  table.On<m::op::UpdateAssumeRolePolicy>(this, &Iam::UpdateAssumeRolePolicy);
  table.On<m::op::TagRole>(this, &Iam::TagRole);
  table.On<m::op::UntagRole>(this, &Iam::UntagRole);
  table.On<m::op::ListRoleTags>(this, &Iam::ListRoleTags);
  table.On<m::op::ListInstanceProfilesForRole>(this, &Iam::ListInstanceProfilesForRole);
  table.On<m::op::GetUser>(this, &Iam::GetUser);
  table.On<m::op::PutRolePolicy>(this, &Iam::PutRolePolicy);
  table.On<m::op::DeleteRolePolicy>(this, &Iam::DeleteRolePolicy);
  table.On<m::op::GetRolePolicy>(this, &Iam::GetRolePolicy);
  table.On<m::op::ListRolePolicies>(this, &Iam::ListRolePolicies);
  table.On<m::op::AttachRolePolicy>(this, &Iam::AttachRolePolicy);
  table.On<m::op::DetachRolePolicy>(this, &Iam::DetachRolePolicy);
  table.On<m::op::ListAttachedRolePolicies>(this, &Iam::ListAttachedRolePolicies);
  table.On<m::op::CreatePolicy>(this, &Iam::CreatePolicy);
  table.On<m::op::DeletePolicy>(this, &Iam::DeletePolicy);
  table.On<m::op::GetPolicy>(this, &Iam::GetPolicy);
  table.On<m::op::GetPolicyVersion>(this, &Iam::GetPolicyVersion);
  table.On<m::op::ListPolicies>(this, &Iam::ListPolicies);
  table.On<m::op::ListPolicyVersions>(this, &Iam::ListPolicyVersions);
  RegisterTagSource(registry);
  RegisterRoleType(registry);
  RegisterPolicyTypes(registry);
}

Result<IamRole*> Iam::FindRole(RequestContext& context, std::string_view name) {
  auto& roles = Account(context).roles;
  const auto it = roles.find(IamKey(name));
  if (it == roles.end()) return Fail(iam_errors::RoleNotFound(name));
  return &it->second;
}

Result<IamPolicy*> Iam::FindPolicy(RequestContext& context, std::string_view arn,
                                   std::string_view operation) {
  const std::optional<Arn> parsed = ParseArn(arn);
  if (!parsed || parsed->service != "iam" || !parsed->resource.starts_with("policy/")) {
    return Fail(iam_errors::InvalidArn(arn));
  }
  if (parsed->account == "aws") return Fail(iam_errors::AwsManagedPolicyUnknown(operation));
  auto& policies = Account(context).policies;
  const auto it = policies.find(arn);
  if (it == policies.end()) return Fail(iam_errors::PolicyNotFound(arn));
  return &it->second;
}

void Iam::RegisterTagSource(Registry& registry) {
  // The tags of a role or a policy, by its ARN.
  const auto find = [this](RequestContext& context, const std::string& arn) -> Result<Tags*> {
    IamAccount& account = Account(context);
    for (auto& [key, role] : account.roles) {
      if (role.arn == arn) return &role.tags;
    }
    const auto policy = account.policies.find(arn);
    if (policy == account.policies.end()) return Fail(iam_errors::PolicyNotFound(arn));
    return &policy->second.tags;
  };
  TagSource source;
  source.list = [this](RequestContext& context) {
    std::vector<TaggedResource> list;
    const IamAccount& account = Account(context);
    for (const auto& [key, role] : account.roles) {
      if (!role.tags.empty()) list.push_back({role.arn, role.tags});
    }
    for (const auto& [arn, policy] : account.policies) {
      if (!policy.tags.empty()) list.push_back({arn, policy.tags});
    }
    return list;
  };
  source.tag = [find](RequestContext& context, const std::string& arn,
                      const Tags& tags) -> Result<void> {
    IATK_TRY(Tags* const kept, find(context, arn));
    for (const auto& [key, value] : tags) kept->insert_or_assign(key, value);
    return {};
  };
  source.untag = [find](RequestContext& context, const std::string& arn,
                        const std::vector<std::string>& keys) -> Result<void> {
    IATK_TRY(Tags* const kept, find(context, arn));
    for (const std::string& key : keys) kept->erase(key);
    return {};
  };
  registry.tagged_resources.Register("iam", std::move(source));
}

std::unique_ptr<Service> MakeIam(Registry& registry) { return std::make_unique<Iam>(registry); }

}  // namespace iatk::cloud

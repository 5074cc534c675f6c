// AWS Identity and Access Management: roles and the policies of roles.
// differs from AWS: they are kept and read back; nothing is allowed or denied by them.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "iatk/cloud/dispatch/service.h"
#include "iatk/cloud/services/iam/entities.h"
#include "iatk/cloud/store/store.h"
#include "iatk/model/iam/operations.h"

namespace iatk::cloud {

/// A global service: one state for each account, whatever the region.
class Iam final : public Service {
 public:
  explicit Iam(Registry& registry);

  // Roles: op_roles.cc.
  Result<model::iam::CreateRoleResponse> CreateRole(RequestContext& context,
                                                    const model::iam::CreateRoleRequest& input);
  Result<model::Empty> DeleteRole(RequestContext& context,
                                  const model::iam::DeleteRoleRequest& input);
  Result<model::iam::GetRoleResponse> GetRole(RequestContext& context,
                                              const model::iam::GetRoleRequest& input);
  Result<model::iam::ListRolesResponse> ListRoles(RequestContext& context,
                                                  const model::iam::ListRolesRequest& input);
  Result<model::iam::UpdateRoleResponse> UpdateRole(RequestContext& context,
                                                    const model::iam::UpdateRoleRequest& input);
  Result<model::iam::UpdateRoleDescriptionResponse> UpdateRoleDescription(
      RequestContext& context, const model::iam::UpdateRoleDescriptionRequest& input);
  Result<model::Empty> UpdateAssumeRolePolicy(
      RequestContext& context, const model::iam::UpdateAssumeRolePolicyRequest& input);
  Result<model::Empty> TagRole(RequestContext& context, const model::iam::TagRoleRequest& input);
  Result<model::Empty> UntagRole(RequestContext& context,
                                 const model::iam::UntagRoleRequest& input);
  Result<model::iam::ListRoleTagsResponse> ListRoleTags(
      RequestContext& context, const model::iam::ListRoleTagsRequest& input);
  Result<model::iam::ListInstanceProfilesForRoleResponse> ListInstanceProfilesForRole(
      RequestContext& context, const model::iam::ListInstanceProfilesForRoleRequest& input);
  Result<model::iam::GetUserResponse> GetUser(RequestContext& context,
                                              const model::iam::GetUserRequest& input);

  // What roles may do: op_role_policies.cc.
  Result<model::Empty> PutRolePolicy(RequestContext& context,
                                     const model::iam::PutRolePolicyRequest& input);
  Result<model::Empty> DeleteRolePolicy(RequestContext& context,
                                        const model::iam::DeleteRolePolicyRequest& input);
  Result<model::iam::GetRolePolicyResponse> GetRolePolicy(
      RequestContext& context, const model::iam::GetRolePolicyRequest& input);
  Result<model::iam::ListRolePoliciesResponse> ListRolePolicies(
      RequestContext& context, const model::iam::ListRolePoliciesRequest& input);
  Result<model::Empty> AttachRolePolicy(RequestContext& context,
                                        const model::iam::AttachRolePolicyRequest& input);
  Result<model::Empty> DetachRolePolicy(RequestContext& context,
                                        const model::iam::DetachRolePolicyRequest& input);
  Result<model::iam::ListAttachedRolePoliciesResponse> ListAttachedRolePolicies(
      RequestContext& context, const model::iam::ListAttachedRolePoliciesRequest& input);

  // Managed policies: op_policies.cc.
  Result<model::iam::CreatePolicyResponse> CreatePolicy(
      RequestContext& context, const model::iam::CreatePolicyRequest& input);
  Result<model::Empty> DeletePolicy(RequestContext& context,
                                    const model::iam::DeletePolicyRequest& input);
  Result<model::iam::GetPolicyResponse> GetPolicy(RequestContext& context,
                                                  const model::iam::GetPolicyRequest& input);
  Result<model::iam::GetPolicyVersionResponse> GetPolicyVersion(
      RequestContext& context, const model::iam::GetPolicyVersionRequest& input);
  Result<model::iam::ListPoliciesResponse> ListPolicies(
      RequestContext& context, const model::iam::ListPoliciesRequest& input);
  Result<model::iam::ListPolicyVersionsResponse> ListPolicyVersions(
      RequestContext& context, const model::iam::ListPolicyVersionsRequest& input);

 private:
  IamAccount& Account(const RequestContext& context) { return accounts_.For(context.account, ""); }
  Result<IamRole*> FindRole(RequestContext& context, std::string_view name);
  /// A customer's policy; one that AWS manages fails by the operation's name.
  Result<IamPolicy*> FindPolicy(RequestContext& context, std::string_view arn,
                                std::string_view operation);

  void RegisterTagSource(Registry& registry);
  void RegisterRoleType(Registry& registry);     // cfn_role.cc
  void RegisterPolicyTypes(Registry& registry);  // cfn_policies.cc

  Store<IamAccount> accounts_;
};

std::unique_ptr<Service> MakeIam(Registry& registry);

}  // namespace iatk::cloud

// AWS::IAM::Role. CloudFormation Template Reference, "AWS::IAM::Role".
#include <charconv>

#include "iatk/cloud/dispatch/properties.h"
#include "iatk/cloud/services/iam/cfn_properties.h"
#include "iatk/cloud/services/iam/errors.h"
#include "iatk/cloud/services/iam/service.h"

namespace iatk::cloud {

namespace m = model::iam;

namespace {

Result<std::optional<std::int32_t>> SessionSeconds(const json::Object& properties) {
  const std::optional<std::string> text = TextOf(properties, "MaxSessionDuration");
  if (!text) return std::optional<std::int32_t>();
  std::int32_t seconds = 0;
  const auto parsed = std::from_chars(text->data(), text->data() + text->size(), seconds);
  if (parsed.ec != std::errc() || parsed.ptr != text->data() + text->size() || seconds < 3600 ||
      seconds > 43'200) {
    return Fail(SenderError("ValidationError",
                            "Value '" + *text +
                                "' at 'maxSessionDuration' failed to satisfy constraint: Member "
                                "must be between 3600 and 43200"));
  }
  return std::optional(seconds);
}

ResourceResult ResultOf(const IamRole& role) {
  return {role.name, json::Object{{"Arn", role.arn}, {"RoleId", role.id}}};
}

}  // namespace

void Iam::RegisterRoleType(Registry& registry) {
  // Brings the policies of the role from those of the previous template to the new one's.
  const auto set_policies = [this](ResourceRequest& request, const std::string& name,
                                   const json::Object& previous) -> Result<void> {
    RequestContext& context = request.context;
    IATK_TRY(const auto policies, PoliciesProperty(request.properties, "Policies"));
    IATK_TRY(const auto old_policies, PoliciesProperty(previous, "Policies"));
    for (const auto& [policy, document] : policies) {
      m::PutRolePolicyRequest put;
      put.role_name = name;
      put.policy_name = policy;
      put.policy_document = document;
      IATK_CHECK(context.operations().Call<m::op::PutRolePolicy>(context, put));
    }
    const auto managed = ListProperty(request.properties, "ManagedPolicyArns");
    for (const std::string& arn : managed) {
      m::AttachRolePolicyRequest attach;
      attach.role_name = name;
      attach.policy_arn = arn;
      IATK_CHECK(context.operations().Call<m::op::AttachRolePolicy>(context, attach));
    }
    IATK_TRY(IamRole* const role, FindRole(context, name));
    for (const auto& [policy, document] : old_policies) {
      if (!policies.contains(policy)) role->inline_policies.erase(policy);
    }
    for (const std::string& arn : ListProperty(previous, "ManagedPolicyArns")) {
      if (!managed.contains(arn)) role->attached.erase(arn);
    }
    return {};
  };

  ResourceType type;
  type.name = "AWS::IAM::Role";
  type.properties = {"AssumeRolePolicyDocument",
                     "Description",
                     "ManagedPolicyArns",
                     "MaxSessionDuration",
                     "Path",
                     "PermissionsBoundary",
                     "Policies",
                     "RoleName",
                     "Tags"};
  type.create = [this, set_policies](ResourceRequest& request) -> Result<ResourceResult> {
    RequestContext& context = request.context;
    m::CreateRoleRequest input;
    input.role_name = TextOf(request.properties, "RoleName");
    if (!input.role_name) input.role_name = request.GeneratedName(64);
    input.path = TextOf(request.properties, "Path");
    input.description = TextOf(request.properties, "Description");
    input.permissions_boundary = TextOf(request.properties, "PermissionsBoundary");
    input.assume_role_policy_document =
        TextOf(request.properties, "AssumeRolePolicyDocument").value_or("");
    IATK_TRY(input.max_session_duration, SessionSeconds(request.properties));
    IATK_CHECK(context.operations().Call<m::op::CreateRole>(context, input));
    if (const Result<void> done = set_policies(request, *input.role_name, {}); !done) {
      // What can't be made whole isn't made: nothing else knows of it.
      Account(context).roles.erase(IamKey(*input.role_name));
      return Fail(done.error());
    }
    IATK_TRY(IamRole* const role, FindRole(context, *input.role_name));
    role->tags = TagsOf(request);
    return ResultOf(*role);
  };
  type.update = [this, set_policies,
                 create = type.create](ResourceRequest& request) -> Result<ResourceResult> {
    for (const std::string_view name : {"RoleName", "Path"}) {
      if (TextOf(request.properties, name) != TextOf(request.previous_properties, name)) {
        return create(request);
      }
    }
    RequestContext& context = request.context;
    m::UpdateAssumeRolePolicyRequest trust;
    trust.role_name = request.physical_id;
    trust.policy_document = TextOf(request.properties, "AssumeRolePolicyDocument").value_or("");
    IATK_CHECK(context.operations().Call<m::op::UpdateAssumeRolePolicy>(context, trust));
    m::UpdateRoleRequest update;
    update.role_name = request.physical_id;
    update.description = TextOf(request.properties, "Description").value_or("");
    IATK_TRY(update.max_session_duration, SessionSeconds(request.properties));
    IATK_CHECK(context.operations().Call<m::op::UpdateRole>(context, update));
    IATK_CHECK(set_policies(request, request.physical_id, request.previous_properties));
    IATK_TRY(IamRole* const role, FindRole(context, request.physical_id));
    role->permissions_boundary = TextOf(request.properties, "PermissionsBoundary").value_or("");
    role->tags = TagsOf(request);
    return ResultOf(*role);
  };
  // What others put on the role stays in the way, as with AWS: DeleteConflict.
  type.remove = [this](ResourceRequest& request) -> Result<void> {
    const auto found = FindRole(request.context, request.physical_id);
    if (!found) return {};
    IATK_TRY(const auto policies, PoliciesProperty(request.properties, "Policies"));
    for (const auto& [policy, document] : policies) (*found)->inline_policies.erase(policy);
    for (const std::string& arn : ListProperty(request.properties, "ManagedPolicyArns")) {
      (*found)->attached.erase(arn);
    }
    m::DeleteRoleRequest input;
    input.role_name = request.physical_id;
    IATK_CHECK(DeleteRole(request.context, input));
    return {};
  };
  registry.resource_types.Register(std::move(type));
}

}  // namespace iatk::cloud

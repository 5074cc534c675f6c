// AWS::IAM::Policy and AWS::IAM::ManagedPolicy, for roles.
#include "iatk/cloud/dispatch/properties.h"
#include "iatk/cloud/services/iam/cfn_properties.h"
#include "iatk/cloud/services/iam/errors.h"
#include "iatk/cloud/services/iam/limits.h"
#include "iatk/cloud/services/iam/policy_document.h"
#include "iatk/cloud/services/iam/service.h"

namespace iatk::cloud {

namespace m = model::iam;

namespace {

Result<void> AttachTo(RequestContext& context, const std::set<std::string>& roles,
                      const std::string& arn) {
  for (const std::string& role : roles) {
    m::AttachRolePolicyRequest attach;
    attach.role_name = role;
    attach.policy_arn = arn;
    IATK_CHECK(context.operations().Call<m::op::AttachRolePolicy>(context, attach));
  }
  return {};
}

Result<void> PutOn(RequestContext& context, const std::set<std::string>& roles,
                   const json::Object& properties) {
  for (const std::string& role : roles) {
    m::PutRolePolicyRequest put;
    put.role_name = role;
    put.policy_name = TextOf(properties, "PolicyName");
    put.policy_document = TextOf(properties, "PolicyDocument").value_or("");
    IATK_CHECK(context.operations().Call<m::op::PutRolePolicy>(context, put));
  }
  return {};
}

}  // namespace

void Iam::RegisterPolicyTypes(Registry& registry) {
  // Takes an inline policy off roles; those that are gone have lost it already.
  const auto take_off = [this](RequestContext& context, const std::set<std::string>& roles,
                               const std::optional<std::string>& policy) {
    for (const std::string& name : roles) {
      if (const auto role = FindRole(context, name); role && policy) {
        (*role)->inline_policies.erase(*policy);
      }
    }
  };
  const auto detach_from = [this](RequestContext& context, const std::set<std::string>& roles,
                                  const std::string& arn) {
    for (const std::string& name : roles) {
      if (const auto role = FindRole(context, name)) (*role)->attached.erase(arn);
    }
  };

  ResourceType policy;
  policy.name = "AWS::IAM::Policy";
  policy.properties = {"PolicyDocument", "PolicyName", "Roles"};
  policy.create = [take_off](ResourceRequest& request) -> Result<ResourceResult> {
    const auto roles = ListProperty(request.properties, "Roles");
    if (roles.empty()) {
      return Fail(SenderError("ValidationError",
                              "At least one of [Groups,Roles,Users] must be non-empty."));
    }
    if (const Result<void> done = PutOn(request.context, roles, request.properties); !done) {
      take_off(request.context, roles, TextOf(request.properties, "PolicyName"));
      return Fail(done.error());
    }
    const std::string id = request.GeneratedName(128);
    return ResourceResult{id, json::Object{{"Id", id}}};
  };
  policy.update = [take_off](ResourceRequest& request) -> Result<ResourceResult> {
    const auto name = TextOf(request.properties, "PolicyName");
    const auto old_name = TextOf(request.previous_properties, "PolicyName");
    const auto roles = ListProperty(request.properties, "Roles");
    IATK_CHECK(PutOn(request.context, roles, request.properties));
    auto left = ListProperty(request.previous_properties, "Roles");
    if (name == old_name) {
      for (const std::string& role : roles) left.erase(role);
    }
    take_off(request.context, left, old_name);
    return ResourceResult{request.physical_id, json::Object{{"Id", request.physical_id}}};
  };
  policy.remove = [take_off](ResourceRequest& request) -> Result<void> {
    take_off(request.context, ListProperty(request.properties, "Roles"),
             TextOf(request.properties, "PolicyName"));
    return {};
  };
  registry.resource_types.Register(std::move(policy));

  const auto result_of = [this](RequestContext& context, const IamPolicy& made) {
    const m::Policy read = ToModel(made, Account(context), true);
    return ResourceResult{made.arn, json::Object{{"PolicyArn", made.arn},
                                                 {"PolicyId", made.id},
                                                 {"AttachmentCount", *read.attachment_count},
                                                 {"DefaultVersionId", *read.default_version_id},
                                                 {"IsAttachable", true}}};
  };
  ResourceType managed;
  managed.name = "AWS::IAM::ManagedPolicy";
  managed.properties = {"Description", "ManagedPolicyName", "Path", "PolicyDocument", "Roles"};
  managed.create = [this, detach_from,
                    result_of](ResourceRequest& request) -> Result<ResourceResult> {
    RequestContext& context = request.context;
    m::CreatePolicyRequest input;
    input.policy_name = TextOf(request.properties, "ManagedPolicyName");
    if (!input.policy_name) input.policy_name = request.GeneratedName(128);
    input.path = TextOf(request.properties, "Path");
    input.description = TextOf(request.properties, "Description");
    input.policy_document = TextOf(request.properties, "PolicyDocument").value_or("");
    IATK_TRY(const auto output, context.operations().Call<m::op::CreatePolicy>(context, input));
    const std::string arn = *output.policy->arn;
    const auto roles = ListProperty(request.properties, "Roles");
    if (const Result<void> done = AttachTo(context, roles, arn); !done) {
      detach_from(context, roles, arn);
      Account(context).policies.erase(arn);
      return Fail(done.error());
    }
    IATK_TRY(const IamPolicy* const made, FindPolicy(context, arn, "GetPolicy"));
    return result_of(context, *made);
  };
  managed.update = [this, detach_from, result_of,
                    create = managed.create](ResourceRequest& request) -> Result<ResourceResult> {
    for (const std::string_view name : {"ManagedPolicyName", "Path", "Description"}) {
      if (TextOf(request.properties, name) != TextOf(request.previous_properties, name)) {
        return create(request);
      }
    }
    RequestContext& context = request.context;
    std::string document = TextOf(request.properties, "PolicyDocument").value_or("");
    IATK_CHECK(CheckPolicyDocument(document, PolicyKind::kIdentity));
    if (PolicySize(document) > iam_limits::kMaxManagedPolicySize) {
      return Fail(iam_errors::QuotaExceeded("PolicySize", iam_limits::kMaxManagedPolicySize));
    }
    const auto roles = ListProperty(request.properties, "Roles");
    IATK_CHECK(AttachTo(context, roles, request.physical_id));
    auto left = ListProperty(request.previous_properties, "Roles");
    for (const std::string& role : roles) left.erase(role);
    detach_from(context, left, request.physical_id);
    IATK_TRY(IamPolicy* const changed, FindPolicy(context, request.physical_id, "GetPolicy"));
    if (changed->versions.back().document != document) {
      changed->AddVersion(std::move(document), context.Now());
    }
    return result_of(context, *changed);
  };
  managed.remove = [this, detach_from](ResourceRequest& request) -> Result<void> {
    detach_from(request.context, ListProperty(request.properties, "Roles"), request.physical_id);
    m::DeletePolicyRequest input;
    input.policy_arn = request.physical_id;
    const Result<model::Empty> done = DeletePolicy(request.context, input);
    if (!done && done.error().code != "NoSuchEntity") return Fail(done.error());
    return {};
  };
  registry.resource_types.Register(std::move(managed));
}

}  // namespace iatk::cloud

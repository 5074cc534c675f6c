#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "iatk/cloud/services/cloudformation/capabilities.h"
#include "iatk/cloud/services/cloudformation/errors.h"
#include "iatk/cloud/services/cloudformation/names.h"
#include "iatk/cloud/services/cloudformation/request.h"
#include "iatk/cloud/services/cloudformation/service.h"
#include "iatk/cloud/services/cloudformation/template/errors.h"

namespace iatk::cloud {

namespace m = model::cloudformation;

namespace {

constexpr std::size_t kMaxStacks = 2'000;

cfn::PseudoParameters PseudoFor(const RequestContext& context, const std::string& name,
                                const std::string& id) {
  return {.account = context.account,
          .region = context.region,
          .stack_name = name,
          .stack_id = id,
          .notification_arns = {}};
}

}  // namespace

Result<m::CreateStackOutput> CloudFormation::CreateStack(RequestContext& context,
                                                         const m::CreateStackInput& input) {
  const std::string name = input.stack_name.value_or("");
  const std::string token = input.client_request_token.value_or("");
  IATK_CHECK(cfn::CheckStackName(name));
  IATK_CHECK(cfn::RefuseUnsupported(input.notification_arns, input.rollback_configuration,
                                    input.resource_types, input.deployment_config));
  if (input.stack_policy_body || input.stack_policy_url) {
    return Fail(cfn::errors::NotSupported("A stack policy"));
  }
  if (input.disable_rollback && input.on_failure) {
    return Fail(
        cfn::ValidationError("You can specify either DisableRollback or OnFailure, but not both."));
  }
  IATK_TRY(std::string text, cfn::TemplateTextOf(context, input.template_body, input.template_url));
  IATK_TRY(cfn::ParameterTexts parameters, cfn::ParametersOf(input.parameters, nullptr));
  IATK_TRY(cfn::Draft draft, cfn::ReadDraft(context, std::move(text), std::move(parameters),
                                            PseudoFor(context, name, {})));
  IATK_TRY(draft.tags, cfn::TagsOf(input.tags));
  draft.capabilities = input.capabilities.value_or(std::vector<std::string>());
  IATK_CHECK(cfn::CheckCapabilities(draft.document, draft.capabilities, /*expands=*/true));

  // Looked up behind the last wait of this fiber.
  cfn::Stacks& stacks = StacksOf(context);
  m::CreateStackOutput output;
  if (const StackPtr existing = stacks.Find(name)) {
    if (token.empty() || existing->create_token != token) {
      return Fail(cfn::errors::StackExists(name));
    }
    output.stack_id = existing->id;
    return output;
  }
  if (std::ranges::count_if(stacks.all(), [](const auto& one) { return !one->deleted; }) >=
      static_cast<std::ptrdiff_t>(kMaxStacks)) {
    return Fail(SenderError("LimitExceededException", "Limit for stack has been exceeded"));
  }
  const StackPtr stack = NewStack(context, name);
  stack->create_token = token;
  stack->disable_rollback =
      input.disable_rollback.value_or(false) || input.on_failure.value_or("") == "DO_NOTHING";
  stack->delete_on_failure = input.on_failure.value_or("") == "DELETE";
  stack->retain_except_on_create = input.retain_except_on_create.value_or(false);
  stack->timeout_minutes = input.timeout_in_minutes;
  stack->role_arn = input.role_arn.value_or("");
  stack->termination_protection = input.enable_termination_protection.value_or(false);
  stack->revision.text = draft.text;
  stack->revision.tags = draft.tags;
  stack->revision.capabilities = draft.capabilities;
  cfn::Operation(types_, stacks, stack, context, token)
      .SetStatus("CREATE_IN_PROGRESS", "User Initiated");
  Start(context, stack, token,
        [this, context, stack, draft = std::move(draft)](cfn::Operation& operation) mutable {
          auto revision = cfn::MakeRevision(context, sam_, draft, stack->name, stack->id);
          if (!revision) {
            operation.FailToCreate(revision.error());
            return;
          }
          if (const auto allowed = cfn::CheckCapabilities(revision->processed, draft.capabilities,
                                                          /*expands=*/false);
              !allowed) {
            operation.FailToCreate(allowed.error());
            return;
          }
          operation.Create(*std::move(revision));
        });
  output.stack_id = stack->id;
  return output;
}

Result<m::UpdateStackOutput> CloudFormation::UpdateStack(RequestContext& context,
                                                         const m::UpdateStackInput& input) {
  const std::string name = input.stack_name.value_or("");
  IATK_CHECK(cfn::RefuseUnsupported(input.notification_arns, input.rollback_configuration,
                                    input.resource_types, input.deployment_config));
  if (input.stack_policy_body || input.stack_policy_url || input.stack_policy_during_update_body ||
      input.stack_policy_during_update_url) {
    return Fail(cfn::errors::NotSupported("A stack policy"));
  }
  StackPtr stack = StacksOf(context).Find(name);
  if (stack == nullptr || stack->deleted) return Fail(cfn::errors::NoSuchStack(name));
  std::string text = stack->revision.text;
  if (!input.use_previous_template.value_or(false)) {
    IATK_TRY(text, cfn::TemplateTextOf(context, input.template_body, input.template_url));
  }
  IATK_CHECK(cfn::CheckUpdatable(*stack));
  IATK_TRY(cfn::ParameterTexts parameters,
           cfn::ParametersOf(input.parameters, &stack->revision.plan->parameters));
  IATK_TRY(cfn::Draft draft, cfn::ReadDraft(context, std::move(text), std::move(parameters),
                                            PseudoFor(context, stack->name, stack->id)));
  draft.tags = stack->revision.tags;
  if (input.tags) {
    IATK_TRY(draft.tags, cfn::TagsOf(input.tags));
  }
  draft.capabilities = input.capabilities.value_or(std::vector<std::string>());
  IATK_CHECK(cfn::CheckCapabilities(draft.document, draft.capabilities, /*expands=*/true));
  IATK_TRY(cfn::Revision revision, cfn::MakeRevision(context, sam_, draft, stack->name, stack->id));
  IATK_CHECK(cfn::CheckCapabilities(revision.processed, draft.capabilities, /*expands=*/false));
  // The transform suspends: someone else may have begun.
  IATK_CHECK(cfn::CheckUpdatable(*stack));
  IATK_CHECK(cfn::CheckTypesStay(*stack, *revision.plan));
  const auto changes = cfn::ChangesTo(*stack, revision);
  if (!cfn::IsUpdate(*stack, revision, changes)) return Fail(cfn::errors::NoUpdates());

  const std::string token = input.client_request_token.value_or("");
  stack->disable_rollback = input.disable_rollback.value_or(false);
  for (const auto& change_set : stack->change_sets) {
    if (change_set->execution_status == "AVAILABLE") change_set->execution_status = "OBSOLETE";
  }
  cfn::Operation(types_, StacksOf(context), stack, context, token)
      .SetStatus("UPDATE_IN_PROGRESS", "User Initiated");
  Start(context, stack, token, [revision = std::move(revision)](cfn::Operation& operation) mutable {
    operation.Update(std::move(revision));
  });
  m::UpdateStackOutput output;
  output.stack_id = stack->id;
  return output;
}

Result<model::Empty> CloudFormation::DeleteStack(RequestContext& context,
                                                 const m::DeleteStackInput& input) {
  const std::string name = input.stack_name.value_or("");
  if (input.deployment_config) return Fail(cfn::errors::NotSupported("DeploymentConfig"));
  const StackPtr stack = StacksOf(context).Find(name);
  if (stack == nullptr || stack->deleted) return model::Empty();
  if (stack->termination_protection) {
    return Fail(cfn::ValidationError(fmt::format(
        "Stack [{}] cannot be deleted while TerminationProtection is enabled", stack->name)));
  }
  const std::string status = stack->status;
  const bool had_failed = status == "DELETE_FAILED";
  if (status == "DELETE_IN_PROGRESS") return model::Empty();
  if (stack->InProgress() && status != "CREATE_IN_PROGRESS" && status != "REVIEW_IN_PROGRESS" &&
      status != "ROLLBACK_IN_PROGRESS") {
    return Fail(cfn::ValidationError(
        fmt::format("Stack [{}] cannot be deleted while in status {}", stack->id, status)));
  }
  const auto retain = input.retain_resources.value_or(std::vector<std::string>());
  const bool force = input.deletion_mode.value_or("") == "FORCE_DELETE_STACK";
  if ((!retain.empty() || force) && !had_failed) {
    return Fail(cfn::ValidationError(fmt::format(
        "Invalid operation on stack [{}]. When you delete a stack, specify {} only when the stack "
        "is in the DELETE_FAILED state.",
        stack->id, force ? "FORCE_DELETE_STACK" : "which resources to retain")));
  }
  const std::string token = input.client_request_token.value_or("");
  cfn::Operation(types_, StacksOf(context), stack, context, token)
      .SetStatus("DELETE_IN_PROGRESS", "User Initiated");
  // A creation that runs stops behind its current resource; all that it made goes.
  stack->cancelled = true;
  Start(context, stack, token, [retain, force, status](cfn::Operation& operation) {
    operation.Delete(retain, force, status);
  });
  return model::Empty();
}

Result<m::UpdateTerminationProtectionOutput> CloudFormation::UpdateTerminationProtection(
    RequestContext& context, const m::UpdateTerminationProtectionInput& input) {
  const std::string name = input.stack_name.value_or("");
  const StackPtr stack = StacksOf(context).Find(name);
  if (stack == nullptr || stack->deleted) return Fail(cfn::errors::NoSuchStack(name));
  stack->termination_protection = input.enable_termination_protection.value_or(false);
  m::UpdateTerminationProtectionOutput output;
  output.stack_id = stack->id;
  return output;
}

}  // namespace iatk::cloud

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

using StackPtr = std::shared_ptr<cfn::Stack>;
using ChangeSetPtr = std::shared_ptr<cfn::ChangeSet>;

struct Found {
  StackPtr stack;
  ChangeSetPtr change_set;
};

// By the change set's ARN, or by its name and that of its stack.
Result<Found> FindChangeSet(const cfn::Stacks& stacks, const std::string& name,
                            const std::optional<std::string>& stack_name) {
  const bool by_arn = name.starts_with("arn:");
  if (!by_arn && !stack_name) {
    return Fail(cfn::ValidationError(
        "StackName must be specified if ChangeSetName is not specified as an ARN."));
  }
  if (stack_name && !by_arn) {
    const StackPtr stack = stacks.Find(*stack_name);
    if (stack == nullptr) return Fail(cfn::errors::NoSuchStack(*stack_name));
    for (const ChangeSetPtr& one : stack->change_sets) {
      if (one->name == name) return Found{stack, one};
    }
    return Fail(cfn::errors::ChangeSetNotFound(name));
  }
  for (const StackPtr& stack : stacks.all()) {
    for (const ChangeSetPtr& one : stack->change_sets) {
      if (one->id == name) return Found{stack, one};
    }
  }
  return Fail(cfn::errors::ChangeSetNotFound(name));
}

std::string_view ActionName(cfn::ResourceAction action) {
  switch (action) {
    case cfn::ResourceAction::kAdd:
      return "Add";
    case cfn::ResourceAction::kModify:
      return "Modify";
    case cfn::ResourceAction::kRemove:
      return "Remove";
  }
  return "";
}

m::ResourceChangeDetail DetailOf(std::string_view attribute, const std::string& property) {
  m::ResourceChangeDetail detail;
  auto& target = detail.target.emplace();
  target.attribute = attribute;
  if (!property.empty()) target.name = property;
  // Whether a type replaces the resource shows when it is asked to change it.
  target.requires_recreation = property.empty() ? "Never" : "Conditionally";
  detail.evaluation = "Static";
  detail.change_source = "DirectModification";
  return detail;
}

m::Change ToModel(const cfn::ResourceChange& change) {
  m::Change out;
  out.type = "Resource";
  auto& resource = out.resource_change.emplace();
  resource.action = ActionName(change.action);
  resource.logical_resource_id = change.logical_id;
  resource.resource_type = change.type;
  if (!change.physical_id.empty()) resource.physical_resource_id = change.physical_id;
  auto& scope = resource.scope.emplace();
  auto& details = resource.details.emplace();
  if (change.action == cfn::ResourceAction::kRemove) resource.policy_action = "Delete";
  if (change.action != cfn::ResourceAction::kModify) return out;
  resource.replacement = change.properties.empty() ? "False" : "Conditional";
  if (!change.properties.empty()) scope.emplace_back("Properties");
  for (const std::string& name : change.properties) {
    details.push_back(DetailOf("Properties", name));
  }
  if (change.tags) {
    scope.emplace_back("Tags");
    details.push_back(DetailOf("Tags", {}));
  }
  if (change.metadata) {
    scope.emplace_back("Metadata");
    details.push_back(DetailOf("Metadata", {}));
  }
  return out;
}

// Works out what the change set would change. Its own status tells the outcome.
void Complete(RequestContext& context, cfn::SamTransform& sam, cfn::Stack& stack,
              cfn::ChangeSet& change_set, const cfn::Draft& draft) {
  const auto fail = [&](std::string reason) {
    change_set.status = "FAILED";
    change_set.status_reason = std::move(reason);
    change_set.execution_status = "UNAVAILABLE";
  };
  change_set.status = "CREATE_IN_PROGRESS";
  auto revision = cfn::MakeRevision(context, sam, draft, stack.name, stack.id);
  if (!revision) return fail(revision.error().message);
  if (const auto allowed = cfn::CheckCapabilities(revision->processed, draft.capabilities, false);
      !allowed) {
    return fail(allowed.error().message);
  }
  if (const auto stay = cfn::CheckTypesStay(stack, *revision->plan); !stay) {
    return fail(stay.error().message);
  }
  auto changes = cfn::ChangesTo(stack, *revision);
  const bool updates = cfn::IsUpdate(stack, *revision, changes);
  change_set.revision = *std::move(revision);
  change_set.changes = std::move(changes);
  if (!updates) {
    return fail(
        "The submitted information didn't contain changes. Submit different information to create "
        "a change set.");
  }
  change_set.status = "CREATE_COMPLETE";
  change_set.execution_status = "AVAILABLE";
}

}  // namespace

Result<m::CreateChangeSetOutput> CloudFormation::CreateChangeSet(
    RequestContext& context, const m::CreateChangeSetInput& input) {
  const std::string stack_name = input.stack_name.value_or("");
  const std::string name = input.change_set_name.value_or("");
  const std::string type = input.change_set_type.value_or("UPDATE");
  IATK_CHECK(cfn::CheckChangeSetName(name));
  IATK_CHECK(cfn::RefuseUnsupported(input.notification_arns, input.rollback_configuration,
                                    input.resource_types, input.deployment_config));
  if (type == "IMPORT" || input.import_existing_resources.value_or(false) ||
      (input.resources_to_import && !input.resources_to_import->empty())) {
    return Fail(cfn::errors::NotSupported("Importing resources"));
  }
  if (input.include_nested_stacks.value_or(false)) {
    return Fail(cfn::errors::NotSupported("IncludeNestedStacks"));
  }
  if (input.deployment_mode) return Fail(cfn::errors::NotSupported("DeploymentMode"));
  const bool creates = type == "CREATE";
  StackPtr stack = StacksOf(context).Find(stack_name);
  if (stack != nullptr && stack->deleted) stack = nullptr;
  if (creates) {
    if (stack == nullptr) IATK_CHECK(cfn::CheckStackName(stack_name));
    if (stack != nullptr && stack->status != "REVIEW_IN_PROGRESS") {
      return Fail(cfn::ValidationError(
          fmt::format("Stack [{}] already exists and cannot be created again with the changeSet "
                      "[{}].",
                      stack_name, name)));
    }
  } else {
    if (stack == nullptr) return Fail(cfn::errors::NoSuchStack(stack_name));
    IATK_CHECK(cfn::CheckUpdatable(*stack));
  }

  std::string text;
  if (input.use_previous_template.value_or(false)) {
    if (creates) {
      return Fail(cfn::ValidationError(
          "UsePreviousTemplate can't be specified when the change set creates a stack"));
    }
    text = stack->revision.text;
  } else {
    IATK_TRY(text, cfn::TemplateTextOf(context, input.template_body, input.template_url));
  }
  IATK_TRY(
      cfn::ParameterTexts parameters,
      cfn::ParametersOf(input.parameters, creates ? nullptr : &stack->revision.plan->parameters));
  const cfn::PseudoParameters pseudo = {.account = context.account,
                                        .region = context.region,
                                        .stack_name = stack_name,
                                        .stack_id = stack != nullptr ? stack->id : "",
                                        .notification_arns = {}};
  IATK_TRY(cfn::Draft draft,
           cfn::ReadDraft(context, std::move(text), std::move(parameters), pseudo));
  if (stack != nullptr) draft.tags = stack->revision.tags;
  if (input.tags) {
    IATK_TRY(draft.tags, cfn::TagsOf(input.tags));
  }
  draft.capabilities = input.capabilities.value_or(std::vector<std::string>());
  if (!draft.IsServerless()) {
    IATK_CHECK(cfn::CheckCapabilities(draft.document, draft.capabilities, /*expands=*/false));
  }

  // Looked up again: reading a template from S3 may have suspended this fiber.
  stack = StacksOf(context).Find(stack_name);
  const std::string token = input.client_token.value_or("");
  if (stack == nullptr) {
    if (!creates) return Fail(cfn::errors::NoSuchStack(stack_name));
    stack = NewStack(context, stack_name);
    cfn::Operation(types_, StacksOf(context), stack, context, token)
        .SetStatus("REVIEW_IN_PROGRESS", "User Initiated");
  }
  m::CreateChangeSetOutput output;
  output.stack_id = stack->id;
  for (const ChangeSetPtr& one : stack->change_sets) {
    if (one->name != name) continue;
    if (token.empty() || one->token != token) return Fail(cfn::errors::ChangeSetExists(name));
    output.id = one->id;
    return output;
  }
  auto change_set = std::make_shared<cfn::ChangeSet>();
  change_set->name = name;
  change_set->id =
      context.MakeArn("cloudformation", fmt::format("changeSet/{}/{}", name, context.ids().Uuid()));
  change_set->description = input.description.value_or("");
  change_set->creates = creates;
  change_set->on_stack_failure = input.on_stack_failure.value_or("");
  change_set->created = context.Now();
  change_set->token = token;
  change_set->parameters = draft.parameters;
  change_set->revision.text = draft.text;
  change_set->revision.tags = draft.tags;
  change_set->revision.capabilities = draft.capabilities;
  stack->change_sets.push_back(change_set);
  output.id = change_set->id;
  context.loop().Spawn([this, context, stack, change_set, draft = std::move(draft)]() mutable {
    Complete(context, sam_, *stack, *change_set, draft);
  });
  return output;
}

Result<m::DescribeChangeSetOutput> CloudFormation::DescribeChangeSet(
    RequestContext& context, const m::DescribeChangeSetInput& input) {
  IATK_TRY(const Found found,
           FindChangeSet(StacksOf(context), input.change_set_name.value_or(""), input.stack_name));
  const cfn::ChangeSet& change_set = *found.change_set;
  m::DescribeChangeSetOutput output;
  output.change_set_name = change_set.name;
  output.change_set_id = change_set.id;
  output.stack_id = found.stack->id;
  output.stack_name = found.stack->name;
  if (!change_set.description.empty()) output.description = change_set.description;
  output.creation_time = change_set.created;
  output.status = change_set.status;
  if (!change_set.status_reason.empty()) output.status_reason = change_set.status_reason;
  output.execution_status = change_set.execution_status;
  output.notification_arns.emplace();
  output.rollback_configuration.emplace();
  output.capabilities = change_set.revision.capabilities;
  if (!change_set.revision.tags.empty()) output.tags = cfn::ToModel(change_set.revision.tags);
  output.include_nested_stacks = false;
  if (!change_set.on_stack_failure.empty()) output.on_stack_failure = change_set.on_stack_failure;
  if (const auto& plan = change_set.revision.plan) {
    auto parameters = cfn::ParametersToModel(plan->document.parameters, plan->parameters);
    if (!parameters.empty()) output.parameters = std::move(parameters);
  }
  IATK_CHECK(cfn::TakePage(
      change_set.changes, cfn::kPageSize, input.next_token,
      [](const cfn::ResourceChange& change) { return ToModel(change); }, &output.changes.emplace(),
      &output.next_token));
  return output;
}

Result<m::ExecuteChangeSetOutput> CloudFormation::ExecuteChangeSet(
    RequestContext& context, const m::ExecuteChangeSetInput& input) {
  cfn::Stacks& stacks = StacksOf(context);
  IATK_TRY(const Found found,
           FindChangeSet(stacks, input.change_set_name.value_or(""), input.stack_name));
  const StackPtr& stack = found.stack;
  const ChangeSetPtr& change_set = found.change_set;
  if (change_set->execution_status != "AVAILABLE") {
    return Fail(SenderError(
        "InvalidChangeSetStatus",
        fmt::format("ChangeSet [{}] cannot be executed in its current status of [{}]",
                    change_set->id,
                    change_set->status == "CREATE_COMPLETE" ? change_set->execution_status
                                                            : change_set->status)));
  }
  if (change_set->creates ? stack->status != "REVIEW_IN_PROGRESS" : stack->InProgress()) {
    return Fail(cfn::errors::StackInState(stack->id, stack->status));
  }
  const std::string token = input.client_request_token.value_or("");
  stack->disable_rollback =
      input.disable_rollback.value_or(false) || change_set->on_stack_failure == "DO_NOTHING";
  stack->delete_on_failure = change_set->creates && change_set->on_stack_failure == "DELETE";
  stack->retain_except_on_create = input.retain_except_on_create.value_or(false);
  stack->change_set_id = change_set->id;
  change_set->execution_status = "EXECUTE_IN_PROGRESS";
  // "After the call successfully finishes, CloudFormation deletes all change sets associated with
  // the stack": they would not fit what it becomes.
  std::erase_if(stack->change_sets, [&](const auto& one) { return one != change_set; });
  stack->revision.text = change_set->creates ? change_set->revision.text : stack->revision.text;
  stack->revision.tags = change_set->creates ? change_set->revision.tags : stack->revision.tags;
  if (change_set->creates) stack->created = context.Now();
  cfn::Operation(types_, stacks, stack, context, token)
      .SetStatus(change_set->creates ? "CREATE_IN_PROGRESS" : "UPDATE_IN_PROGRESS",
                 "User Initiated");
  Start(context, stack, token, [stack, change_set](cfn::Operation& operation) {
    if (change_set->creates) {
      operation.Create(change_set->revision);
    } else {
      operation.Update(change_set->revision);
    }
    const bool done = stack->status == "CREATE_COMPLETE" || stack->status == "UPDATE_COMPLETE";
    change_set->execution_status = done ? "EXECUTE_COMPLETE" : "EXECUTE_FAILED";
  });
  return m::ExecuteChangeSetOutput();
}

Result<m::DeleteChangeSetOutput> CloudFormation::DeleteChangeSet(
    RequestContext& context, const m::DeleteChangeSetInput& input) {
  auto found =
      FindChangeSet(StacksOf(context), input.change_set_name.value_or(""), input.stack_name);
  // Deleting what is already gone succeeds.
  if (!found && found.error().code == "ChangeSetNotFound") return m::DeleteChangeSetOutput();
  if (!found) return Fail(found.error());
  if (found->change_set->execution_status == "EXECUTE_IN_PROGRESS" ||
      found->change_set->status == "CREATE_IN_PROGRESS") {
    return Fail(SenderError("InvalidChangeSetStatus",
                            fmt::format("ChangeSet [{}] cannot be deleted in its current status",
                                        found->change_set->id)));
  }
  std::erase(found->stack->change_sets, found->change_set);
  return m::DeleteChangeSetOutput();
}

Result<m::ListChangeSetsOutput> CloudFormation::ListChangeSets(
    RequestContext& context, const m::ListChangeSetsInput& input) {
  const std::string name = input.stack_name.value_or("");
  const StackPtr stack = StacksOf(context).Find(name);
  if (stack == nullptr) return Fail(cfn::errors::NoSuchStack(name));
  const auto summary_of = [&](const ChangeSetPtr& change_set) {
    m::ChangeSetSummary summary;
    summary.stack_id = stack->id;
    summary.stack_name = stack->name;
    summary.change_set_id = change_set->id;
    summary.change_set_name = change_set->name;
    summary.execution_status = change_set->execution_status;
    summary.status = change_set->status;
    if (!change_set->status_reason.empty()) summary.status_reason = change_set->status_reason;
    summary.creation_time = change_set->created;
    if (!change_set->description.empty()) summary.description = change_set->description;
    summary.include_nested_stacks = false;
    return summary;
  };
  m::ListChangeSetsOutput output;
  IATK_CHECK(cfn::TakePage(stack->change_sets, cfn::kPageSize, input.next_token, summary_of,
                           &output.summaries.emplace(), &output.next_token));
  return output;
}

}  // namespace iatk::cloud

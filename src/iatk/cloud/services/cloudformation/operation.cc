#include "iatk/cloud/services/cloudformation/operation.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "iatk/base/time_text.h"
#include "iatk/cloud/services/cloudformation/revision.h"
#include "iatk/cloud/services/cloudformation/template/errors.h"
#include "iatk/cloud/services/cloudformation/template/scalars.h"
#include "iatk/json/write.h"

namespace iatk::cloud::cfn {
namespace {

constexpr std::string_view kStackType = "AWS::CloudFormation::Stack";

// "Error codes of resource handlers" in the CloudFormation CLI User Guide.
std::string_view HandlerErrorCode(const Error& error) {
  const auto has = [&](std::string_view part) {
    return error.code.find(part) != std::string::npos;
  };
  if (has("AlreadyExists") || has("AlreadyOwned") || has("ResourceConflict")) {
    return "AlreadyExists";
  }
  if (has("NotFound") || has("NoSuch") || has("NonExistent") || has("DoesNotExist")) {
    return "NotFound";
  }
  if (has("AccessDenied")) return "AccessDenied";
  if (has("LimitExceeded")) return "ServiceLimitExceeded";
  if (has("Throttl")) return "Throttling";
  return error.kind == ErrorKind::kSender ? "InvalidRequest" : "GeneralServiceException";
}

// Templates and types that are not supported fail before a resource type is asked.
bool IsOurOwn(const Error& error) {
  return error.code == "ValidationError" && error.service.empty();
}

// "SQS" of "AWS::SQS::Queue".
std::string_view ServiceOf(std::string_view type) {
  const std::size_t begin = type.find("::");
  if (begin == std::string_view::npos) return type;
  type.remove_prefix(begin + 2);
  return type.substr(0, type.find("::"));
}

bool HoldsFor(const Output& output, const Plan& plan) {
  return !output.condition || plan.conditions.at(*output.condition);
}

Result<std::vector<StackOutput>> EvaluateOutputs(const Plan& plan, Evaluator& evaluator) {
  std::vector<StackOutput> outputs;
  for (const Output& definition : plan.document.outputs) {
    if (!HoldsFor(definition, plan)) continue;
    StackOutput output;
    output.key = definition.name;
    output.description = definition.description;
    const Error malformed = TemplateFormatError(fmt::format(
        "Output {} is malformed. The Value field of every Outputs member must evaluate to a "
        "String.",
        definition.name));
    IATK_TRY(output.value, evaluator.EvaluateText(definition.value, malformed));
    if (definition.export_name) {
      IATK_TRY(output.export_name, evaluator.EvaluateText(*definition.export_name, malformed));
      if (output.value.find_first_not_of(" \t\n") == std::string::npos) {
        return Fail(ValidationError(
            fmt::format("Cannot export output {}. Exported values must not be empty or "
                        "whitespace-only.",
                        definition.name)));
      }
    }
    outputs.push_back(std::move(output));
  }
  return outputs;
}

}  // namespace

std::string FailedToText(std::string_view what, const std::vector<std::string>& names) {
  return fmt::format("The following resource(s) failed to {}: {}. ", what, Bracketed(names));
}

Operation::Operation(const ResourceTypes& types, const Stacks& stacks, std::shared_ptr<Stack> stack,
                     RequestContext context, std::string token)
    : types_(types),
      stacks_(stacks),
      stack_(std::move(stack)),
      context_(std::move(context)),
      token_(std::move(token)) {}

void Operation::AddEvent(const std::string& logical_id, const std::string& physical_id,
                         const std::string& type, std::string_view status, std::string reason,
                         std::string properties) {
  StackEvent event;
  event.time = context_.Now();
  event.id = type == kStackType && physical_id == stack_->id
                 ? context_.ids().Uuid()
                 : fmt::format("{}-{}-{}", logical_id, status,
                               FormatIso8601(event.time, Fraction::kMillis));
  event.logical_id = logical_id;
  event.physical_id = physical_id;
  event.type = type;
  event.status = status;
  event.reason = std::move(reason);
  event.properties = std::move(properties);
  event.token = token_;
  stack_->events.push_back(std::move(event));
}

void Operation::SetStatus(std::string_view status, std::string reason) {
  stack_->status = status;
  stack_->status_reason = reason;
  AddEvent(stack_->name, stack_->id, std::string(kStackType), status, std::move(reason), {});
}

void Operation::SetResourceStatus(StackResource& resource, std::string_view status,
                                  std::string reason) {
  resource.status = status;
  resource.reason = reason;
  resource.updated = context_.Now();
  AddEvent(resource.logical_id, resource.physical_id, resource.type, status, std::move(reason),
           resource.properties.empty() ? std::string() : json::Write(resource.properties));
}

std::string Operation::ReasonOf(const StackResource& resource, const Error& error) {
  if (IsOurOwn(error)) return error.message;
  return fmt::format(
      "Resource handler returned message: \"{} (Service: {}, Status Code: {}, Request ID: {})\" "
      "(RequestToken: {}, HandlerErrorCode: {})",
      error.message, ServiceOf(resource.type), error.http_status,
      error.request_id.empty() ? context_.request_id : error.request_id, context_.ids().Uuid(),
      HandlerErrorCode(error));
}

template <class Work>
auto Operation::WithEvaluator(const Revision& revision, Work work) {
  struct Known {
    std::string physical_id;
    json::Object attributes;
  };
  std::map<std::string, Known, std::less<>> resources;
  for (const StackResource& resource : stack_->resources) {
    resources[resource.logical_id] = {resource.physical_id, resource.attributes};
  }
  std::map<std::string, std::string, std::less<>> exports;
  for (const Stacks::Export& one : stacks_.Exports()) {
    if (one.stack != stack_.get()) exports[*one.output->export_name] = one.output->value;
  }
  std::set<std::string> imports;
  const auto plan = revision.plan;
  const auto reference = [&](const std::string& id) -> Result<json::Value> {
    const auto it = resources.find(id);
    if (it == resources.end() || it->second.physical_id.empty()) {
      return Fail(TemplateFormatError(fmt::format(
          "Unresolved resource dependencies [{}] in the Resources block of the template", id)));
    }
    return json::Value(it->second.physical_id);
  };
  const auto attribute = [&](const std::string& id,
                             const std::string& name) -> Result<json::Value> {
    const auto it = resources.find(id);
    const json::Value* const value =
        it != resources.end() ? it->second.attributes.Find(name) : nullptr;
    if (value == nullptr) {
      return Fail(TemplateError(
          fmt::format("resource {} does not support attribute type {} in Fn::GetAtt", id, name)));
    }
    return *value;
  };
  const auto import = [&](const std::string& name) -> Result<json::Value> {
    const auto it = exports.find(name);
    if (it == exports.end()) {
      return Fail(ValidationError(fmt::format("No export named {} found", name)));
    }
    imports.insert(name);
    return json::Value(it->second);
  };
  auto result = context_.loop().Offload([&] {
    Evaluator evaluator({.document = plan->document,
                         .names = plan->names,
                         .conditions = plan->conditions,
                         .reference = reference,
                         .attribute = attribute,
                         .import = import});
    return work(evaluator);
  });
  stack_->imports.merge(imports);
  return result;
}

Result<json::Object> Operation::EvaluateProperties(const Revision& revision,
                                                   const Resource& definition) {
  return WithEvaluator(revision, [&](Evaluator& evaluator) {
    return evaluator.EvaluateObject(definition.properties);
  });
}

ResourceRequest Operation::RequestFor(const Revision& revision, const StackResource& resource) {
  ResourceRequest request{.context = context_,
                          .stack_name = stack_->name,
                          .stack_id = stack_->id,
                          .logical_id = resource.logical_id,
                          .properties = resource.properties,
                          .previous_properties = {},
                          .physical_id = resource.physical_id,
                          .stack_tags = revision.tags};
  request.stack_tags.emplace_back("aws:cloudformation:stack-name", stack_->name);
  request.stack_tags.emplace_back("aws:cloudformation:stack-id", stack_->id);
  request.stack_tags.emplace_back("aws:cloudformation:logical-id", resource.logical_id);
  return request;
}

Result<ResourceResult> Operation::RunCreate(const Revision& revision,
                                            const StackResource& resource) {
  const ResourceType* const type = types_.Find(resource.type);
  if (type == nullptr || !type->create) {
    return Fail(ValidationError(fmt::format("{} is not supported", resource.type)));
  }
  for (const auto& [name, value] : resource.properties) {
    if (!type->properties.empty() &&
        std::ranges::find(type->properties, name) == type->properties.end()) {
      return Fail(ValidationError(fmt::format("Encountered unsupported property {}", name)));
    }
  }
  ResourceRequest request = RequestFor(revision, resource);
  return type->create(request);
}

Result<void> Operation::Make(const Revision& revision, const Resource& definition) {
  const std::string id = definition.logical_id;
  {
    StackResource made;
    made.logical_id = id;
    made.type = definition.type;
    made.metadata = definition.metadata;
    made.deletion_policy = definition.deletion_policy;
    made.update_replace_policy = definition.update_replace_policy;
    stack_->resources.push_back(std::move(made));
  }
  // Types suspend this fiber: the record is looked up again after each call.
  const auto record = [&]() -> StackResource& { return *stack_->FindResource(id); };
  const auto fail = [&](const Error& error) -> Result<void> {
    SetResourceStatus(record(), "CREATE_FAILED", ReasonOf(record(), error));
    return Fail(error);
  };
  auto properties = EvaluateProperties(revision, definition);
  if (properties) record().properties = *properties;
  SetResourceStatus(record(), "CREATE_IN_PROGRESS");
  if (!properties) return fail(properties.error());
  record().signature = revision.signatures->resources.at(id);
  const StackResource wanted = record();
  auto result = RunCreate(revision, wanted);
  if (!result) return fail(result.error());
  record().physical_id = std::move(result->physical_id);
  record().attributes = std::move(result->attributes);
  SetResourceStatus(record(), "CREATE_IN_PROGRESS", "Resource creation Initiated");
  SetResourceStatus(record(), "CREATE_COMPLETE");
  return {};
}

Result<void> Operation::MakeAll(const Revision& revision, std::vector<std::string>* failed) {
  std::optional<Time> deadline;
  if (stack_->timeout_minutes) {
    deadline = context_.Now() + std::chrono::minutes(*stack_->timeout_minutes);
  }
  for (const std::string& id : revision.plan->order) {
    if (stack_->cancelled) return Fail(ValidationError("Resource creation cancelled"));
    if (deadline && context_.Now() > *deadline) {
      return Fail(ValidationError("Stack creation time exceeded the specified timeout"));
    }
    const Resource& definition = *revision.plan->document.FindResource(id);
    if (auto made = Make(revision, definition); !made) {
      failed->push_back(id);
      return made;
    }
  }
  return SetOutputs(revision);
}

Result<void> Operation::SetOutputs(const Revision& revision) {
  IATK_TRY(std::vector<StackOutput> outputs, WithEvaluator(revision, [&](Evaluator& evaluator) {
             return EvaluateOutputs(*revision.plan, evaluator);
           }));
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const auto& name = outputs[i].export_name;
    if (!name) continue;
    const bool twice =
        std::any_of(outputs.begin(), outputs.begin() + static_cast<std::ptrdiff_t>(i),
                    [&](const auto& one) { return one.export_name == name; });
    const auto other = stacks_.FindExport(*name);
    if (!twice && (!other || other->stack == stack_.get())) continue;
    return Fail(ValidationError(fmt::format("Export with name {} is already exported by stack {}",
                                            *name, twice ? stack_->name : other->stack->name)));
  }
  for (const StackOutput& old : stack_->outputs) {
    if (!old.export_name) continue;
    const auto now = std::ranges::find(outputs, old.export_name, &StackOutput::export_name);
    if (now != outputs.end() && now->value == old.value) continue;
    const auto importers = stacks_.ImportersOf(*old.export_name);
    if (importers.empty()) continue;
    return Fail(ValidationError(fmt::format(
        "Export {} cannot be {} as it is in use by {}", *old.export_name,
        now == outputs.end() ? "deleted" : "updated", fmt::format("{}", importers.front()))));
  }
  stack_->outputs = std::move(outputs);
  return {};
}

void Operation::Create(Revision revision) {
  std::vector<std::string> failed;
  // The plan outlives this fiber's waits in the local copy.
  stack_->revision = revision;
  const auto made = MakeAll(revision, &failed);
  if (stack_->cancelled) return;  // the deletion that waits goes on from here
  if (made) {
    SetStatus("CREATE_COMPLETE");
    return;
  }
  RollBackCreation(failed.empty() ? made.error().message + ". " : FailedToText("create", failed));
}

void Operation::FailToCreate(const Error& error) {
  if (!stack_->cancelled) RollBackCreation(error.message + ". ");
}

void Operation::RollBackCreation(const std::string& reason) {
  stack_->outputs.clear();
  stack_->imports.clear();
  if (stack_->disable_rollback) {
    SetStatus("CREATE_FAILED", reason);
    return;
  }
  const bool deletes = stack_->delete_on_failure;
  SetStatus(deletes ? "DELETE_IN_PROGRESS" : "ROLLBACK_IN_PROGRESS",
            reason + (deletes ? "Delete requested by user." : "Rollback requested by user."));
  if (stack_->retain_except_on_create) {
    for (StackResource& resource : stack_->resources) {
      if (resource.deletion_policy == DeletionPolicy::kRetain) {
        resource.deletion_policy = DeletionPolicy::kRetainExceptOnCreate;
      }
    }
  }
  for (StackResource& resource : stack_->resources) {
    if (resource.deletion_policy == DeletionPolicy::kRetainExceptOnCreate) {
      resource.deletion_policy = DeletionPolicy::kDelete;
    }
  }
  const auto failed = RemoveAll(stack_->resources, /*keeps_records=*/true);
  if (!failed.empty()) {
    SetStatus(deletes ? "DELETE_FAILED" : "ROLLBACK_FAILED", FailedToText("delete", failed));
    return;
  }
  SetStatus(deletes ? "DELETE_COMPLETE" : "ROLLBACK_COMPLETE");
  if (deletes) stack_->deleted = context_.Now();
}

bool Operation::Remove(StackResource& resource, bool keeps_record) {
  const std::string id = resource.logical_id;
  if (resource.physical_id.empty()) {
    resource.status = "DELETE_COMPLETE";
    return true;
  }
  if (resource.deletion_policy != DeletionPolicy::kDelete) {
    SetResourceStatus(resource, "DELETE_SKIPPED");
    return true;
  }
  // The status of a stack's own record is shown while the type works.
  const auto show = [&](std::string_view status, std::string reason = {}) {
    SetResourceStatus(resource, status, std::move(reason));
    StackResource* const record = keeps_record ? stack_->FindResource(id) : nullptr;
    if (record == nullptr) return;
    record->status = resource.status;
    record->reason = resource.reason;
    record->updated = resource.updated;
  };
  show("DELETE_IN_PROGRESS");
  const ResourceType* const type = types_.Find(resource.type);
  if (type != nullptr && type->remove) {
    ResourceRequest request = RequestFor(stack_->revision, resource);
    if (const auto removed = type->remove(request); !removed) {
      show("DELETE_FAILED", ReasonOf(resource, removed.error()));
      return false;
    }
  }
  show("DELETE_COMPLETE");
  return true;
}

std::vector<std::string> Operation::RemoveAll(std::vector<StackResource> resources,
                                              bool keeps_records) {
  std::vector<std::string> failed;
  for (auto it = resources.rbegin(); it != resources.rend(); ++it) {
    if (!Remove(*it, keeps_records)) failed.push_back(it->logical_id);
  }
  return failed;
}

void Operation::Delete(const std::vector<std::string>& retain, bool force,
                       const std::string& previous_status) {
  stack_->cancelled = false;
  for (const StackOutput& output : stack_->outputs) {
    if (!output.export_name) continue;
    const auto importers = stacks_.ImportersOf(*output.export_name);
    if (importers.empty()) continue;
    SetStatus(previous_status,
              fmt::format("Delete canceled. Cannot delete export {} as it is in use by {}.",
                          *output.export_name, importers.front()));
    return;
  }
  std::vector<StackResource> doomed;
  for (StackResource& resource : stack_->resources) {
    if (resource.status == "DELETE_COMPLETE" || resource.status == "DELETE_SKIPPED") continue;
    StackResource copy = resource;
    if (std::ranges::find(retain, copy.logical_id) != retain.end() ||
        copy.deletion_policy == DeletionPolicy::kRetainExceptOnCreate) {
      copy.deletion_policy = DeletionPolicy::kRetain;
    }
    doomed.push_back(std::move(copy));
  }
  const auto failed = RemoveAll(std::move(doomed), /*keeps_records=*/true);
  if (!failed.empty() && !force) {
    SetStatus("DELETE_FAILED", FailedToText("delete", failed));
    return;
  }
  stack_->imports.clear();
  SetStatus("DELETE_COMPLETE");
  stack_->deleted = context_.Now();
}

}  // namespace iatk::cloud::cfn

// Updates of stacks: "Monitor the progress of a stack update" in the User Guide.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "iatk/cloud/services/cloudformation/operation.h"
#include "iatk/cloud/services/cloudformation/revision.h"
#include "iatk/cloud/services/cloudformation/template/errors.h"
#include "iatk/json/value.h"

namespace iatk::cloud::cfn {
namespace {

bool TagsEqual(const TagList& left, const TagList& right) {
  return std::ranges::is_permutation(left, right);
}

// The stack's records in the order of the plan, so that they are removed against it.
void SortAs(const std::vector<std::string>& order, std::vector<StackResource>* resources) {
  std::ranges::sort(*resources, {}, [&](const StackResource& resource) {
    return std::ranges::find(order, resource.logical_id) - order.begin();
  });
}

}  // namespace

Result<void> Operation::Change(const Revision& revision, const Resource& definition,
                               const TagList& previous_tags, std::vector<Undo>* undo,
                               bool* updating) {
  const std::string id = definition.logical_id;
  const auto record = [&]() -> StackResource& { return *stack_->FindResource(id); };
  const StackResource before = record();
  const auto fail = [&](const Error& error) -> Result<void> {
    *updating = true;
    SetResourceStatus(record(), "UPDATE_FAILED", ReasonOf(record(), error));
    return Fail(error);
  };
  auto properties = EvaluateProperties(revision, definition);
  if (!properties) return fail(properties.error());

  StackResource wanted = before;
  wanted.properties = *std::move(properties);
  wanted.signature = revision.signatures->resources.at(id);
  wanted.metadata = definition.metadata;
  wanted.deletion_policy = definition.deletion_policy;
  wanted.update_replace_policy = definition.update_replace_policy;
  const bool same =
      json::Equal(before.properties, wanted.properties) && TagsEqual(previous_tags, revision.tags);
  undo->push_back({id, before});
  record() = wanted;
  if (same) return {};

  SetResourceStatus(record(), "UPDATE_IN_PROGRESS");
  const ResourceType* const type = types_.Find(definition.type);
  if (type == nullptr || !type->update) {
    return fail(ValidationError(
        fmt::format("Updating a resource of the type {} is not supported", definition.type)));
  }
  for (const auto& [name, value] : wanted.properties) {
    if (!type->properties.empty() &&
        std::ranges::find(type->properties, name) == type->properties.end()) {
      return fail(ValidationError(fmt::format("Encountered unsupported property {}", name)));
    }
  }
  ResourceRequest request = RequestFor(revision, wanted);
  request.previous_properties = before.properties;
  auto result = type->update(request);
  if (!result) return fail(result.error());
  if (result->physical_id != before.physical_id) {
    SetResourceStatus(record(), "UPDATE_IN_PROGRESS",
                      "Requested update requires the creation of a new physical resource; hence "
                      "creating one.");
    record().physical_id = std::move(result->physical_id);
    SetResourceStatus(record(), "UPDATE_IN_PROGRESS", "Resource creation Initiated");
  }
  record().attributes = std::move(result->attributes);
  SetResourceStatus(record(), "UPDATE_COMPLETE");
  return {};
}

void Operation::Update(Revision revision) {
  const Revision previous = std::exchange(stack_->revision, revision);
  const std::vector<StackOutput> previous_outputs = stack_->outputs;
  const std::set<std::string> previous_imports = std::exchange(stack_->imports, {});
  std::vector<Undo> undo;
  std::vector<std::string> not_created;
  std::vector<std::string> not_updated;
  Result<void> done;
  for (const std::string& id : revision.plan->order) {
    const Resource& definition = *revision.plan->document.FindResource(id);
    StackResource* const existing = stack_->FindResource(id);
    bool updating = false;
    if (existing != nullptr && !existing->physical_id.empty()) {
      done = Change(revision, definition, previous.tags, &undo, &updating);
    } else {
      std::erase_if(stack_->resources, [&](const auto& one) { return one.logical_id == id; });
      undo.push_back({id, std::nullopt});
      done = Make(revision, definition);
    }
    if (!done) {
      (updating ? not_updated : not_created).push_back(id);
      break;
    }
  }
  if (done) done = SetOutputs(revision);
  if (!done) {
    std::string reason;
    if (!not_created.empty()) reason += FailedToText("create", not_created);
    if (!not_updated.empty()) reason += FailedToText("update", not_updated);
    if (reason.empty()) reason = done.error().message;
    if (stack_->disable_rollback) {
      SetStatus("UPDATE_FAILED", reason);
      return;
    }
    RollBackUpdate(std::move(undo), previous, previous_outputs, previous_imports, reason);
    return;
  }

  stack_->updated = context_.Now();
  SetStatus("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
  std::vector<StackResource> doomed;
  std::vector<StackResource> kept;
  for (StackResource& resource : stack_->resources) {
    const bool stays =
        std::ranges::find(revision.plan->order, resource.logical_id) != revision.plan->order.end();
    (stays ? kept : doomed).push_back(resource);
  }
  for (const Undo& one : undo) {
    const StackResource* const now = stack_->FindResource(one.logical_id);
    if (!one.before || now == nullptr || now->physical_id == one.before->physical_id) continue;
    StackResource replaced = *one.before;
    replaced.deletion_policy = replaced.update_replace_policy;
    doomed.push_back(std::move(replaced));
  }
  stack_->resources = std::move(kept);
  SortAs(revision.plan->order, &stack_->resources);
  // What can't be removed is left behind, as AWS does: the update itself is complete.
  RemoveAll(std::move(doomed), /*keeps_records=*/false);
  SetStatus("UPDATE_COMPLETE");
}

void Operation::RollBackUpdate(std::vector<Undo> undo, Revision previous,
                               std::vector<StackOutput> previous_outputs,
                               std::set<std::string> previous_imports, const std::string& reason) {
  SetStatus("UPDATE_ROLLBACK_IN_PROGRESS", reason);
  std::vector<StackResource> doomed;
  std::vector<std::string> failed;
  for (auto it = undo.rbegin(); it != undo.rend(); ++it) {
    StackResource* const now = stack_->FindResource(it->logical_id);
    if (now == nullptr) continue;
    if (!it->before) {
      doomed.insert(doomed.begin(), *now);
      std::erase_if(stack_->resources,
                    [&](const auto& one) { return one.logical_id == it->logical_id; });
      continue;
    }
    const StackResource changed = *now;
    const bool touched = changed.status != it->before->status ||
                         !json::Equal(changed.properties, it->before->properties);
    *now = *it->before;
    if (changed.physical_id != it->before->physical_id) {
      doomed.insert(doomed.begin(), changed);
      SetResourceStatus(*now, "UPDATE_COMPLETE");
      continue;
    }
    const ResourceType* const type = types_.Find(changed.type);
    if (!touched || type == nullptr || !type->update) continue;
    SetResourceStatus(*now, "UPDATE_IN_PROGRESS");
    ResourceRequest request = RequestFor(previous, *it->before);
    request.previous_properties = changed.properties;
    auto result = type->update(request);
    StackResource& record = *stack_->FindResource(it->logical_id);
    if (!result) {
      SetResourceStatus(record, "UPDATE_FAILED", ReasonOf(record, result.error()));
      failed.push_back(it->logical_id);
      continue;
    }
    record.physical_id = std::move(result->physical_id);
    record.attributes = std::move(result->attributes);
    SetResourceStatus(record, "UPDATE_COMPLETE");
  }
  stack_->revision = std::move(previous);
  stack_->outputs = std::move(previous_outputs);
  stack_->imports = std::move(previous_imports);
  if (!failed.empty()) {
    SetStatus("UPDATE_ROLLBACK_FAILED", FailedToText("update", failed));
    return;
  }
  SetStatus("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS");
  for (StackResource& resource : doomed) resource.deletion_policy = DeletionPolicy::kDelete;
  RemoveAll(std::move(doomed), /*keeps_records=*/false);
  SetStatus("UPDATE_ROLLBACK_COMPLETE");
}

}  // namespace iatk::cloud::cfn

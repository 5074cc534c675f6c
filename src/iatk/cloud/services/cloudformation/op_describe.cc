#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <utility>

#include "iatk/cloud/services/cloudformation/errors.h"
#include "iatk/cloud/services/cloudformation/request.h"
#include "iatk/cloud/services/cloudformation/service.h"
#include "iatk/cloud/services/cloudformation/template/errors.h"
#include "iatk/json/write.h"

namespace iatk::cloud {

namespace m = model::cloudformation;

namespace {

using StackPtr = std::shared_ptr<cfn::Stack>;

constexpr std::string_view kNotChecked = "NOT_CHECKED";

std::optional<std::string> UnlessEmpty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

std::string DescriptionOf(const cfn::Stack& stack) {
  return stack.revision.plan != nullptr ? stack.revision.plan->document.description : "";
}

m::Stack ToModel(const StackPtr& stack) {
  m::Stack out;
  out.stack_id = stack->id;
  out.stack_name = stack->name;
  out.change_set_id = UnlessEmpty(stack->change_set_id);
  out.description = UnlessEmpty(DescriptionOf(*stack));
  out.creation_time = stack->created;
  out.last_updated_time = stack->updated;
  out.deletion_time = stack->deleted;
  out.rollback_configuration.emplace();
  out.stack_status = stack->status;
  out.stack_status_reason = UnlessEmpty(stack->status_reason);
  out.disable_rollback = stack->disable_rollback;
  out.notification_arns.emplace();
  out.timeout_in_minutes = stack->timeout_minutes;
  out.capabilities = stack->revision.capabilities;
  out.role_arn = UnlessEmpty(stack->role_arn);
  out.tags = cfn::ToModel(stack->revision.tags);
  out.enable_termination_protection = stack->termination_protection;
  out.parent_id = UnlessEmpty(stack->parent_id);
  out.drift_information.emplace().stack_drift_status = kNotChecked;
  if (stack->revision.plan != nullptr) {
    auto parameters = cfn::ParametersToModel(stack->revision.plan->document.parameters,
                                             stack->revision.plan->parameters);
    if (!parameters.empty()) out.parameters = std::move(parameters);
  }
  if (!stack->outputs.empty()) {
    auto& outputs = out.outputs.emplace();
    for (const cfn::StackOutput& one : stack->outputs) {
      m::Output output;
      output.output_key = one.key;
      output.output_value = one.value;
      output.description = UnlessEmpty(one.description);
      output.export_name = one.export_name;
      outputs.push_back(std::move(output));
    }
  }
  return out;
}

m::StackResource ToModel(const cfn::Stack& stack, const cfn::StackResource& resource) {
  m::StackResource out;
  out.stack_name = stack.name;
  out.stack_id = stack.id;
  out.logical_resource_id = resource.logical_id;
  out.physical_resource_id = UnlessEmpty(resource.physical_id);
  out.resource_type = resource.type;
  out.timestamp = resource.updated;
  out.resource_status = resource.status;
  out.resource_status_reason = UnlessEmpty(resource.reason);
  out.drift_information.emplace().stack_resource_drift_status = kNotChecked;
  return out;
}

Error NoResource(const std::string& id, const std::string& stack) {
  return cfn::ValidationError(fmt::format("Resource {} does not exist for stack {}", id, stack));
}

}  // namespace

Result<m::DescribeStacksOutput> CloudFormation::DescribeStacks(
    RequestContext& context, const m::DescribeStacksInput& input) {
  const cfn::Stacks& stacks = StacksOf(context);
  m::DescribeStacksOutput output;
  auto& list = output.stacks.emplace();
  if (input.stack_name && !input.stack_name->empty()) {
    const StackPtr stack = stacks.Find(*input.stack_name);
    if (stack == nullptr) return Fail(cfn::errors::StackNotFound(*input.stack_name));
    list.push_back(ToModel(stack));
    return output;
  }
  std::vector<StackPtr> present;
  std::ranges::copy_if(stacks.all(), std::back_inserter(present),
                       [](const StackPtr& stack) { return !stack->deleted; });
  IATK_CHECK(cfn::TakePage(
      present, cfn::kPageSize, input.next_token, [](const StackPtr& one) { return ToModel(one); },
      &list, &output.next_token));
  return output;
}

Result<m::DescribeStackEventsOutput> CloudFormation::DescribeStackEvents(
    RequestContext& context, const m::DescribeStackEventsInput& input) {
  const std::string name = input.stack_name.value_or("");
  const StackPtr stack = StacksOf(context).Find(name);
  if (stack == nullptr) return Fail(cfn::errors::NoSuchStack(name));
  // Newest first. A token counts the events that are still to come, so that pages stay right while
  // new events arrive.
  std::size_t left = stack->events.size();
  if (input.next_token) {
    std::size_t number = 0;
    const char* const end = input.next_token->data() + input.next_token->size();
    const auto [stop, error] = std::from_chars(input.next_token->data(), end, number);
    if (error != std::errc() || stop != end || number > left) {
      return Fail(cfn::errors::InvalidToken());
    }
    left = number;
  }
  m::DescribeStackEventsOutput output;
  auto& list = output.stack_events.emplace();
  while (left > 0 && list.size() < cfn::kPageSize) {
    const cfn::StackEvent& event = stack->events[--left];
    m::StackEvent out;
    out.stack_id = stack->id;
    out.stack_name = stack->name;
    out.event_id = event.id;
    out.logical_resource_id = event.logical_id;
    out.physical_resource_id = event.physical_id;
    out.resource_type = event.type;
    out.timestamp = event.time;
    out.resource_status = event.status;
    out.resource_status_reason = UnlessEmpty(event.reason);
    out.resource_properties = UnlessEmpty(event.properties);
    out.client_request_token = UnlessEmpty(event.token);
    list.push_back(std::move(out));
  }
  if (left > 0) output.next_token = std::to_string(left);
  return output;
}

Result<m::DescribeStackResourceOutput> CloudFormation::DescribeStackResource(
    RequestContext& context, const m::DescribeStackResourceInput& input) {
  const std::string name = input.stack_name.value_or("");
  const std::string id = input.logical_resource_id.value_or("");
  const StackPtr stack = StacksOf(context).Find(name);
  if (stack == nullptr) {
    return Fail(cfn::ValidationError(fmt::format("Stack '{}' does not exist", name)));
  }
  const cfn::StackResource* const resource = stack->FindResource(id);
  if (resource == nullptr) return Fail(NoResource(id, stack->name));
  m::DescribeStackResourceOutput output;
  auto& out = output.stack_resource_detail.emplace();
  out.stack_name = stack->name;
  out.stack_id = stack->id;
  out.logical_resource_id = resource->logical_id;
  out.physical_resource_id = UnlessEmpty(resource->physical_id);
  out.resource_type = resource->type;
  out.last_updated_timestamp = resource->updated;
  out.resource_status = resource->status;
  out.resource_status_reason = UnlessEmpty(resource->reason);
  out.metadata = resource->metadata.is_null() ? "{}" : json::Write(resource->metadata);
  out.drift_information.emplace().stack_resource_drift_status = kNotChecked;
  return output;
}

Result<m::DescribeStackResourcesOutput> CloudFormation::DescribeStackResources(
    RequestContext& context, const m::DescribeStackResourcesInput& input) {
  const cfn::Stacks& stacks = StacksOf(context);
  if (input.stack_name.has_value() == input.physical_resource_id.has_value()) {
    return Fail(cfn::ValidationError(
        input.stack_name ? "StackName and PhysicalResourceId can't be specified together"
                         : "Either StackName or PhysicalResourceId must be specified"));
  }
  StackPtr stack;
  if (input.stack_name) {
    stack = stacks.Find(*input.stack_name);
    if (stack == nullptr) return Fail(cfn::errors::StackNotFound(*input.stack_name));
  } else {
    for (const StackPtr& one : stacks.all()) {
      if (!one->deleted &&
          std::ranges::find(one->resources, *input.physical_resource_id,
                            &cfn::StackResource::physical_id) != one->resources.end()) {
        stack = one;
      }
    }
    if (stack == nullptr) {
      return Fail(cfn::ValidationError(
          fmt::format("Stack for {} does not exist", *input.physical_resource_id)));
    }
  }
  m::DescribeStackResourcesOutput output;
  auto& list = output.stack_resources.emplace();
  for (const cfn::StackResource& resource : stack->resources) {
    if (input.logical_resource_id && resource.logical_id != *input.logical_resource_id) continue;
    list.push_back(ToModel(*stack, resource));
  }
  if (input.logical_resource_id && list.empty()) {
    return Fail(NoResource(*input.logical_resource_id, stack->name));
  }
  return output;
}

Result<m::ListStackResourcesOutput> CloudFormation::ListStackResources(
    RequestContext& context, const m::ListStackResourcesInput& input) {
  const std::string name = input.stack_name.value_or("");
  const StackPtr stack = StacksOf(context).Find(name);
  if (stack == nullptr) return Fail(cfn::errors::StackNotFound(name));
  const auto summary_of = [](const cfn::StackResource& resource) {
    m::StackResourceSummary out;
    out.logical_resource_id = resource.logical_id;
    out.physical_resource_id = UnlessEmpty(resource.physical_id);
    out.resource_type = resource.type;
    out.last_updated_timestamp = resource.updated;
    out.resource_status = resource.status;
    out.resource_status_reason = UnlessEmpty(resource.reason);
    out.drift_information.emplace().stack_resource_drift_status = kNotChecked;
    return out;
  };
  m::ListStackResourcesOutput output;
  IATK_CHECK(cfn::TakePage(stack->resources, cfn::kPageSize, input.next_token, summary_of,
                           &output.stack_resource_summaries.emplace(), &output.next_token));
  return output;
}

Result<m::ListStacksOutput> CloudFormation::ListStacks(RequestContext& context,
                                                       const m::ListStacksInput& input) {
  std::vector<StackPtr> stacks;
  for (const StackPtr& stack : StacksOf(context).all()) {
    if (!input.stack_status_filter || input.stack_status_filter->empty() ||
        std::ranges::find(*input.stack_status_filter, stack->status) !=
            input.stack_status_filter->end()) {
      stacks.push_back(stack);
    }
  }
  const auto summary_of = [](const StackPtr& stack) {
    m::StackSummary out;
    out.stack_id = stack->id;
    out.stack_name = stack->name;
    out.template_description = UnlessEmpty(DescriptionOf(*stack));
    out.creation_time = stack->created;
    out.last_updated_time = stack->updated;
    out.deletion_time = stack->deleted;
    out.stack_status = stack->status;
    out.stack_status_reason = UnlessEmpty(stack->status_reason);
    out.parent_id = UnlessEmpty(stack->parent_id);
    out.drift_information.emplace().stack_drift_status = kNotChecked;
    return out;
  };
  m::ListStacksOutput output;
  IATK_CHECK(cfn::TakePage(stacks, cfn::kPageSize, input.next_token, summary_of,
                           &output.stack_summaries.emplace(), &output.next_token));
  return output;
}

Result<m::ListExportsOutput> CloudFormation::ListExports(RequestContext& context,
                                                         const m::ListExportsInput& input) {
  m::ListExportsOutput output;
  IATK_CHECK(cfn::TakePage(
      StacksOf(context).Exports(), cfn::kPageSize, input.next_token,
      [](const cfn::Stacks::Export& one) {
        m::Export out;
        out.exporting_stack_id = one.stack->id;
        out.name = *one.output->export_name;
        out.value = one.output->value;
        return out;
      },
      &output.exports.emplace(), &output.next_token));
  return output;
}

Result<m::ListImportsOutput> CloudFormation::ListImports(RequestContext& context,
                                                         const m::ListImportsInput& input) {
  const std::string name = input.export_name.value_or("");
  const auto importers = StacksOf(context).ImportersOf(name);
  if (importers.empty()) {
    return Fail(
        cfn::ValidationError(fmt::format("Export '{}' is not imported by any stack.", name)));
  }
  m::ListImportsOutput output;
  IATK_CHECK(cfn::TakePage(
      importers, cfn::kPageSize, input.next_token, [](const std::string& one) { return one; },
      &output.imports.emplace(), &output.next_token));
  return output;
}

}  // namespace iatk::cloud

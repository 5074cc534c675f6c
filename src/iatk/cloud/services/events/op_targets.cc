// The targets of rules.
#include <fmt/format.h>

#include "iatk/cloud/delivery/router.h"
#include "iatk/cloud/dispatch/page.h"
#include "iatk/cloud/services/events/errors.h"
#include "iatk/cloud/services/events/limits.h"
#include "iatk/cloud/services/events/service.h"
#include "iatk/json/parse.h"

namespace iatk::cloud {

namespace m = model::events;

namespace {

// Reads what a target says of its input; the error's message is the entry's.
Result<RuleTarget> ReadTarget(const m::Target& model) {
  const auto invalid = [](std::string message) {
    return Fail(events_errors::ValidationError(std::move(message)));
  };
  RuleTarget target;
  target.model = model;
  const std::optional<Arn> arn = ParseArn(*model.arn);
  if (!arn) {
    return invalid(
        fmt::format("Parameter {} is not valid. Reason: Provided Arn is not in correct "
                    "format.",
                    *model.arn));
  }
  if (!IsDeliverable(*model.arn)) {
    Error error = ReceiverError(
        "NotImplemented", fmt::format("events:PutTargets with a target of {}", arn->service), 501);
    error.retryable = false;
    return Fail(std::move(error));
  }
  const int ways =
      (model.input ? 1 : 0) + (model.input_path ? 1 : 0) + (model.input_transformer ? 1 : 0);
  if (ways > 1) {
    return invalid(fmt::format(
        "Only one of Input, InputPath, or InputTransformer must be provided for target {}.",
        *model.id));
  }
  if (model.input && !json::Parse(*model.input)) {
    return invalid(fmt::format("Target {} has invalid Input: it is not valid JSON.", *model.id));
  }
  if (model.input_path) {
    IATK_TRY(target.input_path, input_transformer::ReadPath(*model.input_path));
  }
  if (model.input_transformer) {
    IATK_TRY(
        target.transformer,
        input_transformer::Transformer::Make(
            model.input_transformer->input_paths_map.value_or(std::map<std::string, std::string>()),
            model.input_transformer->input_template.value_or("")));
  }
  const bool fifo = arn->service == "sqs" && arn->resource.ends_with(".fifo");
  if (fifo && !(model.sqs_parameters && model.sqs_parameters->message_group_id)) {
    return invalid("Parameter(s) SqsParameters must be specified for target: " + *model.id + ".");
  }
  return target;
}

}  // namespace

Result<m::PutTargetsResponse> Events::PutTargets(RequestContext& context,
                                                 const m::PutTargetsRequest& input) {
  IATK_TRY(Rule* const rule, FindRule(context, *input.rule, input.event_bus_name));
  // All or none of what can't be served at all.
  std::map<std::string, RuleTarget> read;
  for (const m::Target& model : *input.targets) {
    IATK_TRY(RuleTarget target, ReadTarget(model));
    read.insert_or_assign(*model.id, std::move(target));
  }
  std::size_t count = rule->targets.size();
  for (const auto& [id, target] : read) count += rule->targets.contains(id) ? 0 : 1;
  if (count > events_limits::kMaxTargetsPerRule) {
    return Fail(
        events_errors::LimitExceeded("The requested resource exceeds the maximum number allowed."));
  }
  for (auto& [id, target] : read) rule->targets.insert_or_assign(id, std::move(target));
  m::PutTargetsResponse output;
  output.failed_entry_count = 0;
  output.failed_entries.emplace();
  return output;
}

Result<m::RemoveTargetsResponse> Events::RemoveTargets(RequestContext& context,
                                                       const m::RemoveTargetsRequest& input) {
  IATK_TRY(Rule* const rule, FindRule(context, *input.rule, input.event_bus_name));
  m::RemoveTargetsResponse output;
  auto& failed = output.failed_entries.emplace();
  for (const std::string& id : *input.ids) {
    if (rule->targets.erase(id) > 0) continue;
    m::RemoveTargetsResultEntry& entry = failed.emplace_back();
    entry.target_id = id;
    entry.error_code = "ResourceNotFoundException";
    entry.error_message =
        fmt::format("Rule {} does not have a target with the Id {}.", rule->name, id);
  }
  output.failed_entry_count = static_cast<std::int32_t>(failed.size());
  return output;
}

Result<m::ListTargetsByRuleResponse> Events::ListTargetsByRule(
    RequestContext& context, const m::ListTargetsByRuleRequest& input) {
  IATK_TRY(const Rule* const rule, FindRule(context, *input.rule, input.event_bus_name));
  m::ListTargetsByRuleResponse output;
  auto& targets = output.targets.emplace();
  IATK_TRY(output.next_token,
           TakePage(rule->targets, {input.next_token, input.limit, events_errors::InvalidToken()},
                    [&](const std::string&, const RuleTarget& target) {
                      targets.push_back(target.model);
                      return true;
                    }));
  return output;
}

}  // namespace iatk::cloud

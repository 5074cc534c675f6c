// How each kind of target is reached.
#include <fmt/format.h>

#include "iatk/base/time_text.h"
#include "iatk/cloud/delivery/router.h"
#include "iatk/cloud/dispatch/operation_table.h"
#include "iatk/json/parse.h"
#include "iatk/json/write.h"
#include "iatk/model/events/operations.h"
#include "iatk/model/lambda/operations.h"
#include "iatk/model/sqs/operations.h"
#include "iatk/model/stepfunctions/operations.h"

namespace iatk::cloud {
namespace {

Result<void> ToQueue(RequestContext& context, const Envelope& envelope, const Arn& target) {
  model::sqs::SendMessageRequest input;
  input.queue_url = fmt::format("{}/{}/{}", context.base_url, target.account, target.resource);
  input.message_body = envelope.payload;
  if (!envelope.message_group_id.empty()) input.message_group_id = envelope.message_group_id;
  return context.operations()
      .Call<model::sqs::op::SendMessage>(context, input)
      .map([](const auto&) {});
}

Result<void> ToFunction(RequestContext& context, const Envelope& envelope) {
  model::lambda::InvocationRequest input;
  input.function_name = envelope.target_arn;
  input.invocation_type = "Event";
  input.payload = envelope.payload;
  return context.operations().Call<model::lambda::op::Invoke>(context, input).map([](const auto&) {
  });
}

Result<void> ToStateMachine(RequestContext& context, const Envelope& envelope) {
  model::stepfunctions::StartExecutionInput input;
  input.state_machine_arn = envelope.target_arn;
  input.input = envelope.payload;
  input.name = fmt::format("{}_{}", envelope.event_id, context.ids().Uuid());
  return context.operations()
      .Call<model::stepfunctions::op::StartExecution>(context, input)
      .map([](const auto&) {});
}

// The event goes on as it is: it keeps its id, time, account and region. Amazon EventBridge User
// Guide, "Sending events between event buses in the same account and Region": it goes on once only.
Result<void> ToBus(RequestContext& context, const Envelope& envelope) {
  if (envelope.was_forwarded) {
    return Fail(SenderError(
        "THIRD_ACCOUNT_HOP_DETECTED",
        fmt::format("Event ingestion rejected for event {} because an event can be sent to an "
                    "event bus target only once. This event was previously delivered to an event "
                    "bus target.",
                    envelope.event_id)));
  }
  IATK_TRY(const json::Value event, json::Parse(envelope.payload));
  const auto text = [&event](std::string_view name) {
    const std::string* found = event.FindString(name);
    return found == nullptr ? std::string() : *found;
  };
  model::events::PutEventsRequest input;
  model::events::PutEventsRequestEntry& entry = input.entries.emplace().emplace_back();
  entry.event_bus_name = envelope.target_arn;
  entry.source = text("source");
  entry.detail_type = text("detail-type");
  entry.time = ParseIso8601(text("time"));
  context.forwarded = {.id = envelope.event_id,
                       .account = text("account"),
                       .region = text("region"),
                       .sender = envelope.account};
  if (const json::Value* detail = event.Find("detail")) entry.detail = json::Write(*detail);
  if (const json::Value* resources = event.Find("resources");
      resources != nullptr && resources->AsArray() != nullptr) {
    for (const json::Value& resource : *resources->AsArray()) {
      if (resource.AsString() == nullptr) continue;
      if (!entry.resources) entry.resources.emplace();
      entry.resources->push_back(*resource.AsString());
    }
  }
  if (envelope.trace) entry.trace_header = envelope.trace->ToString();
  IATK_TRY(const auto output,
           context.operations().Call<model::events::op::PutEvents>(context, input));
  if (output.failed_entry_count.value_or(0) == 0) return {};
  const model::events::PutEventsResultEntry& failed = output.entries->front();
  return Fail(SenderError(failed.error_code.value_or(""), failed.error_message.value_or("")));
}

}  // namespace

bool IsDeliverable(std::string_view arn) {
  const std::optional<Arn> target = ParseArn(arn);
  if (!target) return false;
  if (target->service == "sqs" || target->service == "lambda") return true;
  if (target->service == "states") return target->resource.starts_with("stateMachine:");
  return target->service == "events" && target->resource.starts_with("event-bus/");
}

Result<void> DeliverOnce(Environment& environment, const Envelope& envelope) {
  const std::optional<Arn> target = ParseArn(envelope.target_arn);
  if (!target || !IsDeliverable(envelope.target_arn)) {
    return Fail(SenderError("InvalidTarget", "no way to " + envelope.target_arn));
  }
  RequestContext context = MakeServiceContext(environment, envelope.account, target->region,
                                              envelope.principal_service, envelope.source_arn);
  context.trace = envelope.trace;
  if (target->service == "sqs") return ToQueue(context, envelope, *target);
  if (target->service == "lambda") return ToFunction(context, envelope);
  // These are reached with the rule's role: the caller counts as one of their account.
  context.account = target->account;
  context.principal = {};
  context.principal.arn = MakeArn("iam", "", target->account, "root");
  if (target->service == "states") return ToStateMachine(context, envelope);
  return ToBus(context, envelope);
}

}  // namespace iatk::cloud

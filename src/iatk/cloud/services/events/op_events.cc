// Events: put on a bus, matched by its rules, handed to their targets.
#include <fmt/format.h>

#include <algorithm>

#include "iatk/base/time_text.h"
#include "iatk/cloud/delivery/policy.h"
#include "iatk/cloud/delivery/router.h"
#include "iatk/cloud/services/events/errors.h"
#include "iatk/cloud/services/events/limits.h"
#include "iatk/cloud/services/events/service.h"
#include "iatk/json/parse.h"
#include "iatk/json/write.h"

namespace iatk::cloud {

namespace m = model::events;

namespace {

Error InvalidArgument(std::string_view parameter, std::string_view reason) {
  return SenderError("InvalidArgument",
                     fmt::format("Parameter {} is not valid. Reason: {}", parameter, reason));
}

// Amazon EventBridge User Guide, "Calculating PutEvents event entry size".
std::size_t SizeOf(const m::PutEventsRequestEntry& entry) {
  std::size_t size = entry.time ? 14 : 0;
  for (const auto* text : {&entry.source, &entry.detail_type, &entry.detail}) {
    if (*text) size += (*text)->size();
  }
  for (const std::string& resource : entry.resources.value_or(std::vector<std::string>())) {
    size += resource.size();
  }
  return size;
}

Result<json::Value> ReadDetail(const RequestContext& context,
                               const m::PutEventsRequestEntry& entry) {
  if (!entry.source || entry.source->empty()) {
    return Fail(InvalidArgument("Source", "Source is a required argument."));
  }
  if (!entry.detail_type || entry.detail_type->empty()) {
    return Fail(InvalidArgument("DetailType", "DetailType is a required argument."));
  }
  if (!entry.detail || entry.detail->empty()) {
    return Fail(InvalidArgument("Detail", "Detail is a required argument."));
  }
  if (entry.source->starts_with("aws.") && !context.forwarded) {
    return Fail(SenderError("NotAuthorizedForSourceException", "Not authorized for the source."));
  }
  auto detail = json::Parse(*entry.detail);
  if (!detail || detail->AsObject() == nullptr) {
    return Fail(SenderError("MalformedDetail", "Detail is malformed."));
  }
  return *std::move(detail);
}

json::Value MakeEvent(const RequestContext& context, const m::PutEventsRequestEntry& entry,
                      const std::string& id, json::Value detail) {
  json::Array resources;
  for (const std::string& arn : entry.resources.value_or(std::vector<std::string>())) {
    resources.emplace_back(arn);
  }
  return json::Object{{"version", "0"},
                      {"id", id},
                      {"detail-type", *entry.detail_type},
                      {"source", *entry.source},
                      {"account", context.forwarded ? context.forwarded->account : context.account},
                      {"time", FormatIso8601(entry.time.value_or(context.Now()))},
                      {"region", context.forwarded ? context.forwarded->region : context.region},
                      {"resources", std::move(resources)},
                      {"detail", std::move(detail)}};
}

std::string PayloadFor(const RuleTarget& target, const Rule& rule, const json::Value& event,
                       const std::string& event_text, Time now) {
  if (target.model.input) return *target.model.input;
  if (target.input_path) {
    const json::Value* const part = input_transformer::Follow(*target.input_path, event);
    return part == nullptr ? "null" : json::Write(*part);
  }
  if (target.transformer) {
    return target.transformer->Apply(
        event,
        {.rule_arn = rule.arn, .rule_name = rule.name, .ingestion_time = FormatIso8601(now)});
  }
  return event_text;
}

Envelope MakeEnvelope(const RuleTarget& target, const Rule& rule, const EventBus& bus) {
  const Arn bus_arn = ParseArn(bus.arn).value_or(Arn());
  Envelope envelope;
  envelope.account = bus_arn.account;
  envelope.region = bus_arn.region;
  envelope.source_arn = rule.arn;
  envelope.target_arn = *target.model.arn;
  if (target.model.sqs_parameters) {
    envelope.message_group_id = target.model.sqs_parameters->message_group_id.value_or("");
  }
  if (target.model.dead_letter_config) {
    envelope.dead_letter_arn = target.model.dead_letter_config->arn.value_or("");
  }
  if (const auto& retry = target.model.retry_policy) {
    envelope.retry.maximum_attempts =
        retry->maximum_retry_attempts.value_or(envelope.retry.maximum_attempts);
    if (retry->maximum_event_age_in_seconds) {
      envelope.retry.maximum_age = std::chrono::seconds(*retry->maximum_event_age_in_seconds);
    }
  }
  return envelope;
}

}  // namespace

Result<std::string> Events::PutEvent(RequestContext& context,
                                     const m::PutEventsRequestEntry& entry) {
  IATK_TRY(json::Value detail, ReadDetail(context, entry));
  std::string id = context.forwarded ? context.forwarded->id : context.ids().Uuid();
  // An entry for a bus that is not there is taken and lost, as on AWS.
  const Result<EventBus*> found = FindBus(context, entry.event_bus_name);
  if (!found) return id;
  EventBus& bus = **found;
  const json::Value event = MakeEvent(context, entry, id, std::move(detail));
  const std::string text = json::Write(event);
  // The entry's header goes before the request's; one that can't be read is dropped.
  std::optional<trace::TraceHeader> header = context.trace;
  if (entry.trace_header) header = trace::ParseTraceHeader(*entry.trace_header);

  const auto hop_of = [&](HopKind kind, const std::string& resource) {
    Hop hop;
    hop.kind = kind;
    hop.account = context.account;
    hop.region = context.region;
    hop.resource = resource;
    hop.event_id = id;
    if (header) hop.trace_id = header->root;
    return hop;
  };
  Hop accepted = hop_of(HopKind::kEventAccepted, bus.arn);
  accepted.detail = text;
  context.journal().Record(std::move(accepted));

  std::vector<event_pattern::RuleSet::Id> matches;
  bus.patterns.Match(text, &matches, event_pattern::NamesOf(event));
  std::ranges::sort(matches);
  std::vector<Envelope> envelopes;
  for (const auto rule_id : matches) {
    const Rule& rule = bus.rules.at(bus.names_by_id.at(rule_id));
    Hop matched = hop_of(HopKind::kRuleMatched, rule.arn);
    matched.source = bus.arn;
    context.journal().Record(std::move(matched));
    for (const auto& [target_id, target] : rule.targets) {
      Envelope envelope = MakeEnvelope(target, rule, bus);
      envelope.payload = PayloadFor(target, rule, event, text, context.Now());
      envelope.event_id = id;
      envelope.trace = header;
      envelope.was_forwarded = context.forwarded.has_value();
      envelopes.push_back(std::move(envelope));
    }
  }
  // Delivery may change the rules: they are not looked at any more.
  for (Envelope& envelope : envelopes) Deliver(environment_, std::move(envelope));
  return id;
}

Result<void> Events::CheckMayPut(RequestContext& context,
                                 const std::optional<std::string>& bus_name) {
  const Result<EventBus*> bus = FindBus(context, bus_name);
  if (!bus) return {};
  const std::string& arn = (*bus)->arn;
  const std::string& account = context.forwarded ? context.forwarded->sender : context.account;
  if (ParseArn(arn).value_or(Arn()).account == account) return {};
  const Decision decision = EvaluateResourcePolicy(
      json::Object{{"Statement", (*bus)->policy_statements}}, {.principal_service = "",
                                                               .principal_account = account,
                                                               .action = "events:PutEvents",
                                                               .resource = arn,
                                                               .source_arn = ""});
  if (decision == Decision::kAllowed) return {};
  return Fail(events_errors::MayNotPutEvents(MakeArn("iam", "", account, "root"), arn));
}

Result<m::PutEventsResponse> Events::PutEvents(RequestContext& context,
                                               const m::PutEventsRequest& input) {
  std::size_t size = 0;
  for (const m::PutEventsRequestEntry& entry : *input.entries) size += SizeOf(entry);
  if (size >= events_limits::kMaxRequestBytes) {
    return Fail(events_errors::ValidationError(
        "Total size of the entries in the request is over the limit."));
  }
  if (input.endpoint_id) {
    Error error = ReceiverError("NotImplemented", "events:PutEvents with EndpointId", 501);
    error.retryable = false;
    return Fail(std::move(error));
  }
  for (const m::PutEventsRequestEntry& entry : *input.entries) {
    IATK_CHECK(CheckMayPut(context, entry.event_bus_name));
  }
  m::PutEventsResponse output;
  auto& entries = output.entries.emplace();
  std::int32_t failed = 0;
  for (const m::PutEventsRequestEntry& entry : *input.entries) {
    m::PutEventsResultEntry& result = entries.emplace_back();
    Result<std::string> id = PutEvent(context, entry);
    if (id) {
      result.event_id = *std::move(id);
      continue;
    }
    ++failed;
    result.error_code = id.error().code;
    result.error_message = id.error().message;
  }
  output.failed_entry_count = failed;
  return output;
}

Result<m::TestEventPatternResponse> Events::TestEventPattern(
    RequestContext&, const m::TestEventPatternRequest& input) {
  IATK_TRY(const event_pattern::Pattern pattern, event_pattern::Compile(*input.event_pattern));
  IATK_CHECK(event_pattern::CheckEvent(*input.event));
  m::TestEventPatternResponse output;
  output.result = pattern.Matches(*input.event);
  return output;
}

}  // namespace iatk::cloud

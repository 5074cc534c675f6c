#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "iatk/base/arn.h"
#include "iatk/base/time_text.h"
#include "iatk/json/write.h"
#include "iatk/kit/listener.h"
#include "iatk/kit/listener_tags.h"
#include "iatk/model/events/operations.h"
#include "iatk/model/sqs/operations.h"

namespace iatk::kit {

namespace ev = model::events;
namespace sqs = model::sqs;

namespace {

// What the listener copies.
struct Source {
  std::string bus_arn;
  std::string event_pattern;
  std::optional<ev::Target> target;
};

Result<std::optional<ev::Target>> FindTarget(Session& session, const AddListenerParams& params) {
  if (params.target_id.empty()) return std::nullopt;
  ev::ListTargetsByRuleRequest input;
  input.rule = params.rule_name;
  input.event_bus_name = params.event_bus_name;
  do {
    IATK_TRY(ev::ListTargetsByRuleResponse output, session.Call<ev::op::ListTargetsByRule>(input));
    if (output.targets) {
      const auto found = std::ranges::find(*output.targets, params.target_id, &ev::Target::id);
      if (found != output.targets->end()) return *found;
    }
    input.next_token = output.next_token;
  } while (input.next_token && !input.next_token->empty());
  return Fail(SenderError("TargetNotFound", fmt::format("TagetId: {} was not found on {} Rule",
                                                        params.target_id, params.rule_name)));
}

Result<Source> FindSource(Session& session, const AddListenerParams& params) {
  Source source;
  ev::DescribeEventBusRequest bus;
  bus.name = params.event_bus_name;
  IATK_TRY(const ev::DescribeEventBusResponse described_bus,
           session.Call<ev::op::DescribeEventBus>(bus));
  source.bus_arn = described_bus.arn.value_or("");
  ev::DescribeRuleRequest rule;
  rule.name = params.rule_name;
  rule.event_bus_name = params.event_bus_name;
  IATK_TRY(const ev::DescribeRuleResponse described_rule,
           session.Call<ev::op::DescribeRule>(rule).map_error([&](const Error& error) {
             return Wrap(fmt::format("RuleName \"{}\" was provided but not found for eventbus "
                                     "\"{}\" failed",
                                     params.rule_name, params.event_bus_name),
                         error);
           }));
  if (!described_rule.event_pattern || described_rule.event_pattern->empty()) {
    return Fail(SenderError(
        "RuleWithoutPattern",
        fmt::format("rule {} has no event pattern: there are no events to listen to, only a "
                    "schedule",
                    params.rule_name)));
  }
  source.event_pattern = *described_rule.event_pattern;
  IATK_TRY(source.target, FindTarget(session, params));
  return source;
}

std::string QueuePolicy(const std::string& queue_arn, const std::string& rule_arn) {
  const json::Value statement = json::Object{
      {"Sid", "eblistener"},
      {"Effect", "Allow"},
      {"Principal", json::Object{{"Service", "events.amazonaws.com"}}},
      {"Action", "sqs:SendMessage"},
      {"Resource", queue_arn},
      {"Condition", json::Object{{"ArnEquals", json::Object{{"aws:SourceArn", rule_arn}}}}}};
  return json::Write(
      json::Object{{"Version", "2012-10-17"}, {"Statement", json::Array{statement}}});
}

Result<std::string> MakeRule(Session& session, const AddListenerParams& params,
                             const Source& source, const std::string& id,
                             const std::map<std::string, std::string>& tags) {
  ev::PutRuleRequest input;
  input.name = id;
  input.event_bus_name = params.event_bus_name;
  input.event_pattern = source.event_pattern;
  input.description = fmt::format("rule for Listener \"{}\"; created by iatk", id);
  for (const auto& [key, value] : tags) {
    ev::Tag& tag =
        input.tags.has_value() ? input.tags->emplace_back() : input.tags.emplace().emplace_back();
    tag.key = key;
    tag.value = value;
  }
  IATK_TRY(const ev::PutRuleResponse output, session.Call<ev::op::PutRule>(input));
  return output.rule_arn.value_or("");
}

// The queue's URL; its ARN is known from the rule's, for both are in the caller's account.
Result<std::string> MakeQueue(Session& session, const std::string& id, const std::string& rule_arn,
                              const std::map<std::string, std::string>& tags,
                              std::string* queue_arn) {
  const Arn rule = ParseArn(rule_arn).value_or(Arn());
  *queue_arn = Arn{rule.partition, "sqs", rule.region, rule.account, id}.ToString();
  sqs::CreateQueueRequest input;
  input.queue_name = id;
  input.attributes = {{"MessageRetentionPeriod", "3600"},
                      {"Policy", QueuePolicy(*queue_arn, rule_arn)}};
  input.tags = tags;
  IATK_TRY(const sqs::CreateQueueResult output, session.Call<sqs::op::CreateQueue>(input));
  return output.queue_url.value_or("");
}

Result<void> Connect(Session& session, const AddListenerParams& params, const Source& source,
                     const std::string& id, const std::string& queue_arn) {
  ev::PutTargetsRequest input;
  input.rule = id;
  input.event_bus_name = params.event_bus_name;
  ev::Target target;
  target.id = id;
  target.arn = queue_arn;
  if (source.target) {
    target.input = source.target->input;
    target.input_path = source.target->input_path;
    target.input_transformer = source.target->input_transformer;
  }
  input.targets.emplace().push_back(std::move(target));
  IATK_TRY(const ev::PutTargetsResponse output, session.Call<ev::op::PutTargets>(input));
  if (output.failed_entry_count.value_or(0) == 0) return {};
  Error error = SenderError("TargetNotPut", "the bus took no target");
  if (output.failed_entries && !output.failed_entries->empty()) {
    const ev::PutTargetsResultEntry& entry = output.failed_entries->front();
    error.message =
        fmt::format("{}: {}", entry.error_code.value_or(""), entry.error_message.value_or(""));
  }
  return Fail(std::move(error));
}

}  // namespace

Result<Listener> AddListener(Session& session, const AddListenerParams& params) {
  IATK_TRY(const Source source, FindSource(session, params).map_error([](const Error& error) {
    return Wrap("failed to locate test target", error);
  }));
  Listener listener;
  listener.id = session.NewListenerId();
  listener.target_under_test = {"AWS::Events::EventBus", params.event_bus_name, source.bus_arn};
  const std::map<std::string, std::string> tags =
      ListenerTags(listener.id, source.bus_arn, session.clock().Now(), params.tags);

  const auto fail = [&](const Error& error) {
    // The caller gets the first error; what could not be removed is found by its tags.
    (void)RemoveListeners(session, {listener.id}, {});
    return Fail(Wrap(fmt::format("failed to create eb listener {}", listener.id), error));
  };
  const Result<std::string> rule_arn = MakeRule(session, params, source, listener.id, tags);
  if (!rule_arn) return fail(rule_arn.error());
  std::string queue_arn;
  Result<std::string> queue_url = MakeQueue(session, listener.id, *rule_arn, tags, &queue_arn);
  if (!queue_url) return fail(queue_url.error());
  if (const auto done = Connect(session, params, source, listener.id, queue_arn); !done) {
    return fail(done.error());
  }
  session.RememberQueueUrl(listener.id, *queue_url);
  listener.components = {{"AWS::SQS::Queue", *queue_url, queue_arn},
                         {"AWS::Events::Rule", listener.id, *rule_arn}};
  return listener;
}

}  // namespace iatk::kit

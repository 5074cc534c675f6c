#include "iatk/kit/listener_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "iatk/base/arn.h"
#include "iatk/kit/listener_id.h"
#include "iatk/lang/event_pattern/pattern.h"
#include "iatk/model/events/operations.h"
#include "iatk/model/sqs/operations.h"

namespace iatk::kit {

namespace ev = model::events;
namespace sqs = model::sqs;

namespace {

// Every event has a source.
constexpr std::string_view kEveryEvent = R"({"source":[{"prefix":""}]})";

Result<std::optional<ev::Target>> FindTarget(Session& session, const std::string& rule,
                                             const std::string& bus, const std::string& target_id) {
  if (target_id.empty()) return std::nullopt;
  ev::ListTargetsByRuleRequest input;
  input.rule = rule;
  input.event_bus_name = bus;
  do {
    IATK_TRY(ev::ListTargetsByRuleResponse output, session.Call<ev::op::ListTargetsByRule>(input));
    if (output.targets) {
      const auto found = std::ranges::find(*output.targets, target_id, &ev::Target::id);
      if (found != output.targets->end()) return *found;
    }
    input.next_token = output.next_token;
  } while (input.next_token && !input.next_token->empty());
  // The original kit's text, its slip included: tests compare it.
  return Fail(SenderError("TargetNotFound",
                          fmt::format("TagetId: {} was not found on {} Rule", target_id, rule)));
}

Result<void> TakeRule(ev::DescribeRuleResponse output, const RuleName& name, BusSource* source) {
  if (!output.event_pattern || output.event_pattern->empty()) {
    return Fail(SenderError(
        "RuleWithoutPattern",
        fmt::format("rule {} has no event pattern: there are no events to listen to, only a "
                    "schedule",
                    name.rule)));
  }
  if (output.state == "DISABLED") {
    source->warnings.push_back(fmt::format(
        "rule {} is disabled: the listener gets its events, its targets don't", name.rule));
  }
  source->event_pattern = *std::move(output.event_pattern);
  return {};
}

}  // namespace

std::string_view BusName(std::string_view bus) {
  const auto at = bus.find(":event-bus/");
  return bus.starts_with("arn:") && at != std::string_view::npos ? bus.substr(at + 11) : bus;
}

Result<RuleName> ParseRuleName(const std::string& rule, const std::string& bus) {
  RuleName name{rule, bus};
  std::optional<std::string> own_bus;
  if (const auto arn = ParseArn(rule); arn && arn->resource.starts_with("rule/")) {
    const std::string path = arn->resource.substr(5);
    const auto slash = path.rfind('/');
    name.rule = slash == std::string::npos ? path : path.substr(slash + 1);
    own_bus = slash == std::string::npos ? std::string(kDefaultBus) : path.substr(0, slash);
  } else if (const auto bar = rule.find('|'); bar != std::string::npos) {
    own_bus = rule.substr(0, bar);
    name.rule = rule.substr(bar + 1);
  }
  if (own_bus) {
    if (!bus.empty() && BusName(bus) != BusName(*own_bus)) {
      return Fail(SenderError("InvalidParams", fmt::format("rule {} is on event bus {}, not on {}",
                                                           rule, *own_bus, BusName(bus))));
    }
    if (bus.empty()) name.bus = *own_bus;
  }
  if (name.bus.empty()) name.bus = kDefaultBus;
  return name;
}

Result<BusSource> FindBusSource(Session& session, const AddListenerParams& params) {
  IATK_TRY(const RuleName name, ParseRuleName(params.rule_name, params.event_bus_name));
  BusSource source;
  source.bus = name.bus;
  if (!params.event_pattern.empty()) {
    IATK_CHECK(event_pattern::Compile(params.event_pattern));
    source.event_pattern = params.event_pattern;
  } else if (params.rule_name.empty()) {
    source.event_pattern = kEveryEvent;
  }
  ev::DescribeEventBusRequest describe_bus;
  describe_bus.name = source.bus;
  if (params.rule_name.empty()) {
    IATK_TRY(const ev::DescribeEventBusResponse bus,
             session.Call<ev::op::DescribeEventBus>(describe_bus));
    source.bus_arn = bus.arn.value_or("");
    return source;
  }
  ev::DescribeRuleRequest describe_rule;
  describe_rule.name = name.rule;
  describe_rule.event_bus_name = source.bus;
  auto [bus, rule] =
      session.CallBoth<ev::op::DescribeEventBus, ev::op::DescribeRule>(describe_bus, describe_rule);
  if (!bus) return Fail(std::move(bus.error()));
  source.bus_arn = bus->arn.value_or("");
  if (!rule) {
    return Fail(
        Wrap(fmt::format("RuleName \"{}\" was provided but not found for eventbus \"{}\" failed",
                         name.rule, source.bus),
             rule.error()));
  }
  IATK_CHECK(TakeRule(*std::move(rule), name, &source));
  IATK_TRY(source.target, FindTarget(session, name.rule, source.bus, params.target_id));
  return source;
}

Result<std::string> FindQueueUrl(Session& session, const std::string& queue) {
  if (IsQueueUrl(queue)) return queue;
  sqs::GetQueueUrlRequest input;
  input.queue_name = queue;
  if (const auto arn = ParseArn(queue)) {
    input.queue_name = arn->resource;
    input.queue_owner_aws_account_id = arn->account;
  }
  IATK_TRY(const sqs::GetQueueUrlResult output, session.Call<sqs::op::GetQueueUrl>(input));
  return output.queue_url.value_or("");
}

}  // namespace iatk::kit

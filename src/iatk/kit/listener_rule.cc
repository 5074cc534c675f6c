#include "iatk/kit/listener_rule.h"

#include <fmt/format.h>

#include <utility>

#include "iatk/base/arn.h"
#include "iatk/kit/control_event.h"
#include "iatk/kit/listener_ready.h"
#include "iatk/kit/listener_tags.h"
#include "iatk/model/events/operations.h"
#include "iatk/model/sqs/operations.h"

namespace iatk::kit {

namespace ev = model::events;
namespace sqs = model::sqs;

ev::PutRuleRequest PutListenerRule(const std::string& id, const BusSource& source, bool controlled,
                                   const std::map<std::string, std::string>& tags) {
  ev::PutRuleRequest request;
  request.name = id;
  request.event_bus_name = source.bus;
  request.event_pattern =
      controlled ? WithControlEvents(source.event_pattern, id) : source.event_pattern;
  request.description = fmt::format("rule for Listener \"{}\"; created by iatk", id);
  if (!tags.empty()) request.tags.emplace();
  for (const auto& [key, value] : tags) {
    ev::Tag& tag = request.tags->emplace_back();
    tag.key = key;
    tag.value = value;
  }
  return request;
}

std::string LikelyRuleArn(const std::string& id, const BusSource& source) {
  Arn arn = ParseArn(source.bus_arn).value_or(Arn());
  const std::string_view bus = BusName(source.bus_arn);
  arn.resource =
      bus == kDefaultBus ? fmt::format("rule/{}", id) : fmt::format("rule/{}/{}", bus, id);
  return arn.ToString();
}

ev::PutTargetsRequest PutListenerTarget(const std::string& id, const BusSource& source,
                                        const std::string& queue_arn, bool as_its_source) {
  ev::PutTargetsRequest request;
  request.rule = id;
  request.event_bus_name = source.bus;
  ev::Target& target = request.targets.emplace().emplace_back();
  target.id = id;
  target.arn = queue_arn;
  if (as_its_source && source.target) {
    target.input = source.target->input;
    target.input_path = source.target->input_path;
    target.input_transformer = source.target->input_transformer;
  }
  return request;
}

Result<void> TargetsPut(const Result<ev::PutTargetsResponse>& output) {
  if (!output) return Fail(output.error());
  if (output->failed_entry_count.value_or(0) == 0) return {};
  Error error = SenderError("TargetNotPut", "the bus took no target");
  if (output->failed_entries && !output->failed_entries->empty()) {
    const ev::PutTargetsResultEntry& entry = output->failed_entries->front();
    error.message =
        fmt::format("{}: {}", entry.error_code.value_or(""), entry.error_message.value_or(""));
  }
  return Fail(std::move(error));
}

namespace {

// The bus of a listener, from the tags of its queue; empty for a listener of something else.
Result<std::string> BusOf(Session& session, const std::string& id) {
  sqs::GetQueueUrlRequest find;
  find.queue_name = id;
  IATK_TRY(const sqs::GetQueueUrlResult queue, session.Call<sqs::op::GetQueueUrl>(find));
  sqs::ListQueueTagsRequest input;
  input.queue_url = queue.queue_url;
  IATK_TRY(const sqs::ListQueueTagsResult output, session.Call<sqs::op::ListQueueTags>(input));
  if (!output.tags) return std::string();
  const auto type = output.tags->find(std::string(kTagType));
  const auto target = output.tags->find(std::string(kTagTarget));
  if (type == output.tags->end() || type->second != kBusListener || target == output.tags->end()) {
    return std::string();
  }
  return target->second;
}

}  // namespace

Result<std::optional<bool>> ListenerHears(Session& session, const std::string& listener_id,
                                          Time until) {
  IATK_TRY(const auto feed, session.FeedOf(listener_id));
  const std::lock_guard one_at_a_time(feed->control_mutex());
  BusSource source;
  IATK_TRY(source.bus, BusOf(session, listener_id));
  if (source.bus.empty()) return std::nullopt;
  ev::DescribeRuleRequest describe;
  describe.name = listener_id;
  describe.event_bus_name = source.bus;
  IATK_TRY(const ev::DescribeRuleResponse rule, session.Call<ev::op::DescribeRule>(describe));
  ev::ListTargetsByRuleRequest list;
  list.rule = listener_id;
  list.event_bus_name = source.bus;
  IATK_TRY(const ev::ListTargetsByRuleResponse targets,
           session.Call<ev::op::ListTargetsByRule>(list));
  for (const ev::Target& target : targets.targets.value_or(std::vector<ev::Target>())) {
    if (target.input || target.input_path || target.input_transformer) return std::nullopt;
  }
  // A restoring that failed is made good now.
  source.event_pattern = WithoutControlEvents(rule.event_pattern.value_or(""), listener_id);
  IATK_CHECK(session.Call<ev::op::PutRule>(PutListenerRule(listener_id, source, true, {})));
  Result<bool> came = ControlEventComesThrough(session, listener_id, source.bus, until);
  IATK_CHECK(EndControl(session, *feed, PutListenerRule(listener_id, source, false, {})));
  if (!came) return Fail(std::move(came.error()));
  return std::optional<bool>(*came);
}

}  // namespace iatk::kit

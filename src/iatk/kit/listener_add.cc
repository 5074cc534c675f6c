#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "iatk/client/retry.h"
#include "iatk/kit/listener.h"
#include "iatk/kit/listener_queue.h"
#include "iatk/kit/listener_ready.h"
#include "iatk/kit/listener_rule.h"
#include "iatk/kit/listener_source.h"
#include "iatk/kit/listener_tags.h"
#include "iatk/model/events/operations.h"
#include "iatk/model/sns/operations.h"
#include "iatk/model/sqs/operations.h"

namespace iatk::kit {

namespace ev = model::events;
namespace sns = model::sns;
namespace sqs = model::sqs;

namespace {

// How long a new rule may take to come into force.
constexpr std::chrono::seconds kPatience{60};
constexpr std::string_view kPrincipal = "events.amazonaws.com";

using Tags = std::map<std::string, std::string>;

// Sees that the listener is ready. That its caller may not put events on the bus is no reason to
// have no listener; that a service fails is.
Result<void> SeeThatItHears(Session& session, const BusSource& source, Listener* listener) {
  const Result<bool> came = ControlEventComesThrough(session, listener->id, source.bus,
                                                     session.clock().Now() + kPatience);
  if (!came && client::IsRetryable(came.error())) {
    return Fail(Wrap("could not see that the listener is ready", came.error()));
  }
  if (!came) {
    listener->warnings.push_back(
        fmt::format("could not see that the listener is ready: {}", Describe(came.error())));
    return {};
  }
  if (*came) return {};
  return Fail(SenderError("ListenerNotReady",
                          fmt::format("no control event came through rule {} on event bus {} in {} "
                                      "seconds",
                                      listener->id, source.bus, kPatience.count())));
}

struct RuleAndQueue {
  std::string rule_arn;
  ListenerQueue queue;
  bool controlled = true;  ///< whether the rule lets control events through
};

// The two side by side, and then the rule's target and a look at the queue's ARN: each is made for
// the ARN that the other most likely has, and made good in the rare case.
Result<void> MakeRuleAndQueue(Session& session, const BusSource& source, const Tags& tags,
                              const std::string& id, RuleAndQueue* made) {
  const std::string likely_rule_arn = LikelyRuleArn(id, source);
  auto [rule, queue] = session.CallBoth<ev::op::PutRule, sqs::op::CreateQueue>(
      PutListenerRule(id, source, made->controlled, tags),
      CreateListenerQueue(id, kPrincipal, likely_rule_arn, tags));
  // A pattern that the control events' share makes too long or too complex goes without.
  if (!rule && rule.error().kind == ErrorKind::kSender && !client::IsRetryable(rule.error())) {
    made->controlled = false;
    rule = session.Call<ev::op::PutRule>(PutListenerRule(id, source, made->controlled, tags));
  }
  if (!rule) return Fail(std::move(rule.error()));
  if (!queue) return Fail(std::move(queue.error()));
  made->rule_arn = rule->rule_arn.value_or("");
  made->queue.url = queue->queue_url.value_or("");

  const std::string likely_arn = LikelyQueueArn(id, likely_rule_arn);
  const auto put_target = [&](const std::string& arn) {
    return PutListenerTarget(id, source, arn, !made->controlled);
  };
  auto [described, target] = session.CallBoth<sqs::op::GetQueueAttributes, ev::op::PutTargets>(
      DescribeQueue(made->queue.url), put_target(likely_arn));
  if (!described) return Fail(std::move(described.error()));
  made->queue.arn = QueueArnIn(*described);
  if (made->queue.arn != likely_arn) {
    target = session.Call<ev::op::PutTargets>(put_target(made->queue.arn));
  }
  IATK_CHECK(TargetsPut(target));
  if (made->queue.arn == likely_arn && made->rule_arn == likely_rule_arn) return {};
  return SetQueuePolicy(session, made->queue, kPrincipal, made->rule_arn);
}

Result<void> ListenToBus(Session& session, const BusSource& source, const Tags& own_tags,
                         Listener* listener) {
  const std::string& id = listener->id;
  const Tags tags = ListenerTags(id, kBusListener, source.bus_arn, session.clock().Now(), own_tags);
  IATK_TRY(const auto feed, session.FeedOf(id));
  RuleAndQueue made;
  IATK_CHECK(MakeRuleAndQueue(session, source, tags, id, &made));
  feed->SetQueueUrl(made.queue.url);
  session.RememberListener(
      id,
      {.queue_url = made.queue.url, .type = std::string(kBusListener), .target = source.bus_arn});
  listener->components = {{"AWS::SQS::Queue", made.queue.url, made.queue.arn},
                          {"AWS::Events::Rule", id, made.rule_arn}};
  if (!made.controlled) {
    listener->warnings.push_back(
        "could not see that the listener is ready: its pattern leaves no room for control events");
    return {};
  }
  IATK_CHECK(SeeThatItHears(session, source, listener));
  IATK_CHECK(EndControl(session, *feed, PutListenerRule(id, source, false, {})));
  if (source.target) {
    IATK_CHECK(TargetsPut(
        session.Call<ev::op::PutTargets>(PutListenerTarget(id, source, made.queue.arn, true))));
  }
  return {};
}

Result<void> ListenToTopic(Session& session, const std::string& topic_arn, const Tags& own_tags,
                           Listener* listener) {
  const Tags tags =
      ListenerTags(listener->id, kTopicListener, topic_arn, session.clock().Now(), own_tags);
  IATK_TRY(const auto feed, session.FeedOf(listener->id));
  constexpr std::string_view kSns = "sns.amazonaws.com";
  IATK_TRY(
      const sqs::CreateQueueResult created,
      session.Call<sqs::op::CreateQueue>(CreateListenerQueue(listener->id, kSns, topic_arn, tags)));
  ListenerQueue queue;
  queue.url = created.queue_url.value_or("");
  feed->SetQueueUrl(queue.url);
  session.RememberListener(
      listener->id,
      {.queue_url = queue.url, .type = std::string(kTopicListener), .target = topic_arn});
  IATK_TRY(const sqs::GetQueueAttributesResult described,
           session.Call<sqs::op::GetQueueAttributes>(DescribeQueue(queue.url)));
  queue.arn = QueueArnIn(described);
  if (queue.arn != LikelyQueueArn(listener->id, topic_arn)) {
    IATK_CHECK(SetQueuePolicy(session, queue, kSns, topic_arn));
  }
  listener->components = {{"AWS::SQS::Queue", queue.url, queue.arn}};
  sns::SubscribeInput input;
  input.topic_arn = topic_arn;
  input.protocol = "sqs";
  input.endpoint = queue.arn;
  // The message as it was published; what SNS would wrap around it is not the application's.
  input.attributes.emplace()["RawMessageDelivery"] = "true";
  input.return_subscription_arn = true;
  IATK_TRY(const sns::SubscribeResponse output, session.Call<sns::op::Subscribe>(input));
  const std::string arn = output.subscription_arn.value_or("");
  listener->components.push_back({"AWS::SNS::Subscription", arn, arn});
  return {};
}

Result<Listener> ListenToQueue(Session& session, const std::string& queue) {
  IATK_TRY(const std::string url, FindQueueUrl(session, queue));
  IATK_TRY(const sqs::GetQueueAttributesResult output,
           session.Call<sqs::op::GetQueueAttributes>(DescribeQueue(url)));
  Listener listener;
  listener.id = url;
  listener.target_under_test = {"AWS::SQS::Queue", url, QueueArnIn(output)};
  return listener;
}

}  // namespace

Result<void> CheckParams(const AddListenerParams& params) {
  const auto invalid = [](std::string why) {
    return Fail(SenderError("InvalidParams", std::move(why)));
  };
  const auto places = std::ranges::count_if(
      std::array{&params.rule_name, &params.event_pattern, &params.topic_arn, &params.queue},
      [](const std::string* place) { return !place->empty(); });
  if (places > 1) {
    return invalid("only one of RuleName, EventPattern, TopicArn and Queue can be given");
  }
  if (!params.target_id.empty() && params.rule_name.empty()) {
    return invalid("TargetId needs a RuleName");
  }
  for (const auto& [key, value] : params.tags) {
    if (!IsReservedTag(key)) continue;
    return invalid(
        fmt::format("invalid tags: reserved tag key \"{}\" found in provided tags", key));
  }
  return {};
}

Result<Listener> AddListener(Session& session, const AddListenerParams& params) {
  IATK_CHECK(CheckParams(params));
  const auto not_located = [](const Error& error) {
    return Wrap("failed to locate test target", error);
  };
  if (!params.queue.empty()) return ListenToQueue(session, params.queue).map_error(not_located);

  Listener listener;
  listener.id = session.NewListenerId();
  Result<void> made;
  if (!params.topic_arn.empty()) {
    listener.target_under_test = {"AWS::SNS::Topic", params.topic_arn, params.topic_arn};
    made = ListenToTopic(session, params.topic_arn, params.tags, &listener);
  } else {
    IATK_TRY(BusSource source, FindBusSource(session, params).map_error(not_located));
    listener.target_under_test = {"AWS::Events::EventBus", source.bus, source.bus_arn};
    listener.warnings = std::move(source.warnings);
    made = ListenToBus(session, source, params.tags, &listener);
  }
  if (made) return listener;
  // The caller gets the first error; what could not be removed is found by its tags.
  (void)RemoveListeners(session, {listener.id}, {});
  return Fail(Wrap(fmt::format("failed to create eb listener {}", listener.id), made.error()));
}

}  // namespace iatk::kit

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "iatk/kit/listener.h"
#include "iatk/kit/wait.h"
#include "iatk/rpc/method_parts.h"
#include "iatk/rpc/methods.h"

namespace iatk::rpc {
namespace {

using enum ParamType;
using std::chrono::milliseconds;
using Kind = kit::Expectation::Kind;

constexpr int kMostEventsARead = 10'000;

json::Value Count(std::uint64_t count) { return json::Number(static_cast<std::int64_t>(count)); }

Result<std::uint64_t> NumberOf(const Params& params, std::string_view name, int otherwise) {
  const int number = params.Integer(name, otherwise);
  if (number < 0) return Fail(InvalidParams(fmt::format("{} must not be negative", name)));
  return static_cast<std::uint64_t>(number);
}

constexpr ParamSpec kAddParams[] = {{"EventBusName", kString},
                                    {"RuleName", kString},
                                    {"EventPattern", kString},
                                    {"TopicArn", kString},
                                    {"Queue", kString},
                                    {"TargetId", kString},
                                    {"Tags", kStringMap},
                                    kProfile,
                                    kRegion};

Result<json::Value> Add(const Params& params, Sessions& sessions) {
  kit::AddListenerParams add;
  add.event_bus_name = params.String("EventBusName");
  add.rule_name = params.String("RuleName");
  add.event_pattern = params.String("EventPattern");
  add.topic_arn = params.String("TopicArn");
  add.queue = params.String("Queue");
  add.target_id = params.String("TargetId");
  add.tags = params.StringMap("Tags");
  IATK_CHECK(kit::CheckParams(add));
  IATK_TRY(const auto session, SessionOf(params, sessions));
  IATK_TRY(const kit::Listener listener, kit::AddListener(*session, add));
  return ToJson(listener);
}

constexpr ParamSpec kMarkParams[] = {{"ListenerId", kString}, kProfile, kRegion};

Result<json::Value> Mark(const Params& params, Sessions& sessions) {
  IATK_CHECK(Require(params, {"ListenerId"}));
  IATK_TRY(const auto session, SessionOf(params, sessions));
  IATK_TRY(const kit::Mark mark, kit::MarkNow(*session, params.String("ListenerId")));
  const std::chrono::duration<double, std::milli> now = mark.at.time_since_epoch();
  return json::Value(json::Object{{"Now", json::Number(now.count())}, {"Next", Count(mark.next)}});
}

constexpr ParamSpec kReadParams[] = {
    {"ListenerId", kString}, {"From", kInteger}, {"WaitMilliseconds", kInteger},
    {"Max", kInteger},       kProfile,           kRegion};

Result<json::Value> Read(const Params& params, Sessions& sessions) {
  IATK_CHECK(Require(params, {"ListenerId"}));
  IATK_TRY(const std::uint64_t from, NumberOf(params, "From", 0));
  IATK_TRY(const std::uint64_t most, NumberOf(params, "Max", kMostEventsARead));
  IATK_TRY(const milliseconds wait, WaitOf(params, "WaitMilliseconds"));
  IATK_TRY(const auto session, SessionOf(params, sessions));
  IATK_TRY(const auto feed, session->FeedOf(params.String("ListenerId")));
  if (feed->end() <= from) IATK_CHECK(feed->WaitFor(from, session->clock().Now() + wait));
  const auto events = feed->Read(from, std::min<std::size_t>(most, kMostEventsARead));
  const std::uint64_t next = events.empty() ? from : events.back().number + 1;
  feed->HandOver(next);
  json::Array array;
  for (const kit::ReceivedEvent& event : events) array.push_back(kit::ToJson(event));
  const kit::FeedCounts counts = feed->counts();
  return json::Value(json::Object{{"Events", std::move(array)},
                                  {"Next", Count(next)},
                                  {"End", Count(counts.events)},
                                  {"Polls", Count(counts.polls)},
                                  {"Duplicates", Count(counts.duplicates)},
                                  {"LastError", counts.last_error}});
}

constexpr ParamSpec kUnpollParams[] = {
    {"ListenerId", kString}, {"Count", kInteger}, kProfile, kRegion};

Result<json::Value> Unpoll(const Params& params, Sessions& sessions) {
  IATK_CHECK(Require(params, {"ListenerId"}));
  IATK_TRY(const std::uint64_t count, NumberOf(params, "Count", 0));
  IATK_TRY(const auto session, SessionOf(params, sessions));
  IATK_TRY(const auto feed, session->FeedOf(params.String("ListenerId")));
  feed->Unpoll(count);
  return json::Value("success");
}

constexpr ParamSpec kExpectParams[] = {{"ListenerId", kString},
                                       {"Kind", kString},
                                       {"Patterns", kStrings},
                                       {"AtLeast", kInteger},
                                       {"AtMost", kInteger},
                                       {"WithinMilliseconds", kInteger},
                                       {"From", kInteger},
                                       kProfile,
                                       kRegion};

Result<Kind> KindOf(const std::string& name) {
  if (name.empty() || name == "event") return Kind::kEvent;
  if (name == "never") return Kind::kNever;
  if (name == "count") return Kind::kCount;
  if (name == "sequence") return Kind::kSequence;
  if (name == "all_of") return Kind::kAllOf;
  return Fail(InvalidParams(
      fmt::format("there is no kind {}: it is event, never, count, sequence or all_of", name)));
}

Result<json::Value> Expect(const Params& params, Sessions& sessions) {
  IATK_CHECK(Require(params, {"ListenerId"}));
  IATK_TRY(const Kind kind, KindOf(params.String("Kind")));
  IATK_TRY(const std::uint64_t at_least, NumberOf(params, "AtLeast", 1));
  std::optional<std::size_t> at_most;
  if (params.Find("AtMost") != nullptr) {
    IATK_TRY(at_most, NumberOf(params, "AtMost", 0));
  }
  IATK_TRY(const kit::Expectation expectation,
           kit::Expectation::Make(kind, params.Strings("Patterns"), at_least, at_most));
  IATK_TRY(const milliseconds within, WaitOf(params, "WithinMilliseconds"));
  IATK_TRY(const std::uint64_t from, NumberOf(params, "From", 0));
  IATK_TRY(const auto session, SessionOf(params, sessions));
  IATK_TRY(const kit::Outcome outcome,
           kit::Await(*session, params.String("ListenerId"), expectation, within, from));
  return kit::ToJson(outcome, expectation);
}

constexpr Method kMethods[] = {
    {"listener.add", kAddParams, Add},          {"listener.expect", kExpectParams, Expect},
    {"listener.mark", kMarkParams, Mark},       {"listener.read", kReadParams, Read},
    {"listener.unpoll", kUnpollParams, Unpoll},
};

}  // namespace

std::span<const Method> ListenerMethods() { return kMethods; }

}  // namespace iatk::rpc

// Listeners and expectations against a local cloud with the stack of examples/gtest-orders. Tests
// share an account: each has a source of its own for its events.
#include "iatk/listener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "iatk/kit.h"
#include "iatk/repeat.h"

namespace {

using namespace std::chrono_literals;
namespace json = iatk::json;
using iatk::Event;
using iatk::Times;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Listening : public ::testing::Test {
 protected:
  Listening()
      : kit_(iatk::Kit::Make().value()),
        source_(::testing::UnitTest::GetInstance()->current_test_info()->name()),
        listener_(kit_.Listen({.pattern = Pattern("source", source_)}).value()) {}

  static json::Value Pattern(const char* key, json::Value value) {
    return json::Object{{key, json::Array{std::move(value)}}};
  }
  static json::Value OfTotal(int total) {
    return json::Object{{"detail", Pattern("total", total)}};
  }
  static std::vector<int> Totals(const std::vector<Event>& events) {
    std::vector<int> totals;
    for (const Event& event : events) {
      totals.push_back(
          static_cast<int>(json::At(event.body, "/detail/total").AsNumber()->AsInt64().value()));
    }
    return totals;
  }
  iatk::Published Publish(int total) {
    return kit_
        .Publish(
            {{.source = source_, .detail_type = "order", .detail = json::Object{{"total", total}}}})
        .value();
  }
  // Whether something of a listener is there.
  bool IsThere(const std::string& id) {
    for (const iatk::Leaving& one :
         kit_.CollectGarbage({.dry_run = true, .older_than = 0s}).value()) {
      if (one.id == id) return true;
    }
    return false;
  }

  iatk::Kit kit_;
  std::string source_;
  iatk::Listener listener_;
};

TEST_F(Listening, ExpectsAnEventByAPattern) {
  const iatk::Act act = listener_.StartAct().value();
  const iatk::Published published = Publish(42);
  const Event event =
      listener_.Expect(R"({"detail": {"total": [{"numeric": [">", 40]}]}})", {.since = act})
          .value();
  EXPECT_EQ(event.id, published.event_ids.at(0));
  EXPECT_EQ(json::At(event.body, "/detail"),
            (json::Object{{"total", 42}, {"correlationId", published.correlation_id}}));
  EXPECT_EQ(iatk::ParseJson(event.text).value(), event.body);
  ASSERT_TRUE(event.latency);
  EXPECT_GE(*event.latency, 0s);
  EXPECT_LT(*event.latency, 20s);
  EXPECT_GE(event.received_at, act.began);
  EXPECT_TRUE(event.sent_at);
  EXPECT_FALSE(event.duplicate);
  EXPECT_THAT(event.trace_header, HasSubstr(published.trace_header.substr(0, 40)));
  EXPECT_EQ(listener_.Expect(published.event_pattern, {.within = 0s})->id, event.id);
  EXPECT_FALSE(listener_.Expect(published.event_pattern)->latency);
}

TEST_F(Listening, ExpectsAnEventByAFunction) {
  Publish(1);
  Publish(2);
  const auto is_second = [](const Event& event) {
    return json::At(event.body, "/detail/total") == 2;
  };
  EXPECT_THAT(Totals({listener_.Expect(is_second).value()}), ElementsAre(2));
  const auto no = listener_.Expect(
      [](const Event&) { return iatk::Verdict(false, "the total is wrong"); }, {.within = 10ms});
  ASSERT_FALSE(no.ok());
  EXPECT_TRUE(no.error().not_met());
  EXPECT_THAT(no.error().message, HasSubstr("0 of 2 event(s) passed within 0.01 s"));
  EXPECT_THAT(no.error().message, HasSubstr("the total is wrong"));
}

TEST_F(Listening, LetsThroughWhatAFunctionThrows) {
  Publish(1);
  const auto throws = [](const Event&) -> bool { throw std::logic_error("mine"); };
  EXPECT_THROW((void)listener_.Expect(throws), std::logic_error);
  EXPECT_TRUE(listener_.Expect(OfTotal(1)).ok());
}

TEST_F(Listening, SaysWhatCameAndWhichFieldWasNotMet) {
  Publish(42);
  ASSERT_TRUE(listener_.Expect(OfTotal(42)).ok());
  const auto none = listener_.Expect(OfTotal(43), {.within = 10ms});
  ASSERT_FALSE(none.ok());
  EXPECT_TRUE(none.error().not_met());
  EXPECT_THAT(none.error().message, HasSubstr("0 matched of the 1 that came"));
  EXPECT_THAT(none.error().message, HasSubstr("detail.total: expected 43, found 42"));
  EXPECT_THAT(listener_.failures(), ElementsAre(none.error().message));
  EXPECT_THAT(listener_.Log(), HasSubstr("1 event(s) came"));
  EXPECT_THAT(listener_.Log(), HasSubstr("not met: " + none.error().message));
}

TEST_F(Listening, FollowsALostEventToWhereItWasLastSeen) {
  const iatk::Published lost = kit_.Publish({{.source = "nobody", .detail_type = "order"}}).value();
  const auto none = listener_.Expect(lost.event_pattern, {.within = 0s, .published = &lost});
  ASSERT_FALSE(none.ok());
  EXPECT_THAT(
      none.error().message,
      HasSubstr("last seen: event bus default: it took the event, as " + lost.event_ids[0]));
}

TEST_F(Listening, SeesThatNothingComesWithAControlEvent) {
  EXPECT_EQ(listener_.Never(OfTotal(43), 10ms)->controlled, true);
  EXPECT_EQ(listener_.Never([](const Event&) { return true; }, 10ms)->controlled, true);
  Publish(42);
  const auto came = listener_.Never(OfTotal(42), 20s);
  ASSERT_FALSE(came.ok());
  EXPECT_THAT(came.error().message, HasSubstr("none should have"));
  const auto passed = listener_.Never([](const Event&) { return true; }, 20s);
  ASSERT_FALSE(passed.ok());
  EXPECT_TRUE(passed.error().not_met());
  EXPECT_THAT(passed.error().message, HasSubstr("came, and should not have"));
}

TEST_F(Listening, NeverFailsIfTheListenerIsGone) {
  ASSERT_TRUE(kit_.RemoveListeners({listener_.id()}).ok());
  for (const auto& nothing : {listener_.Never(OfTotal(1), 0ms),
                              listener_.Never([](const Event&) { return true; }, 0ms)}) {
    EXPECT_FALSE(nothing.ok());
  }
}

TEST_F(Listening, CountsAndOrdersTheSameEvents) {
  for (const int total : {1, 2, 3}) Publish(total);
  const json::Value all = Pattern("source", source_);
  EXPECT_THAT(Totals(listener_.Count(all, Times::AtLeast(3)).value()), ElementsAre(1, 2, 3));
  EXPECT_THAT(listener_.Count(all, Times::Exactly(3), {.within = 10ms}).value(), SizeIs(3));
  EXPECT_FALSE(listener_.Count(all, Times::AtMost(2), {.within = 10ms}).ok());
  const auto is_odd = [](const Event& event) { return Totals({event})[0] % 2 == 1; };
  EXPECT_THAT(Totals(listener_.Count(is_odd, Times::Between(1, 2), {.within = 10ms}).value()),
              ElementsAre(1, 3));
  EXPECT_FALSE(listener_.Count(is_odd, Times::Exactly(1), {.within = 10ms}).ok());
  EXPECT_FALSE(listener_.Count(is_odd, Times::AtLeast(3), {.within = 10ms}).ok());
  EXPECT_THAT(Totals(listener_.Sequence({OfTotal(1), OfTotal(3)}).value()), ElementsAre(1, 3));
  EXPECT_FALSE(listener_.Sequence({OfTotal(3), OfTotal(1)}, {.within = 10ms}).ok());
  EXPECT_THAT(listener_.AllOf({OfTotal(3), OfTotal(1)}).value(), SizeIs(2));
  EXPECT_FALSE(listener_.AllOf({OfTotal(3), OfTotal(3)}, {.within = 10ms}).ok());
  EXPECT_THAT(Totals(listener_.Events().value()), ElementsAre(1, 2, 3));
  EXPECT_THAT(Totals(listener_.Poll(0s, 2).value()), ElementsAre(1, 2));
  EXPECT_THAT(Totals(listener_.Poll(0s).value()), ElementsAre(3));
}

TEST_F(Listening, LeavesOutWhatCameBeforeAnAct) {
  Publish(1);
  const iatk::Act act = listener_.StartAct().value();
  EXPECT_FALSE(listener_.Expect(OfTotal(1), {.within = 10ms, .since = act}).ok());
  EXPECT_THAT(listener_.Events(act).value(), IsEmpty());
  Publish(2);
  EXPECT_THAT(
      Totals(listener_.Count([](const Event&) { return true; }, Times::AtLeast(1), {.since = act})
                 .value()),
      ElementsAre(2));
}

TEST_F(Listening, EndsWithTheListenersLife) {
  std::string id;
  {
    const iatk::Listener gone = kit_.Listen({.pattern = R"({"source": ["x"]})"}).value();
    id = gone.id();
    EXPECT_THAT(gone.components(), SizeIs(2));
    EXPECT_EQ(gone.target_under_test().type, "AWS::Events::EventBus");
    EXPECT_TRUE(IsThere(id));
  }
  EXPECT_FALSE(IsThere(id));
}

TEST_F(Listening, GoesOnInTheListenerThatItIsMovedTo) {
  iatk::Listener first = kit_.Listen({.pattern = R"({"source": ["x"]})"}).value();
  const std::string first_id = first.id();
  std::optional<iatk::Listener> second = std::move(first);
  EXPECT_EQ(second->id(), first_id);
  EXPECT_TRUE(IsThere(first_id));
  // What is assigned to is removed.
  iatk::Listener third = kit_.Listen({.pattern = R"({"source": ["y"]})"}).value();
  const std::string third_id = third.id();
  third = std::move(*second);
  EXPECT_FALSE(IsThere(third_id));
  EXPECT_EQ(third.id(), first_id);
  second.reset();
  EXPECT_TRUE(IsThere(first_id));
  EXPECT_TRUE(third.Remove().ok());
  EXPECT_FALSE(IsThere(first_id));
}

TEST_F(Listening, StaysIfItIsReleased) {
  std::string id;
  {
    iatk::Listener released =
        kit_.Listen({.pattern = R"({"source": ["x"]})", .tags = {{"mine", "1"}}}).value();
    id = released.id();
    released.Release();
  }
  EXPECT_TRUE(IsThere(id));
  EXPECT_TRUE(kit_.RemoveListenersByTags({{.key = "mine", .values = {"1"}}}).ok());
  EXPECT_FALSE(IsThere(id));
}

TEST_F(Listening, OfAQueueHasNothingOfItsOwnAndNoControl) {
  const std::string url = kit_.StackOutputs("orders", {"Archive"})->at("Archive");
  iatk::Listener queue = kit_.Listen({.queue = url}).value();
  EXPECT_EQ(queue.id(), url);
  EXPECT_THAT(queue.components(), IsEmpty());
  const iatk::Published paid = kit_.Publish({{.source = "payments",
                                              .detail_type = "OrderPaid",
                                              .detail = json::Object{{"status", "PAID"}}}},
                                            {.event_bus_name = "orders"})
                                   .value();
  EXPECT_EQ(queue.Expect(paid.event_pattern)->id, paid.event_ids[0]);
  EXPECT_EQ(queue.Never(R"({"source": ["x"]})", 0ms)->controlled, std::nullopt);
  EXPECT_EQ(queue.Never([](const Event&) { return false; }, 0ms)->controlled, std::nullopt);
}

TEST_F(Listening, RefusesWhatItCanNotDo) {
  const auto no_pattern = listener_.Expect("{");
  ASSERT_FALSE(no_pattern.ok());
  EXPECT_EQ(no_pattern.error().code, "InvalidEventPatternException");
  EXPECT_FALSE(no_pattern.error().not_met());
  EXPECT_EQ(listener_.Expect(OfTotal(1), {.within = -1ms}).error().code, "InvalidParams");
  EXPECT_EQ(listener_.Expect([](const Event&) { return true; }, {.within = 25h}).error().code,
            "InvalidParams");
  EXPECT_EQ(listener_.Poll(0s, 11).error().code, "InvalidParams");
  EXPECT_EQ(listener_.Poll(21s).error().code, "InvalidParams");
  EXPECT_EQ(kit_.Listen({.rule_name = "r", .queue = "q"}).error().code, "InvalidParams");
}

TEST_F(Listening, TellsWhichCallFailed) {
  const auto none = kit_.Listen({.rule_name = "there-is-none"});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, "ResourceNotFoundException");
  EXPECT_EQ(none.error().service, "EventBridge");
  EXPECT_EQ(none.error().operation, "DescribeRule");
  EXPECT_EQ(none.error().http_status, 400);
  EXPECT_NE(none.error().request_id, "");
  EXPECT_THAT(none.error().message, HasSubstr("failed to locate test target"));
}

TEST_F(Listening, RepeatsAnActAndGivesTheDistribution) {
  const auto run = [&]() -> iatk::Result<Event> {
    const iatk::Act act = listener_.StartAct().value();
    const iatk::Published published = Publish(1);
    return listener_.Expect(published.event_pattern, {.since = act});
  };
  const iatk::Distribution of = iatk::Repeat(5, run).value();
  EXPECT_EQ(of.runs, 5U);
  EXPECT_LE(of.min, of.p50);
  EXPECT_LE(of.p95, of.max);
  EXPECT_THAT(of.text, HasSubstr("5 runs: "));
  const auto late = iatk::Repeat(5, run, {.p50 = 0s});
  ASSERT_FALSE(late.ok());
  EXPECT_TRUE(late.error().not_met());
  EXPECT_THAT(late.error().message, ::testing::ContainsRegex("p50 is .* over 0.000\n5 runs: "));
}

TEST_F(Listening, RepeatEndsAtTheFirstRunThatFails) {
  Publish(1);
  int runs = 0;
  const auto no_act = iatk::Repeat(5, [&] {
    ++runs;
    return listener_.Expect(OfTotal(1));
  });
  ASSERT_FALSE(no_act.ok());
  EXPECT_EQ(no_act.error().code, "NoLatency");
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(iatk::Repeat(3, [] { return iatk::Seconds(2); })->p99, 2s);
  EXPECT_FALSE(iatk::Repeat(0, [] { return iatk::Seconds(2); }).ok());
}

}  // namespace

#include "iatk/kit/trace_wait.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "iatk/trace/testing.h"

namespace iatk::kit {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using trace::testing::Make;

constexpr char kId[] = "1-5759e988-bd862e3fe1be46a994272793";

TraceLook Look(std::vector<trace::Document> documents) {
  TraceLook look;
  look.view.trace_id = kId;
  look.view.found = !documents.empty();
  look.view.forest = trace::BuildForest(std::move(documents));
  return look;
}

const trace::Document kRoot = Make("a", "", "api", 1, 2);
const trace::Document kWorker = Make("b", "a", "worker", 1.5, 2);
const trace::Document kUnfinished = Make("b", "a", "worker", 1.5, 0);

class AwaitTraceTest : public ::testing::Test {
 protected:
  // Gives `looks` one after another, the last again and again.
  Result<TraceOutcome> Await(std::vector<std::function<Result<TraceLook>()>> looks,
                             const std::vector<std::string>& hops, Duration within) {
    std::size_t next = 0;
    const auto look = [&](Time) { return looks[std::min(next++, looks.size() - 1)](); };
    return AwaitTrace({look, clock_, [this](Duration time) { clock_.Advance(time); }}, kId, hops,
                      within);
  }

  ManualClock clock_{Time(seconds(1'000'000))};
};

TEST_F(AwaitTraceTest, ACompleteTraceIsSeenTwice) {
  const auto outcome =
      Await({[] { return Look({kRoot, kWorker}); }}, {"api > worker"}, seconds(10));
  ASSERT_TRUE(outcome.has_value());
  EXPECT_TRUE(outcome->met);
  EXPECT_EQ(outcome->looks, 2U);
  EXPECT_EQ(outcome->waited, milliseconds(100));
  EXPECT_THAT(outcome->explanation, HasSubstr("is complete after 0.100 s, 2 looks"));
}

TEST_F(AwaitTraceTest, WithoutHopsTheSecondLookIsASecondLater) {
  const auto outcome = Await({[] { return Look({kRoot, kWorker}); }}, {}, seconds(10));
  ASSERT_TRUE(outcome.has_value());
  EXPECT_TRUE(outcome->met);
  EXPECT_EQ(outcome->waited, seconds(1));
}

TEST_F(AwaitTraceTest, ATraceThatStillChangesIsNotComplete) {
  const auto outcome =
      Await({[] { return Look({}); }, [] { return Look({kRoot}); },
             [] { return Look({kRoot, kUnfinished}); }, [] { return Look({kRoot, kWorker}); }},
            {}, seconds(10));
  ASSERT_TRUE(outcome.has_value());
  EXPECT_TRUE(outcome->met);
  EXPECT_EQ(outcome->looks, 5U);
}

TEST_F(AwaitTraceTest, TheLastLookIsWhenTheTimeIsUp) {
  std::vector<Time> looks;
  const auto look = [&](Time) -> Result<TraceLook> {
    looks.push_back(clock_.Now());
    return Look({kRoot});
  };
  const auto outcome = AwaitTrace({look, clock_, [this](Duration time) { clock_.Advance(time); }},
                                  kId, {"worker"}, seconds(5));
  ASSERT_TRUE(outcome.has_value());
  EXPECT_FALSE(outcome->met);
  EXPECT_EQ(looks.back(), Time(seconds(1'000'005)));
  EXPECT_THAT(outcome->explanation, HasSubstr("is not complete after 5.000 s"));
  EXPECT_THAT(outcome->explanation, HasSubstr("missing: worker\napi "));
}

TEST_F(AwaitTraceTest, WithoutTimeACompleteTraceIsStillLookedAtTwice) {
  const auto met = Await({[] { return Look({kRoot}); }}, {}, Duration::zero());
  EXPECT_TRUE(met->met);
  EXPECT_EQ(met->looks, 2U);
  const auto changing = Await({[] { return Look({kRoot}); }, [] { return Look({kRoot, kWorker}); }},
                              {}, Duration::zero());
  EXPECT_FALSE(changing->met);
  EXPECT_THAT(changing->explanation, HasSubstr("still changing"));
}

TEST_F(AwaitTraceTest, AThrottledLookIsWaitedOutAndTold) {
  const auto throttled = []() -> Result<TraceLook> {
    return Fail(SenderError("ThrottledException", "slow down", 429));
  };
  const auto outcome = Await({throttled}, {}, seconds(1));
  ASSERT_TRUE(outcome.has_value());
  EXPECT_FALSE(outcome->met);
  EXPECT_THAT(outcome->explanation, HasSubstr("the trace has not come\n"));
  EXPECT_THAT(outcome->explanation, HasSubstr("last error of a service: slow down"));
  EXPECT_TRUE(Await({throttled, [] { return Look({kRoot}); }}, {}, seconds(1))->met);
}

TEST_F(AwaitTraceTest, ALookThatCouldNotTellLeavesWhatWasSeen) {
  const auto unsure = [] {
    TraceLook look = Look({});
    look.last_error = "the retrieval of traces was still running";
    return look;
  };
  const auto outcome = Await({[] { return Look({kRoot}); }, unsure}, {"worker"}, seconds(1));
  ASSERT_TRUE(outcome.has_value());
  EXPECT_FALSE(outcome->met);
  EXPECT_TRUE(outcome->view.found);
  EXPECT_THAT(outcome->explanation, HasSubstr("missing: worker\napi "));
  EXPECT_THAT(outcome->explanation, HasSubstr("still running"));
}

TEST_F(AwaitTraceTest, WhatTimeDoesNotMendIsAnErrorAtOnce) {
  const auto denied = []() -> Result<TraceLook> {
    return Fail(SenderError("AccessDeniedException", "no", 403));
  };
  EXPECT_FALSE(Await({denied}, {}, seconds(10)).has_value());
  EXPECT_FALSE(Await({[] { return Look({kRoot}); }}, {"a > > b"}, seconds(10)).has_value());
}

}  // namespace
}  // namespace iatk::kit

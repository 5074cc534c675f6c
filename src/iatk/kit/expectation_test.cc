#include "iatk/kit/expectation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "iatk/kit/wait.h"

namespace iatk::kit {
namespace {

using Kind = Expectation::Kind;
using State = Progress::State;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kPaid = R"({"detail-type":["paid"]})";
constexpr const char* kSent = R"({"detail-type":["sent"]})";
constexpr const char* kBig = R"({"detail":{"total":[{"numeric":[">",100]}]}})";

class ExpectationTest : public testing::Test {
 protected:
  static Progress Start(Kind kind, std::vector<std::string> patterns, std::size_t at_least = 1,
                        std::optional<std::size_t> at_most = std::nullopt) {
    return Progress(*Expectation::Make(kind, patterns, at_least, at_most));
  }
  ReceivedEvent Event(std::string body, int sent = 0, bool duplicate = false) {
    ReceivedEvent event;
    event.number = next_++;
    event.body = std::move(body);
    event.event_id = "id-" + std::to_string(event.number);
    if (sent != 0) event.sent_at = Time(std::chrono::seconds(sent));
    event.duplicate = duplicate;
    return event;
  }
  ReceivedEvent Paid(int sent = 0) {
    return Event(R"({"detail-type":"paid","detail":{"total":42}})", sent);
  }
  ReceivedEvent Sent(int sent = 0) { return Event(R"({"detail-type":"sent"})", sent); }
  std::uint64_t next_ = 0;
};

TEST_F(ExpectationTest, WhatWasForgottenIsNotTakenForWhatDidNotCome) {
  Progress never = Start(Kind::kNever, {kSent});
  Progress exactly = Start(Kind::kCount, {kPaid}, 1, 1);
  Progress at_least = Start(Kind::kCount, {kPaid}, 1);
  for (Progress* const progress : {&never, &exactly, &at_least}) {
    EXPECT_FALSE(progress->RestsOnForgotten());
    ReceivedEvent event = Paid();
    event.number = 7;
    progress->See(event);
    EXPECT_TRUE(progress->MetAtTheEnd());
    EXPECT_EQ(progress->forgotten(), 7U);
    EXPECT_EQ(progress->next(), 8U);
  }
  EXPECT_TRUE(never.RestsOnForgotten());
  EXPECT_TRUE(exactly.RestsOnForgotten());
  EXPECT_FALSE(at_least.RestsOnForgotten());
  Outcome outcome;
  outcome.forgotten = 7;
  EXPECT_THAT(Explain(outcome, never.expectation()),
              HasSubstr("7 events that were read before are no longer kept\n"));
}

TEST_F(ExpectationTest, LongEventsAreNotAllKeptForTheExplanation) {
  Progress progress = Start(Kind::kEvent, {kSent});
  progress.See(Paid());
  for (int i = 0; i < 20; ++i) {
    progress.See(Event(std::string(std::size_t{1} << 20, 'x')));
  }
  const auto unmet = progress.UnmetPatterns();
  ASSERT_EQ(unmet.size(), 1U);
  EXPECT_FALSE(unmet[0].why);
}

TEST_F(ExpectationTest, AnEventIsMetByTheFirstThatMatches) {
  Progress progress = Start(Kind::kEvent, {kSent});
  progress.See(Paid());
  EXPECT_EQ(progress.state(), State::kOpen);
  EXPECT_FALSE(progress.MetAtTheEnd());
  progress.See(Sent());
  progress.See(Sent());
  EXPECT_EQ(progress.state(), State::kMet);
  EXPECT_THAT(progress.events(), ElementsAre(1));
}

TEST_F(ExpectationTest, NeverIsBrokenByTheFirstThatMatches) {
  Progress progress = Start(Kind::kNever, {kSent});
  progress.See(Paid());
  EXPECT_EQ(progress.state(), State::kOpen);
  EXPECT_TRUE(progress.MetAtTheEnd());
  progress.See(Sent());
  EXPECT_EQ(progress.state(), State::kBroken);
  EXPECT_THAT(progress.events(), ElementsAre(1));
}

TEST_F(ExpectationTest, ExactlyNIsOpenUntilTheEndAndBrokenByOneMore) {
  Progress progress = Start(Kind::kCount, {kPaid}, 2, 2);
  progress.See(Paid());
  EXPECT_FALSE(progress.MetAtTheEnd());
  progress.See(Paid());
  EXPECT_EQ(progress.state(), State::kOpen);
  EXPECT_TRUE(progress.MetAtTheEnd());
  progress.See(Paid());
  EXPECT_EQ(progress.state(), State::kBroken);
  EXPECT_THAT(progress.events(), ElementsAre(0, 1, 2));
}

TEST_F(ExpectationTest, AtLeastNIsMetByTheNth) {
  Progress progress = Start(Kind::kCount, {kPaid}, 2);
  progress.See(Paid());
  EXPECT_EQ(progress.state(), State::kOpen);
  progress.See(Paid());
  EXPECT_EQ(progress.state(), State::kMet);
}

TEST_F(ExpectationTest, DuplicatesCountOnce) {
  Progress progress = Start(Kind::kCount, {kPaid}, 1, 1);
  progress.See(Paid());
  ReceivedEvent again = Paid();
  again.duplicate = true;
  progress.See(again);
  EXPECT_TRUE(progress.MetAtTheEnd());
  EXPECT_EQ(progress.seen(), 1U);
}

TEST_F(ExpectationTest, ASequenceGoesByWhenEventsWereSentNotByWhenTheyCame) {
  Progress progress = Start(Kind::kSequence, {kPaid, kSent});
  progress.See(Sent(20));
  EXPECT_EQ(progress.state(), State::kOpen);
  progress.See(Paid(10));
  EXPECT_EQ(progress.state(), State::kMet);
  EXPECT_THAT(progress.events(), ElementsAre(1, 0));
}

TEST_F(ExpectationTest, ASequenceInTheWrongOrderIsNotMet) {
  Progress progress = Start(Kind::kSequence, {kPaid, kSent});
  progress.See(Sent(10));
  progress.See(Paid(20));
  EXPECT_EQ(progress.state(), State::kOpen);
  ASSERT_EQ(progress.UnmetPatterns().size(), 1U);
  EXPECT_EQ(progress.UnmetPatterns()[0].pattern, 1U);
  EXPECT_THAT(progress.UnmetPatterns()[0].displaced, ElementsAre(0));
}

TEST_F(ExpectationTest, AllOfTakesADifferentEventForEachPattern) {
  Progress progress = Start(Kind::kAllOf, {R"({"detail-type":["paid","sent"]})", kPaid});
  progress.See(Paid());
  EXPECT_EQ(progress.state(), State::kOpen);
  ASSERT_EQ(progress.UnmetPatterns().size(), 1U);
  EXPECT_THAT(progress.UnmetPatterns()[0].displaced, ElementsAre(0));
  progress.See(Sent());
  EXPECT_EQ(progress.state(), State::kMet);
  EXPECT_THAT(progress.events(), ElementsAre(1, 0));
}

TEST_F(ExpectationTest, TheNearestEventIsTheOneThatNeedsFewestChanges) {
  Progress progress = Start(
      Kind::kEvent, {R"({"detail-type":["paid"],"detail":{"total":[{"numeric":[">",100]}]}})"});
  progress.See(Sent());
  progress.See(Paid());
  progress.See(Sent());
  const auto unmet = progress.UnmetPatterns();
  ASSERT_EQ(unmet.size(), 1U);
  EXPECT_EQ(unmet[0].nearest->number, 1U);
  EXPECT_EQ(unmet[0].why->changes.size(), 1U);
}

TEST_F(ExpectationTest, ABodyThatIsNoObjectMatchesNothingAndIsShown) {
  Progress progress = Start(Kind::kEvent, {kPaid});
  progress.See(Event("just text"));
  const auto unmet = progress.UnmetPatterns();
  ASSERT_EQ(unmet.size(), 1U);
  EXPECT_EQ(unmet[0].nearest->body, "just text");
  EXPECT_FALSE(unmet[0].why.has_value());
}

TEST_F(ExpectationTest, AFailedWaitSaysWhatCameWhatWasNearestAndWhichFieldIsNotMet) {
  const Expectation expectation = *Expectation::Make(Kind::kEvent, {kBig});
  Progress progress(expectation);
  progress.See(Paid());
  Outcome outcome;
  outcome.waited = std::chrono::milliseconds(20'000);
  outcome.seen = progress.seen();
  outcome.polls = 3;
  outcome.last_error = "ThrottlingException: slow down";
  outcome.unmet = progress.UnmetPatterns();
  const std::string text = Explain(outcome, expectation);
  EXPECT_THAT(text, HasSubstr("expected an event within 20.000 s: 0 matched of the 1 that came"));
  EXPECT_THAT(text, HasSubstr("the nearest is event 0 (id id-0)"));
  EXPECT_THAT(text, HasSubstr("NOT MET  detail.total: expected a number > 100, found 42"));
  EXPECT_THAT(text, HasSubstr("1 event looked at, 0 duplicates left out, 3 polls"));
  EXPECT_THAT(text, HasSubstr("last error of a service: ThrottlingException: slow down"));
}

TEST_F(ExpectationTest, NothingListeningIsNotNothingCame) {
  const Expectation expectation = *Expectation::Make(Kind::kNever, {kBig});
  Outcome outcome;
  outcome.controlled = false;
  EXPECT_THAT(Explain(outcome, expectation), HasSubstr("nothing was listening"));
}

TEST(ExpectationMakeTest, RefusesWhatCanNotBeExpected) {
  EXPECT_EQ(Expectation::Make(Kind::kEvent, {}).error().message, "exactly one pattern is needed");
  EXPECT_EQ(Expectation::Make(Kind::kEvent, {kPaid, kSent}).error().message,
            "exactly one pattern is needed");
  EXPECT_EQ(Expectation::Make(Kind::kSequence, {}).error().message,
            "at least one pattern is needed");
  EXPECT_EQ(Expectation::Make(Kind::kCount, {kPaid}, 3, 2).error().message,
            "at least 3 and at most 2 events can't both be");
  EXPECT_EQ(Expectation::Make(Kind::kEvent, {R"({"a":1})"}).error().code,
            "InvalidEventPatternException");
}

}  // namespace
}  // namespace iatk::kit

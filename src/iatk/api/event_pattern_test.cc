#include "iatk/event_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace {

namespace json = iatk::json;
using iatk::EventPattern;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

constexpr char kEvent[] = R"({"source": "shop", "detail": {"total": 42}})";

EventPattern Compiled(const iatk::PatternText& pattern) {
  return EventPattern::Compile(pattern).value();
}

TEST(EventPattern, IsTextOrJson) {
  EXPECT_TRUE(Compiled(R"({"source": ["shop"]})").Matches(kEvent));
  EXPECT_TRUE(Compiled(json::Object{{"source", json::Array{"shop"}}}).Matches(kEvent));
  EXPECT_FALSE(Compiled(R"({"source": ["stop"]})").Matches(kEvent));
  EXPECT_FALSE(Compiled(R"({"source": ["shop"]})").Matches("shop"));
}

TEST(EventPattern, ThatIsNoneFailsAsTheServiceDoes) {
  const iatk::Result<EventPattern> none = EventPattern::Compile(R"({"source": "shop"})");
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, "InvalidEventPatternException");
  EXPECT_THAT(none.error().message, HasSubstr("Event pattern is not valid."));
  EXPECT_EQ(none.error().service, "");
}

TEST(EventPattern, ExplainsWhatIsNotMetAndWhatWouldMatch) {
  const EventPattern pattern =
      Compiled(R"({"source": ["shop"], "detail": {"total": [{"numeric": [">", 100]}]}})");
  const iatk::Explanation why = pattern.Explain(iatk::ParseJson(kEvent).value());
  EXPECT_FALSE(why.matches);
  ASSERT_EQ(why.fields.size(), 2U);
  EXPECT_EQ(why.fields[0].path, "detail.total");
  EXPECT_EQ(why.fields[0].miss, "value");
  EXPECT_THAT(why.fields[0].expected, ElementsAre("a number > 100"));
  EXPECT_EQ(why.fields[0].found, "42");
  EXPECT_EQ(why.fields[0].found_at, "detail.total");
  EXPECT_TRUE(why.fields[1].met);
  ASSERT_EQ(why.changes.size(), 1U);
  EXPECT_EQ(why.changes[0].kind, "set");
  EXPECT_EQ(why.changes[0].at, "detail.total");
  EXPECT_EQ(why.changes[0].from, "42");
  EXPECT_THAT(why.text, HasSubstr("detail.total: expected a number > 100, found 42"));
}

TEST(RuleSet, TellsWhichPatternsAnEventMatches) {
  iatk::RuleSet rules;
  rules.Add(1, Compiled(R"({"source": ["shop"]})"));
  rules.Add(2, Compiled(R"({"detail": {"total": [{"numeric": [">", 40]}]}})"));
  rules.Add(3, Compiled(R"({"source": ["bank"]})"));
  std::vector<iatk::RuleSet::Id> matches = {99};
  rules.Match(kEvent, &matches);
  EXPECT_THAT(matches, UnorderedElementsAre(1, 2));
  rules.Match(kEvent, &matches, iatk::NamesOf(iatk::ParseJson(kEvent).value()));
  EXPECT_THAT(matches, UnorderedElementsAre(1, 2));
  const iatk::EventText events[] = {{R"({"source": "bank"})"}, {kEvent, iatk::EventNames::kAny}};
  std::vector<std::vector<iatk::RuleSet::Id>> of_each(2);
  rules.MatchEach(events, [&](std::size_t place, const std::vector<iatk::RuleSet::Id>& matched) {
    of_each[place] = matched;
  });
  EXPECT_THAT(of_each[0], ElementsAre(3));
  EXPECT_THAT(of_each[1], UnorderedElementsAre(1, 2));
  rules.Remove(1);
  const iatk::RuleSet moved = std::move(rules);
  moved.Match(kEvent, &matches);
  EXPECT_THAT(matches, ElementsAre(2));
  EXPECT_EQ(moved.size(), 2U);
  EXPECT_GT(moved.bytes(), 0U);
}

TEST(NearestPatterns, AreThoseThatNeedTheFewestChanges) {
  const auto nearest = iatk::NearestPatterns(
      {{"far", Compiled(R"({"source": ["bank"], "detail": {"total": [1]}})")},
       {"near", Compiled(R"({"source": ["shop"], "detail": {"total": [1]}})")}},
      iatk::ParseJson(kEvent).value(), 1);
  ASSERT_EQ(nearest.size(), 1U);
  EXPECT_EQ(nearest[0].name, "near");
  EXPECT_EQ(nearest[0].explanation.changes.size(), 1U);
}

}  // namespace

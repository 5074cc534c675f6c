// The GoogleTest front end, on a local cloud.
#include "iatk/gtest.h"

#include <gtest/gtest-spi.h>

#include <string>

namespace {

using iatk::MatchesPattern;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kPattern[] = R"({"detail": {"total": [42]}})";

// What a matcher says of a value that it rejects.
template <class M, class T>
std::string Rejection(const M& matcher, const T& value) {
  ::testing::StringMatchResultListener why;
  EXPECT_FALSE(::testing::ExplainMatchResult(matcher, value, &why));
  return why.str();
}

TEST(MatchesPattern, TakesEventsJsonAndText) {
  const std::string text = R"({"detail": {"total": 42}})";
  iatk::Event event;
  event.body = iatk::ParseJson(text).value();
  EXPECT_THAT(text, MatchesPattern(kPattern));
  EXPECT_THAT(text.c_str(), MatchesPattern(kPattern));
  EXPECT_THAT(event.body, MatchesPattern(event.body.AsObject() == nullptr ? "" : kPattern));
  EXPECT_THAT(event, MatchesPattern(kPattern));
  EXPECT_THAT(event, Not(MatchesPattern(R"({"source": [{"exists": true}]})")));
}

TEST(MatchesPattern, ExplainsWhatIsNotMet) {
  const auto matcher = MatchesPattern(kPattern);
  EXPECT_THAT(Rejection(matcher, std::string(R"({"detail": {"total": 43}})")),
              HasSubstr("NOT MET  detail.total: expected 42, found 43"));
  EXPECT_EQ(Rejection(matcher, std::string("[]")), "which is no JSON object");
  EXPECT_THAT(Rejection(MatchesPattern("{"), std::string("{}")),
              HasSubstr("Event pattern is not valid."));
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(std::string("{}"), MatchesPattern(kPattern)),
                          "matches the event pattern {\"detail\": {\"total\": [42]}}");
}

TEST(Satisfies, IsAPredicateWithTheMatchersReason) {
  iatk::Event event;
  event.id = "e-1";
  const auto id_is = [](const char* id) {
    return iatk::Satisfies(::testing::Field("id", &iatk::Event::id, id));
  };
  EXPECT_TRUE(id_is("e-1")(event).met);
  const iatk::Verdict verdict = id_is("e-2")(event);
  EXPECT_FALSE(verdict.met);
  EXPECT_THAT(verdict.why, HasSubstr("e-1"));
}

TEST(IatkExpectOk, SaysTheExpressionAndTheExplanation) {
  const iatk::Result<int> unmet =
      iatk::Error{.code = std::string(iatk::kNotMet), .message = "expected an event"};
  EXPECT_NONFATAL_FAILURE(IATK_EXPECT_OK(unmet), "unmet\nexpected an event");
  const iatk::Result<void> failed = iatk::Error{.code = "AccessDenied", .message = "no"};
  EXPECT_NONFATAL_FAILURE(IATK_EXPECT_OK(failed), "failed\nAccessDenied: no");
  EXPECT_FATAL_FAILURE(IATK_ASSERT_OK(iatk::Result<int>(iatk::Error{.code = "C", .message = "m"})),
                       "C: m");
  IATK_EXPECT_OK(iatk::Result<int>(1));
  IATK_ASSERT_OK_AND_ASSIGN(const int value, iatk::Result<int>(1));
  EXPECT_EQ(value, 1);
}

class Fixture : public iatk::KitTest {
 public:
  void TestBody() override {}
  using iatk::KitTest::kit;
  using iatk::KitTest::Listen;
};

TEST(KitTest, RemovesItsListeners) {
  std::string id;
  iatk::Kit kit = iatk::Kit::Make().value();
  {
    Fixture fixture;
    iatk::Listener& first = fixture.Listen({.event_bus_name = "orders"});
    fixture.Listen({.pattern = kPattern});
    id = first.id();
    IATK_EXPECT_OK(first.Events());
  }
  for (const iatk::Leaving& one :
       kit.CollectGarbage({.dry_run = true, .older_than = std::chrono::seconds(0)}).value()) {
    EXPECT_NE(one.id, id);
  }
}

TEST(KitTest, FailsTheTestWhereItCanNotListen) {
  Fixture fixture;
  EXPECT_THROW(fixture.Listen({.event_bus_name = "there-is-none"}), iatk::BadResult);
}

}  // namespace

#include "iatk/kit/listener_source.h"

#include <gtest/gtest.h>

#include "iatk/json/parse.h"
#include "iatk/kit/control_event.h"
#include "iatk/lang/event_pattern/pattern.h"

namespace iatk::kit {
namespace {

void ExpectRule(const std::string& rule, const std::string& bus, const std::string& name,
                const std::string& on) {
  const auto parsed = ParseRuleName(rule, bus);
  ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
  EXPECT_EQ(parsed->rule, name);
  EXPECT_EQ(parsed->bus, on);
}

// A rule as CDK names one on a bus of one's own, and a rule's ARN.
TEST(D25_RuleNameTest, IsANameAnArnOrABusAndAName) {
  ExpectRule("orders", "", "orders", "default");
  ExpectRule("orders", "shop", "orders", "shop");
  ExpectRule("shop|orders", "", "orders", "shop");
  ExpectRule("shop|orders", "shop", "orders", "shop");
  ExpectRule("shop|orders", "arn:aws:events:eu-west-1:123456789012:event-bus/shop", "orders",
             "arn:aws:events:eu-west-1:123456789012:event-bus/shop");
  ExpectRule("arn:aws:events:eu-west-1:123456789012:rule/orders", "", "orders", "default");
  ExpectRule("arn:aws:events:eu-west-1:123456789012:rule/shop/orders", "", "orders", "shop");
}

TEST(D25_RuleNameTest, ThatNamesAnotherBusIsRefused) {
  EXPECT_EQ(ParseRuleName("shop|orders", "default").error().message,
            "rule shop|orders is on event bus shop, not on default");
}

TEST(ControlEventTest, PassesItsListenersPatternAndNoOther) {
  const std::string pattern = R"({"$or":[{"source":["a"]},{"detail":{"x":[1]}}]})";
  const auto widened = event_pattern::Compile(WithControlEvents(pattern, "iatk_eb_1"));
  ASSERT_TRUE(widened.has_value()) << widened.error().message;
  const auto event = [](const std::string& source, const std::string& detail) {
    return R"({"source":")" + source + R"(","detail":)" + detail + "}";
  };
  EXPECT_TRUE(widened->Matches(event("a", "{}")));
  EXPECT_TRUE(widened->Matches(event("b", R"({"x":1})")));
  EXPECT_FALSE(widened->Matches(event("b", "{}")));
  const std::string control = event("iatk.control", ControlDetail("iatk_eb_1", "t"));
  EXPECT_TRUE(widened->Matches(control));
  EXPECT_EQ(ControlTokenOf(*json::Parse(control), "iatk_eb_1"), "t");
  const std::string others = event("iatk.control", ControlDetail("iatk_eb_2", "t"));
  EXPECT_FALSE(widened->Matches(others));
  EXPECT_FALSE(ControlTokenOf(*json::Parse(others), "iatk_eb_1").has_value());
}

}  // namespace
}  // namespace iatk::kit

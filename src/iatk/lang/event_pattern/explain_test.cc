#include "iatk/lang/event_pattern/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "iatk/json/parse.h"
#include "iatk/json/write.h"
#include "iatk/lang/event_pattern/describe.h"

namespace iatk::event_pattern {
namespace {

Explanation Why(const char* pattern, const char* event) {
  return Explain(*Compile(pattern), *json::Parse(event));
}

TEST(Explain, NamesEachFieldAndWhatWouldMakeItMatch) {
  const Explanation why = Why(
      R"({"source":["shop"],"detail":{"total":[{"numeric":[">",100]}],"items":{"sku":["A-1"]}}})",
      R"({"source":"shop","detail":{"total":42,"items":[{"sku":"B-9"},{"sku":"A-1"}]}})");
  EXPECT_EQ(ToText(why), R"(Does not match: 1 of 3 fields is not met.
  met      detail.items.sku: "A-1" at detail.items[1].sku
  NOT MET  detail.total: expected a number > 100, found 42
  met      source: "shop"
It would match with 1 change:
  change detail.total from 42 to a number > 100
)");
}

TEST(Explain, AMatchNeedsNoChange) {
  const Explanation why = Why(R"({"a":[{"exists":false}],"b":["x"]})", R"({"b":"x"})");
  EXPECT_TRUE(why.matches);
  EXPECT_EQ(ToText(why), "Matches.\n  met      a: not there, as wanted\n  met      b: \"x\"\n");
}

TEST(Explain, TakesTheArrayElementThatComesNearest) {
  const Explanation why =
      Why(R"({"i":{"a":[1],"b":[2],"c":[3]}})",
          R"({"i":[{"a":1,"b":9,"c":9},{"a":9,"b":2,"c":3},{"a":9,"b":9,"c":3}]})");
  ASSERT_EQ(why.changes.size(), 1U);
  EXPECT_EQ(why.changes[0].at, "i[1].a");
  EXPECT_EQ(why.leaves[0].miss, Miss::kOtherElement);
  EXPECT_EQ(why.leaves[0].hint,
            "1 is at i[0].a, in another array element than the fields that are met");
  EXPECT_EQ(why.leaves[0].values, 3U);
}

TEST(Explain, TakesTheNearestValueOfAnArray) {
  const Explanation why = Why(R"({"a":["order-created"]})", R"({"a":["x","order-create","y"]})");
  EXPECT_EQ(why.leaves[0].found->at, "a[1]");
  EXPECT_EQ(why.leaves[0].values, 3U);
}

TEST(Explain, TakesTheNearestCombinationOfOr) {
  const Explanation why = Why(R"({"$or":[{"a":[1],"b":[2]},{"c":[3],"d":[4]}]})", R"({"c":3})");
  EXPECT_EQ(why.combinations, 2U);
  ASSERT_EQ(why.changes.size(), 1U);
  EXPECT_EQ(why.changes[0].kind, Change::Kind::kAdd);
  EXPECT_EQ(why.changes[0].at, "d");
}

TEST(Explain, HintsAtWhatIsEasilyOverlooked) {
  const auto hint = [](const char* pattern, const char* event) {
    return Why(pattern, event).leaves[0].hint;
  };
  EXPECT_EQ(hint(R"({"a":["x"]})", R"({"a":"X"})"), "differs only in case");
  EXPECT_EQ(hint(R"({"a":["x"]})", R"({"a":"x "})"), "differs only in white space");
  EXPECT_EQ(hint(R"({"a":[5]})", R"({"a":"5"})"), "is a string");
  EXPECT_EQ(hint(R"({"a":["5"]})", R"({"a":5})"), "is not a string");
  EXPECT_EQ(hint(R"({"detail":{"orderId":["1"]}})", R"({"detail":{"order-ID":"1"}})"),
            "there is detail.order-ID");
  EXPECT_EQ(hint(R"({"id":["1"]})", R"({"detail":{"id":"1"}})"), "there is detail.id");
  EXPECT_EQ(hint(R"({"a":[{"exists":true}]})", R"({"a":{"b":1}})"),
            "is an object there: only its fields have values");
}

TEST(Explain, AFieldThatMustNotBeThereIsRemoved) {
  const Explanation why = Why(R"({"a":[{"exists":false}]})", R"({"a":7})");
  EXPECT_EQ(why.leaves[0].miss, Miss::kPresent);
  EXPECT_THAT(ToText(why), testing::HasSubstr("remove a, which is 7"));
}

TEST(Explain, IsJsonToo) {
  const Explanation why = Why(R"({"a":["x",{"prefix":"y"}]})", R"({"a":"z"})");
  EXPECT_EQ(json::Write(ToJson(why)),
            R"({"matches":false,"combinations":1,"leaves":[{"path":"a","met":false,)"
            R"("miss":"value","tests":[{"operator":"equals","expected":"x","met":false},)"
            R"({"operator":"prefix","expected":{"prefix":"y"},"met":false}],)"
            R"("found":{"at":"a","value":"z"},"values":1}],)"
            R"("changes":[{"kind":"set","at":"a","from":"z",)"
            R"("to":"\"x\" or a string that begins with \"y\""}]})");
}

TEST(Explain, RanksRules) {
  const std::vector<NamedPattern> rules = {
      {"far", *Compile(R"({"a":[9],"b":[9]})")},
      {"near", *Compile(R"({"a":[1],"b":[9]})")},
      {"hit", *Compile(R"({"a":[1]})")},
  };
  const auto nearest = NearestRules(rules, *json::Parse(R"({"a":1,"b":2})"), 2);
  ASSERT_EQ(nearest.size(), 2U);
  EXPECT_EQ(nearest[0].name, "hit");
  EXPECT_EQ(nearest[1].name, "near");
}

TEST(Describe, WritesEveryTestAsItWasWritten) {
  for (const char* test : {R"("x")",
                           "5",
                           "true",
                           "null",
                           R"({"prefix":"a"})",
                           R"({"suffix":"a"})",
                           R"({"prefix":{"equals-ignore-case":"a"}})",
                           R"({"suffix":{"equals-ignore-case":"a"}})",
                           R"({"equals-ignore-case":"a"})",
                           R"({"wildcard":"a*b"})",
                           R"({"numeric":["=",1.5]})",
                           R"({"numeric":[">",1,"<=",2]})",
                           R"({"numeric":["<",2]})",
                           R"({"cidr":"10.0.0.0/8"})",
                           R"({"exists":true})",
                           R"({"exists":false})",
                           R"({"anything-but":["a","b"]})",
                           R"({"anything-but":5})",
                           R"({"anything-but":{"prefix":"a"}})",
                           R"({"anything-but":{"suffix":["a","b"]}})",
                           R"({"anything-but":{"wildcard":"*a"}})",
                           R"({"anything-but":{"equals-ignore-case":"a"}})"}) {
    const auto pattern = Compile(std::string(R"({"f":[)") + test + "]}");
    ASSERT_TRUE(pattern.has_value()) << test;
    EXPECT_EQ(ToPatternJson(pattern->rules()[0][0].tests[0]), test);
  }
}

}  // namespace
}  // namespace iatk::event_pattern

#include "iatk/lang/event_pattern/pattern.h"

#include <gtest/gtest.h>

#include "iatk/json/parse.h"
#include "iatk/lang/event_pattern/complexity.h"

namespace iatk::event_pattern {
namespace {

bool Matches(const char* pattern, const char* event) {
  const auto compiled = Compile(pattern);
  EXPECT_TRUE(compiled.has_value()) << compiled.error().message;
  return compiled && compiled->Matches(event);
}

std::string ReasonOf(const char* pattern) {
  const auto compiled = Compile(pattern);
  if (compiled) return "no error";
  const std::string& message = compiled.error().message;
  return message.substr(36, message.find('\n') - 36);
}

TEST(Pattern, FieldsMustAllPassAndAnyAlternativeWill) {
  EXPECT_TRUE(Matches(R"({"a":["x","y"],"b":{"c":[1]}})", R"({"a":"y","b":{"c":1.0,"d":2}})"));
  EXPECT_FALSE(Matches(R"({"a":["x"],"b":["y"]})", R"({"a":"x"})"));
}

TEST(Pattern, ArrayElementsMustAgree) {
  constexpr char kPattern[] = R"({"a":{"b":[1],"c":[2]}})";
  EXPECT_TRUE(Matches(kPattern, R"({"a":[{"b":1,"c":2},{"b":3}]})"));
  EXPECT_FALSE(Matches(kPattern, R"({"a":[{"b":1},{"c":2}]})"));
  EXPECT_TRUE(Matches(R"({"f":["A"],"l":["J"]})", R"({"f":["x","A"],"l":["J","y"]})"));
}

TEST(Pattern, AbsenceIsTestedInTheElementsThatFieldsBeforeItFixed) {
  EXPECT_TRUE(Matches(R"({"a":{"b":[2],"c":[{"exists":false}]}})", R"({"a":[{"c":1},{"b":2}]})"));
  EXPECT_FALSE(Matches(R"({"a":{"c":[2],"b":[{"exists":false}]}})", R"({"a":[{"b":1},{"c":2}]})"));
}

TEST(Pattern, ExistsIsAboutScalars) {
  EXPECT_TRUE(Matches(R"({"a":[{"exists":true}]})", R"({"a":null})"));
  for (const char* event : {R"({})", R"({"a":{}})", R"({"a":[]})", R"({"a":[{"b":1}]})"}) {
    EXPECT_TRUE(Matches(R"({"a":[{"exists":false}]})", event)) << event;
    EXPECT_FALSE(Matches(R"({"a":[{"exists":true}]})", event)) << event;
  }
}

TEST(Pattern, NumbersCompareByValueWhereADoubleHoldsThem) {
  EXPECT_TRUE(Matches(R"({"a":[300]})", R"({"a":3.0e2})"));
  EXPECT_FALSE(Matches(R"({"a":[300]})", R"({"a":"300"})"));
  EXPECT_FALSE(Matches(R"({"a":[{"numeric":[">",0]}]})", R"({"a":12345678901234567891})"));
  EXPECT_TRUE(Matches(R"({"a":[{"numeric":[">",0,"<=",5]}]})", R"({"a":5})"));
  EXPECT_FALSE(Matches(R"({"a":[{"numeric":[">",0,"<",5]}]})", R"({"a":5})"));
}

TEST(Pattern, AnythingButNeedsAValueThatIsNoneOfThem) {
  EXPECT_TRUE(Matches(R"({"a":[{"anything-but":["x"]}]})", R"({"a":["x","y"]})"));
  EXPECT_FALSE(Matches(R"({"a":[{"anything-but":["x"]}]})", R"({"b":1})"));
  EXPECT_TRUE(Matches(R"({"a":[{"anything-but":[5]}]})", R"({"a":"5"})"));
}

TEST(Pattern, CaseIsIgnoredForAllLetters) {
  EXPECT_TRUE(Matches(R"({"a":[{"equals-ignore-case":"Ärger"}]})", R"({"a":"äRGER"})"));
  EXPECT_TRUE(Matches(R"({"a":[{"suffix":{"equals-ignore-case":".PNG"}}]})", R"({"a":"é.png"})"));
  EXPECT_TRUE(Matches(R"({"a":[{"prefix":{"equals-ignore-case":"ab"}}]})", R"({"a":"ABc"})"));
}

TEST(Pattern, OrMultipliesOut) {
  constexpr char kPattern[] =
      R"({"s":["x"],"$or":[{"a":[1]},{"b":[2],"$or":[{"c":[3]},{"d":[4]}]}]})";
  EXPECT_TRUE(Matches(kPattern, R"({"s":"x","a":1})"));
  EXPECT_TRUE(Matches(kPattern, R"({"s":"x","b":2,"d":4})"));
  EXPECT_FALSE(Matches(kPattern, R"({"s":"x","b":2})"));
  // What is no $or relationship is a field of that name.
  EXPECT_TRUE(Matches(R"({"$or":["x"]})", R"({"$or":"x"})"));
}

TEST(Pattern, AddressesMatchTheirBlock) {
  EXPECT_TRUE(Matches(R"({"a":[{"cidr":"10.0.0.0/24"}]})", R"({"a":"10.0.0.255"})"));
  EXPECT_FALSE(Matches(R"({"a":[{"cidr":"10.0.0.0/24"}]})", R"({"a":"10.0.1.0"})"));
  EXPECT_TRUE(Matches(R"({"a":[{"cidr":"2001:db8::/32"}]})", R"({"a":"2001:db8:1::1"})"));
  EXPECT_TRUE(Matches(R"({"a":["10.0.0.1"]})", R"({"a":"010.0.0.01"})"));
}

TEST(Compile, SaysWhatIsWrong) {
  EXPECT_EQ(ReasonOf("[]"), "Filter is not an object");
  EXPECT_EQ(ReasonOf(R"({"a":[{}]})"), "Match expression name not found");
  EXPECT_EQ(ReasonOf(R"({"a":[[1]]})"), "Match value must be String, number, true, false, or null");
  EXPECT_EQ(ReasonOf(R"({"a":[{"Prefix":"x"}]})"), "Unrecognized match type Prefix");
  EXPECT_EQ(ReasonOf(R"({"a":[{"prefix":"x","suffix":"y"}]})"),
            "Only one key allowed in match expression");
  EXPECT_EQ(ReasonOf(R"({"a":[{"numeric":[">",5,"<",5]}]})"), "Bottom must be less than top");
  EXPECT_EQ(ReasonOf(R"({"a":[{"numeric":[">",1e400]}]})"), "Cannot compare number : 1e400");
  EXPECT_EQ(ReasonOf(R"({"a":[{"cidr":"1.2.3.4/32"}]})"), "IPv4 mask bits must be < 32");
  EXPECT_EQ(ReasonOf(R"({"a":[{"wildcard":"a\\b"}]})"), "Invalid escape character at pos 2");
  EXPECT_EQ(ReasonOf(R"({"a":[1)").substr(0, 31), "Unexpected end-of-input: expect");
}

TEST(Compile, BoundsTheCombinationsOfOr) {
  std::string pattern = "{";
  for (int i = 0; i < 10; ++i) {
    pattern += (i > 0 ? std::string(",") : std::string()) + "\"k" + std::to_string(i) +
               R"(":{"$or":[{"a":[1]},{"b":[1]}]})";
  }
  EXPECT_NE(ReasonOf((pattern + "}").c_str()).find("$or combinations"), std::string::npos);
}

TEST(Complexity, CountsThePlacesAMatcherStandsAtTogether) {
  EXPECT_EQ(WildcardComplexity({"*"}), 2U);
  EXPECT_EQ(WildcardComplexity({"/Users/*/dir/dir/dir/dir/dir/doc.txt"}), 7U);
  EXPECT_EQ(WildcardComplexity({"*:*:*:*:*:event-bus/*"}), 10U);
}

}  // namespace
}  // namespace iatk::event_pattern

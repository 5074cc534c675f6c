#include "iatk/lang/json_schema/regex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace iatk::json_schema {
namespace {

using testing::HasSubstr;

bool Matches(const char* pattern, std::string_view text) {
  const auto regex = Regex::Compile(pattern);
  EXPECT_TRUE(regex) << regex.error().message;
  return regex && regex->Matches(text);
}

TEST(Regex, MatchesAsEcma262Says) {
  EXPECT_TRUE(Matches("a+", "xaay"));
  EXPECT_FALSE(Matches("^a$", "a\n"));
  EXPECT_TRUE(Matches("^\\s$", "\xC2\xA0"));
  EXPECT_FALSE(Matches("^\\S$", "\xEF\xBB\xBF"));
  EXPECT_FALSE(Matches("^.$", "\r"));
  EXPECT_TRUE(Matches("^[^]$", "\n"));
  EXPECT_FALSE(Matches("[]", "a"));
  EXPECT_TRUE(Matches("^\\u00e9\\x41\\cJ$",
                      "\xC3\xA9"
                      "A\n"));
  EXPECT_TRUE(Matches("^\\ud83d\\ude00$", "\xF0\x9F\x98\x80"));
  EXPECT_TRUE(Matches("^(?<year>\\d{4})-(?:\\d\\d)$", "2026-11"));
  EXPECT_FALSE(Matches("^\\d$", "\xD9\xA3"));
  EXPECT_TRUE(Matches("^\\p{Letter}+$", "\xC3\xA9t"));
  EXPECT_TRUE(Matches("^a{,2}$", "a{,2}"));
  EXPECT_TRUE(Matches("^[\\w-]+$", "a-b_"));
  EXPECT_TRUE(Matches("^.{1,2048}$", std::string(2048, 'x')));
  EXPECT_FALSE(Matches("^.{1,2048}$", std::string(2049, 'x')));
}

TEST(Regex, WhatCantBeUsedIsNamed) {
  for (const auto& [pattern, why] :
       std::vector<std::pair<const char*, const char*>>{{"(?=a)", "(?=…) is not supported"},
                                                        {"(?<!a)", "(?<!…) is not supported"},
                                                        {"(a)\\1", "the reference \\1"},
                                                        {"(", "a group has no end"},
                                                        {"a)", "a \")\" too many"},
                                                        {"[a", "a [ has no end"},
                                                        {"*", "repeats nothing"},
                                                        {"a{3,2}", "out of order"},
                                                        {"[z-a]", "a range out of order"},
                                                        {"\\", "ends in a"},
                                                        {"\\a", "\\a is not known"},
                                                        {"\\p{Nonsense}", "invalid"}}) {
    const auto regex = Regex::Compile(pattern);
    ASSERT_FALSE(regex) << pattern;
    EXPECT_THAT(regex.error().message, HasSubstr(why));
  }
}

class Samples : public testing::TestWithParam<const char*> {};

TEST_P(Samples, AreMatched) {
  const auto regex = Regex::Compile(GetParam());
  ASSERT_TRUE(regex) << regex.error().message;
  const auto ids = MakeSeededIdSource(7);
  for (const std::size_t extra : {0U, 1U, 5U, 40U}) {
    for (const bool vary : {false, true}) {
      const std::string sample = regex->Sample({extra, vary}, *ids);
      EXPECT_TRUE(regex->Matches(sample)) << sample;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    OfPatternsInUse, Samples,
    testing::Values("^[a-z]{2}-[a-z]+-\\d$", "^\\d{12}$", "^arn:aws[a-z-]*:s3:::[^/]+(/.*)?$",
                    "^(PAID|OPEN|CANCELLED)$", "^[\\w.-]+@[\\w.-]+\\.\\w{2,}$", "^\\S+$",
                    "^(?:[0-9a-f]{8})-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$", "^[^\\s\\d]{3,}$",
                    "^\\p{Lu}\\p{Ll}*$", "^[\\u0400-\\u04ff]+$", "^v?(0|[1-9]\\d*)\\.(\\d+)$",
                    "x|y", "^\\P{L}$", "^[^!-~]$"));

TEST(Regex, ASampleHasTheLengthThatIsWished) {
  const auto ids = MakeSeededIdSource(1);
  const auto regex = Regex::Compile("^[a-z]{2,10}[0-9]{0,5}$");
  EXPECT_EQ(regex->Sample({0, false}, *ids).size(), 2U);
  EXPECT_EQ(regex->Sample({11, false}, *ids).size(), 13U);
}

}  // namespace
}  // namespace iatk::json_schema

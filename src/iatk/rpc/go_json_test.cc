#include "iatk/rpc/go_json.h"

#include <gtest/gtest.h>

#include <cmath>

#include "iatk/json/parse.h"

namespace iatk::rpc {
namespace {

std::string First(std::string_view stream) {
  FirstValue value;
  value.Add(stream);
  return std::string(value.text());
}

TEST(FirstValue, IsTheFirstOfAStreamWhateverFollows) {
  EXPECT_EQ(First(R"({"a":"}\"]"} {"b":1})"), R"({"a":"}\"]"})");
  EXPECT_EQ(First("\n [[1],2]]]"), "\n [[1],2]");
  EXPECT_EQ(First(R"("a\\"x)"), R"("a\\")");
  EXPECT_EQ(First("null{}"), "null");
  EXPECT_EQ(First(" 3 4"), " 3");
  EXPECT_EQ(First(" "), " ");
  EXPECT_EQ(First("]"), "");
}

TEST(FirstValue, IsWholeAsSoonAsItsLastByteHasCome) {
  FirstValue value;
  EXPECT_FALSE(value.Add(R"({"a":")"));
  EXPECT_FALSE(value.Add("}\\"));
  EXPECT_FALSE(value.Add("\"\""));
  EXPECT_TRUE(value.Add("}more"));
  EXPECT_EQ(value.text(), R"({"a":"}\""})");
}

TEST(FirstValue, IsTakenNoFurtherThanTheLimit) {
  FirstValue value;
  EXPECT_TRUE(value.Add("[" + std::string(FirstValue::kMaxBytes, ' ')));
}

TEST(GoJson, WhatIsNoUnicodeIsReplaced) {
  constexpr const char* kReplacement = "\xEF\xBF\xBD";
  EXPECT_EQ(ReplaceWhatIsNoUnicode("a\xFFz"), std::string("a") + kReplacement + "z");
  EXPECT_EQ(ReplaceWhatIsNoUnicode("\xED\xA0\x80").size(), 9U);  // a surrogate: three bytes
  EXPECT_EQ(ReplaceWhatIsNoUnicode("\xC0\xAF").size(), 6U);      // longer than need be
  EXPECT_EQ(ReplaceWhatIsNoUnicode("\xE2\x82"), std::string(kReplacement) + kReplacement);
  EXPECT_EQ(ReplaceWhatIsNoUnicode("é€😀"), "é€😀");
  EXPECT_EQ(ReplaceWhatIsNoUnicode("\\ud800x"), std::string(kReplacement) + "x");
  EXPECT_EQ(ReplaceWhatIsNoUnicode("\\udc00"), kReplacement);
  EXPECT_EQ(ReplaceWhatIsNoUnicode("\\ud83d\\ude00"), "\\ud83d\\ude00");
  EXPECT_EQ(ReplaceWhatIsNoUnicode("\\ud800\\u0041"), std::string(kReplacement) + "\\u0041");
  EXPECT_EQ(ReplaceWhatIsNoUnicode("\\\\ud800"), "\\\\ud800");
  EXPECT_EQ(ReplaceWhatIsNoUnicode("\\"), "\\");
  EXPECT_EQ(ReplaceWhatIsNoUnicode("\\u-123"), "\\u-123");
}

TEST(GoJson, NamesAreFoundWithoutCase) {
  EXPECT_EQ(FoldName("TagFilters"), "tagfilters");
  EXPECT_EQ(FoldName("li\xC5\xBFtener\xE2\x84\xAA"), "listenerk");
}

TEST(GoJson, IsWrittenWithGosEscapes) {
  const auto value = json::Parse("\"<>&\xE2\x80\xA8\xE2\x80\xA9\\b\\f\\n\\t\\u0001\\\\b\x7F\"");
  ASSERT_TRUE(value);
  EXPECT_EQ(WriteAsGo(*value),
            "\"\\u003c\\u003e\\u0026\\u2028\\u2029\\u0008\\u000c\\n\\t\\u0001\\\\b\x7F\"");
}

TEST(GoJson, NumbersAreFloats) {
  EXPECT_EQ(NumberAsGo(1.0), "1");
  EXPECT_EQ(NumberAsGo(-0.0), "-0");
  EXPECT_EQ(NumberAsGo(1795485543.125), "1795485543.125");
  EXPECT_EQ(NumberAsGo(1000), "1000");
  EXPECT_EQ(NumberAsGo(0.1), "0.1");
  EXPECT_EQ(NumberAsGo(0.000001), "0.000001");
  EXPECT_EQ(NumberAsGo(0.0000001), "1e-7");
  EXPECT_EQ(NumberAsGo(-1.5e-10), "-1.5e-10");
  EXPECT_EQ(NumberAsGo(1e20), "100000000000000000000");
  EXPECT_EQ(NumberAsGo(1e21), "1e+21");
  EXPECT_EQ(NumberAsGo(1.5e300), "1.5e+300");
  EXPECT_EQ(NumberAsGo(12345678901234567890.0), "12345678901234567000");
  EXPECT_EQ(NumberAsGo(INFINITY), "0");
}

}  // namespace
}  // namespace iatk::rpc

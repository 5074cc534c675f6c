#include <gtest/gtest.h>

#include "iatk/json/decimal.h"
#include "iatk/json/parse.h"
#include "iatk/json/write.h"

namespace iatk::json {
namespace {

std::string RoundTrip(std::string_view text) {
  const Result<Value> value = Parse(text);
  return value ? Write(*value) : "error: " + value.error().message;
}

TEST(Json, RoundTripKeepsEveryByteOfCompactText) {
  for (const char* text :
       {R"({"b":1,"a":[1.0,1e5,-0,0.10,12345678901234567890123,1E400],"c":{"d":null}})",
        R"(["\n\t\"\\é",true,false])", "3", "-0", "\"x\"", "null", "true", "[]", "{}",
        R"({"a":1,"a":2})", "18446744073709551616"}) {
    EXPECT_EQ(RoundTrip(text), text);
  }
}

TEST(Json, RefusesWhatIsNotOneJsonValue) {
  for (const char* text :
       {"",    " ",      "{",          "[1,]", "{\"a\"}",  "nul",  "nulls",       "tru",
        "01",  "1.",     "+1",         "1e",   "[1 2]",    "{} x", "\"\\ud800\"", "\"a",
        "'a'", "[nulx]", "{\"a\":01}", "\xff", "\"\xc3\"", "NaN",  "[1]]",        "\"\n\""}) {
    EXPECT_FALSE(Parse(text).has_value()) << text;
  }
}

TEST(Json, BoundsDepthAndSize) {
  EXPECT_TRUE(Parse(std::string(512, '[') + std::string(512, ']')).has_value());
  EXPECT_FALSE(Parse(std::string(513, '[') + std::string(513, ']')).has_value());
  EXPECT_FALSE(Parse("[1234567890]", {.max_bytes = 8}).has_value());
}

TEST(Json, NumbersConvertOnDemand) {
  EXPECT_EQ(Number("3e2").AsInt64(), 300);
  EXPECT_EQ(Number("300.0").AsInt64(), 300);
  EXPECT_EQ(Number("-9223372036854775808").AsInt64(), INT64_MIN);
  EXPECT_EQ(Number("9223372036854775808").AsInt64(), std::nullopt);
  EXPECT_EQ(Number("1.5").AsInt64(), std::nullopt);
  EXPECT_EQ(Number("1e-400").AsDouble(), 0);
  EXPECT_EQ(Number(0.1).text(), "0.1");
}

TEST(Json, EqualComparesNumbersByValueAndObjectsWithoutOrder) {
  EXPECT_TRUE(Equal(*Parse(R"({"a":1,"b":[2]})"), *Parse(R"({"b":[2.0],"a":1e0})")));
  EXPECT_FALSE(Equal(*Parse("12345678901234567890"), *Parse("12345678901234567891")));
  EXPECT_FALSE(Equal(*Parse("1"), *Parse("\"1\"")));
  EXPECT_FALSE(Equal(*Parse(R"({"a":1})"), *Parse(R"({"a":1,"b":1})")));
}

TEST(Json, OfDuplicatesTheLastIsCompared) {
  const Value twice = *Parse(R"({"a":1,"a":"x"})");
  EXPECT_TRUE(Equal(twice, twice));
  EXPECT_TRUE(Equal(twice, *Parse(R"({"a":"x"})")));
  EXPECT_FALSE(Equal(twice, *Parse(R"({"a":1})")));
  EXPECT_FALSE(Equal(twice, *Parse(R"({"a":"x","b":1})")));
  EXPECT_TRUE(SameNumber(Number("-0"), Number("0.0")));
}

TEST(Json, WriteSortedOrdersMembersAtEveryDepth) {
  EXPECT_EQ(WriteSorted(*Parse(R"({"b":{"d":1,"c":2},"a":0})")), R"({"a":0,"b":{"c":2,"d":1}})");
}

TEST(Decimal, ComparesExactlyAtAnyLength) {
  const auto less = [](const char* a, const char* b) { return ToDecimal(a) < ToDecimal(b); };
  EXPECT_TRUE(less("1.99999999999999999999", "2"));
  EXPECT_TRUE(less("-2", "-1.5"));
  EXPECT_TRUE(less("-1", "0"));
  EXPECT_TRUE(less("0", "1e-400"));
  EXPECT_TRUE(less("9e399", "1e400"));
  EXPECT_FALSE(less("1.0", "1"));
  EXPECT_EQ(ToDecimal("300"), ToDecimal("3e2"));
  EXPECT_EQ(ToDecimal("-0.0"), ToDecimal("0"));
}

TEST(Decimal, DividesExactlyAtAnyLength) {
  const auto multiple = [](const char* a, const char* b) {
    return IsMultipleOf(ToDecimal(a), ToDecimal(b));
  };
  EXPECT_TRUE(multiple("19.99", "0.01"));
  EXPECT_FALSE(multiple("19.999", "0.01"));
  EXPECT_TRUE(multiple("-7e300", "7"));
  EXPECT_FALSE(multiple("1e300", "3"));
  EXPECT_TRUE(multiple("123456789012345678901234567890", "10"));
  EXPECT_TRUE(multiple("0", "0.3"));
  EXPECT_TRUE(multiple("999999999999999999", "999999999999999999"));
}

}  // namespace
}  // namespace iatk::json

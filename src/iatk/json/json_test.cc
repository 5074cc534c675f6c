#include <gtest/gtest.h>

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
  EXPECT_TRUE(SameNumber(Number("-0"), Number("0.0")));
}

TEST(Json, WriteSortedOrdersMembersAtEveryDepth) {
  EXPECT_EQ(WriteSorted(*Parse(R"({"b":{"d":1,"c":2},"a":0})")), R"({"a":0,"b":{"c":2,"d":1}})");
}

}  // namespace
}  // namespace iatk::json

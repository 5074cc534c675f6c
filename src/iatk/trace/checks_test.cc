#include "iatk/trace/checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "iatk/json/parse.h"
#include "iatk/trace/testing.h"

namespace iatk::trace {
namespace {

using ::testing::HasSubstr;

CheckResult Checked(const char* text) {
  const auto check = ReadCheck(*json::Parse(text));
  EXPECT_TRUE(check.has_value()) << text << ": " << (check ? "" : check.error().message);
  return RunCheck(BuildForest(testing::Orders()), check ? *check : Check());
}

TEST(Checks, PresentAndAbsent) {
  EXPECT_TRUE(Checked(R"({"Kind":"present","Select":{"Name":"bus"}})").met);
  EXPECT_TRUE(Checked(R"({"Kind":"absent","Select":{"Name":"queue"}})").met);
  EXPECT_EQ(Checked(R"({"Kind":"present","Select":{"Name":"queue"}})").explanation,
            "nothing with name \"queue\"\n");
  EXPECT_EQ(Checked(R"({"Kind":"absent","Select":{"Name":"bus"}})").explanation,
            "1 with name \"bus\", and there should be none\n  bus (b)\n");
}

TEST(Checks, APathThatIsNotThereIsShownBesideTheOneThatIs) {
  EXPECT_EQ(Checked(R"({"Kind":"present","Select":{"Path":"workflow > bus > queue"}})").explanation,
            "nothing with path workflow > bus > queue\n"
            "  workflow\n"
            "    bus\n"
            "-     queue\n"
            "+     function\n");
  EXPECT_EQ(Checked(R"({"Kind":"present","Select":{"Path":"x > bus"}})").explanation,
            "nothing with path x > bus\n"
            "- x\n"
            "-   bus\n"
            "+ workflow\n");
}

TEST(Checks, Durations) {
  EXPECT_TRUE(Checked(R"({"Kind":"duration","AtMostMilliseconds":1000.5})").met);
  EXPECT_TRUE(
      Checked(R"({"Kind":"duration","Select":{"Name":"function"},"AtMostMilliseconds":401})").met);
  EXPECT_THAT(Checked(R"({"Kind":"duration","AtMostMilliseconds":999})").explanation,
              HasSubstr("the trace took 1000.000 ms, and should take at most 999 ms"));
  EXPECT_THAT(Checked(R"({"Kind":"duration","Select":{"Name":"function"},"AtMostMilliseconds":10})")
                  .explanation,
              HasSubstr("1 of 1 with name \"function\" should take at most 10 ms\n  function (c) "
                        "took 400.000 ms\n"));
  EXPECT_FALSE(Checked(R"({"Kind":"duration","Select":{"Name":"x"},"AtMostMilliseconds":1})").met);
  EXPECT_FALSE(Checked(R"({"Kind":"duration","AtLeastMilliseconds":2000})").met);
}

TEST(Checks, Flags) {
  EXPECT_TRUE(Checked(R"({"Kind":"flags","Select":{"Name":"bus"}})").met);
  EXPECT_TRUE(Checked(R"({"Kind":"flags","Flags":["error","throttle"]})").met);
  EXPECT_TRUE(Checked(R"({"Kind":"flags","Flags":["fault"],"Set":true})").met);
  EXPECT_THAT(Checked(R"({"Kind":"flags"})").explanation, HasSubstr("  function (c): fault\n"));
  EXPECT_FALSE(Checked(R"({"Kind":"flags","Flags":["throttle"],"Set":true})").met);
  // "No errors" of what is not there is no assurance.
  EXPECT_FALSE(Checked(R"({"Kind":"flags","Select":{"Name":"x"}})").met);
}

TEST(Checks, Order) {
  EXPECT_TRUE(Checked(R"({"Kind":"order","Order":["workflow","bus","DynamoDB","function"]})").met);
  EXPECT_EQ(Checked(R"({"Kind":"order","Order":["function","bus"]})").explanation,
            "order function, bus: no bus after function (c) began at +500.000 ms\n"
            "  bus (b) began at +100.000 ms\n");
  EXPECT_EQ(Checked(R"({"Kind":"order","Order":["x"]})").explanation,
            "order x: no x\n  there is no x at all\n");
}

TEST(Checks, Trees) {
  EXPECT_TRUE(Checked(R"({"Kind":"tree","Tree":["workflow > bus > function"]})").met);
  EXPECT_EQ(Checked(R"({"Kind":"tree","Tree":["workflow > bus > queue"]})").explanation,
            "the tree differs (- expected, + found)\n"
            "  workflow\n    bus\n-     queue\n+     function\n");
}

TEST(Checks, RefusesWhatIsNone) {
  for (const char* text :
       {"[]", "{}", R"({"Kind":"x"})", R"({"Kind":"present","Foo":1})", R"({"Kind":"duration"})",
        R"({"Kind":"flags","Flags":["x"]})", R"({"Kind":"order","Order":"a"})",
        R"({"Kind":"order","Order":[1]})", R"({"Kind":"flags","Set":1})",
        R"({"Kind":"duration","AtMostMilliseconds":"1"})"}) {
    EXPECT_FALSE(ReadCheck(*json::Parse(text)).has_value()) << text;
  }
}

}  // namespace
}  // namespace iatk::trace

#include "iatk/cloud/dispatch/properties.h"

#include <gtest/gtest.h>

#include "iatk/json/parse.h"
#include "iatk/json/write.h"
#include "iatk/model/events/operations.h"

namespace iatk::cloud {
namespace {

json::Object Read(const char* text) { return *json::Parse(text)->AsObject(); }

TEST(Properties, TextIsTakenFromAnyScalar) {
  const json::Object properties = Read(R"({"a":"x","b":5,"c":true,"d":null,"e":{"f":1.0}})");
  EXPECT_EQ(TextOf(properties, "a"), "x");
  EXPECT_EQ(TextOf(properties, "b"), "5");
  EXPECT_EQ(TextOf(properties, "c"), "true");
  EXPECT_EQ(TextOf(properties, "d"), std::nullopt);
  EXPECT_EQ(TextOf(properties, "e"), R"({"f":1.0})");
  EXPECT_EQ(TextOf(properties, "g"), std::nullopt);
}

TEST(Properties, OneValueStandsForAList) {
  const json::Object properties = Read(R"({"one":"x","two":["x",2],"none":null})");
  EXPECT_EQ(TextsOf(properties, "one"), std::vector<std::string>{"x"});
  EXPECT_EQ(TextsOf(properties, "two"), (std::vector<std::string>{"x", "2"}));
  EXPECT_TRUE(TextsOf(properties, "none").empty());
}

TEST(Properties, BooleansMayBeText) {
  const json::Object properties = Read(R"({"a":true,"b":"true","c":"yes","d":false})");
  EXPECT_TRUE(IsTrue(properties.Find("a")));
  EXPECT_TRUE(IsTrue(properties.Find("b")));
  EXPECT_FALSE(IsTrue(properties.Find("c")));
  EXPECT_FALSE(IsTrue(properties.Find("d")));
  EXPECT_FALSE(IsTrue(nullptr));
}

TEST(Properties, ScalarsAreConvertedToWhatTheModelWants) {
  const json::Value given =
      *json::Parse(R"({"Rule":7,"Targets":[{"Id":1,"RetryPolicy":{"MaximumRetryAttempts":"5"}},)"
                   R"({"RetryPolicy":{"MaximumRetryAttempts":"many"}}]})");
  EXPECT_EQ(json::Write(ConvertTo(*model::events::op::PutTargets::Table().input, given)),
            R"({"Rule":"7","Targets":[{"Id":"1","RetryPolicy":{"MaximumRetryAttempts":5}},)"
            R"({"RetryPolicy":{"MaximumRetryAttempts":"many"}}]})");
}

}  // namespace
}  // namespace iatk::cloud

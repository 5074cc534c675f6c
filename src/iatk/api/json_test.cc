#include "iatk/json.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace {

namespace json = iatk::json;

const json::Value kOrder =
    json::Object{{"total", 42},
                 {"items", json::Array{json::Object{{"sku", "A-1"}}, json::Object{{"sku", "B-2"}}}},
                 {"a/b~c", true}};

TEST(At, FindsTheValueThatAPointerNames) {
  EXPECT_EQ(json::At(kOrder, "/items/1/sku"), "B-2");
  EXPECT_EQ(json::At(kOrder, "/total"), 42.0);
  EXPECT_EQ(json::At(kOrder, "/a~1b~0c"), true);
  EXPECT_EQ(&json::At(kOrder, ""), &kOrder);
}

TEST(At, IsNullForWhatIsNotThere) {
  for (const char* pointer : {"/none", "/items/2", "/items/01", "/items/-", "/items/x", "/total/x",
                              "total", "/items/1/sku/0"}) {
    EXPECT_TRUE(json::At(kOrder, pointer).is_null()) << pointer;
  }
}

TEST(ParseJson, KeepsNumbersAsTheyCame) {
  std::ostringstream out;
  out << iatk::ParseJson(R"({"b": 1.0, "a": 12345678901234567890})").value();
  EXPECT_EQ(out.str(), R"({"b":1.0,"a":12345678901234567890})");
}

TEST(ParseJson, FailsForWhatIsNotJson) {
  const iatk::Result<json::Value> parsed = iatk::ParseJson("{");
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().code, "InvalidJson");
}

TEST(Result, ThrowsItsErrorWhereItsValueIsAskedFor) {
  try {
    (void)iatk::ParseJson("{").value();
    FAIL() << "nothing was thrown";
  } catch (const iatk::BadResult& bad) {
    EXPECT_EQ(bad.error().code, "InvalidJson");
    EXPECT_EQ(bad.what(), bad.error().message);
  }
}

TEST(Result, OfACallCanBeWalked) {
  const auto call = []() -> iatk::Result<std::vector<std::string>> {
    return std::vector<std::string>{"a", "b"};
  };
  std::string all;
  for (const std::string& one : call().value()) all += one;
  for (const std::string& one : *call()) all += one;
  EXPECT_EQ(all, "abab");
}

}  // namespace

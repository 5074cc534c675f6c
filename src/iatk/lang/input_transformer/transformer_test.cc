#include "iatk/lang/input_transformer/transformer.h"

#include <gtest/gtest.h>

#include "iatk/json/parse.h"

namespace iatk::input_transformer {
namespace {

constexpr char kEvent[] =
    R"({"id":"7","detail":{"state":"ok","list":[{"n":1.50}],"text":"a \"b\"","none":null}})";

std::string Apply(const std::map<std::string, std::string>& paths, std::string_view text) {
  const auto transformer = Transformer::Make(paths, text);
  if (!transformer) return "error: " + transformer.error().message;
  return transformer->Apply(*json::Parse(kEvent), {"arn:rule", "rule", "2026-01-02T03:04:05Z"});
}

TEST(InputTransformer, ValuesStandAsJsonOutsideQuotesAndAsTextInside) {
  EXPECT_EQ(Apply({{"s", "$.detail.state"}, {"l", "$.detail.list"}, {"t", "$.detail.text"}},
                  R"({"s": <s>, "l": <l>, "t": "<t>!", "both": "<s>/<l>"})"),
            R"({"s": "ok", "l": [{"n":1.50}], "t": "a \"b\"!", "both": "ok/[{\"n\":1.50}]"})");
}

TEST(InputTransformer, StringTemplatesStayStrings) {
  EXPECT_EQ(
      Apply({{"s", "$.detail.state"}, {"n", "$.detail.list[0].n"}}, R"("state is <s>, n is <n>")"),
      R"("state is ok, n is 1.50")");
}

TEST(InputTransformer, WhatTheEventLacksIsNullOutsideQuotesAndNothingInside) {
  EXPECT_EQ(Apply({{"x", "$.detail.x"}}, R"({"a": <x>, "b": "-<x>-"})"),
            R"({"a": null, "b": "--"})");
}

TEST(InputTransformer, KnowsTheRuleAndTheEvent) {
  EXPECT_EQ(Apply({}, R"({"r": "<aws.events.rule-name>", "t": <aws.events.event.ingestion-time>})"),
            R"({"r": "rule", "t": "2026-01-02T03:04:05Z"})");
  EXPECT_EQ(Apply({}, "<aws.events.event>"), R"({"id":"7"})");
  EXPECT_EQ(Apply({}, R"({"e": <aws.events.event.json>})"),
            std::string(R"({"e": )") + kEvent + "}");
}

TEST(InputTransformer, RefusesWhatCannotWork) {
  EXPECT_EQ(Apply({}, R"({"a": <x>})"),
            "error: InputTemplate for target contains placeholder(s) that are not defined: <x>");
  EXPECT_EQ(Apply({{"x", "detail"}}, "<x>"), "error: Invalid jsonPath detail");
  EXPECT_EQ(Apply({{"x", "$.a"}}, R"({"a": <x>)"),
            "error: Invalid InputTemplate for target: it is not valid JSON.");
}

TEST(Path, BracketsDotsAndIndexes) {
  const json::Value event = *json::Parse(R"({"a-b":{"c.d":[[5]]}})");
  const json::Value* found = Follow(*ReadPath("$.a-b['c.d'][0][0]"), event);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->AsNumber()->text(), "5");
  for (const char* text : {"", "a", "$.", "$..a", "$[", "$[x]", "$.*"}) {
    EXPECT_FALSE(ReadPath(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace iatk::input_transformer

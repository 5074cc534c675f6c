#include "iatk/lang/json_schema/generate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "iatk/json/parse.h"
#include "iatk/json/write.h"
#include "iatk/lang/json_schema/validate.h"

namespace iatk::json_schema {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsSupersetOf;

const Time kNow(std::chrono::seconds(1'600'000'000));

Schema Read(const char* text) {
  auto schema = Schema::Read(*json::Parse(text));
  EXPECT_TRUE(schema) << schema.error().message;
  return *std::move(schema);
}

std::string Minimal(const char* text, bool skip_optional = false) {
  const auto value = Generate(
      Read(text), {.form = Form::kMinimal, .seed = 0, .now = kNow, .skip_optional = skip_optional});
  return value ? json::Write(*value) : value.error().message;
}

struct Row {
  const char* schema;
  const char* minimal;
};

class MinimalForms : public testing::TestWithParam<Row> {};

TEST_P(MinimalForms, AreTheBarest) { EXPECT_EQ(Minimal(GetParam().schema), GetParam().minimal); }

INSTANTIATE_TEST_SUITE_P(
    All, MinimalForms,
    testing::Values(
        Row{R"({"type":"object","properties":{"s":{"type":"string"},"n":{"type":"number"},
                "b":{"type":"boolean"},"a":{"type":"array"},"z":{"type":"null"},"f":{}}})",
            R"({"s":"","n":0,"b":false,"a":[],"z":null,"f":null})"},
        Row{R"({"type":"string","format":"date-time"})", R"("2020-09-13T12:26:40.000Z")"},
        Row{R"({"properties":{"a":{"minLength":1,"pattern":"^x*$"}}})", R"({"a":"x"})"},
        Row{R"({"enum":["b","c"]})", R"("b")"},
        Row{R"({"enum":["b","cc"],"minLength":2})", R"("cc")"},
        Row{R"({"type":"string","default":"x"})", R"("x")"},
        Row{R"({"type":"string","minLength":2,"default":"x","examples":["xy"]})", R"("et")"},
        Row{R"({"type":"integer","minimum":7,"multipleOf":5})", "10"},
        Row{R"({"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1})", "0.1"},
        Row{R"({"type":"integer","maximum":-3})", "-3"},
        Row{R"({"multipleOf":0.25,"minimum":0.3,"maximum":0.8})", "0.5"},
        Row{R"({"allOf":[{"multipleOf":4},{"multipleOf":6,"minimum":1}]})", "12"},
        Row{R"({"type":"array","minItems":2,"items":{"type":"boolean"},"uniqueItems":true})",
            "[false,true]"},
        Row{R"({"prefixItems":[{"const":1},{"const":2}],"items":false,"minItems":2})", "[1,2]"},
        Row{R"({"contains":{"const":7},"minContains":2})", "[7,7]"},
        Row{R"({"prefixItems":[{"const":1}],"contains":{"const":7}})", "[1,7]"},
        Row{R"({"allOf":[{"properties":{"a":{"const":1}}},{"required":["a","b"]}]})",
            R"({"a":1,"b":null})"},
        Row{R"({"anyOf":[{"type":"string","minLength":3,"maxLength":2},{"const":5}]})", "5"},
        Row{R"({"oneOf":[{"required":["a"]},{"required":["b"]}],"properties":{"a":{"const":1},
                "b":{"const":2}}})",
            R"({"a":1})"},
        Row{R"({"oneOf":[{"properties":{"kind":{"const":"x"}},"required":["kind"]},
                {"properties":{"kind":{"const":"y"}},"required":["kind"]}]})",
            R"({"kind":"x"})"},
        Row{R"({"type":["null","string"],"not":{"type":"string"}})", "null"},
        Row{R"({"properties":{"a":{"const":1}},"if":{"required":["a"]},"then":{"required":["b"]}})",
            R"({"a":1,"b":null})"},
        Row{R"({"properties":{"a":{"const":1}},"dependentRequired":{"a":["b"]}})",
            R"({"a":1,"b":null})"},
        Row{R"({"properties":{"a":{"const":1}},"dependentSchemas":{"a":{"properties":
                {"c":{"const":3}},"required":["c"]}}})",
            R"({"a":1,"c":3})"},
        Row{R"({"minProperties":2,"additionalProperties":{"type":"integer"}})",
            R"({"key1":0,"key2":1})"},
        Row{R"({"minProperties":1,"patternProperties":{"^x[0-9]$":{"const":1}},
                "additionalProperties":false})",
            R"({"x8":1})"},
        Row{R"({"minProperties":1,"propertyNames":{"enum":["only"]}})", R"({"only":null})"},
        Row{R"({"properties":{"a":false,"b":{"const":1}}})", R"({"b":1})"},
        Row{R"({"maxProperties":1,"required":["b"],"properties":{"a":{"const":1},"b":{"const":2}}})",
            R"({"b":2})"}));

TEST(Generate, WhatRefersToItselfEnds) {
  EXPECT_EQ(Minimal(R"({"type":"object","properties":{"next":{"$ref":"#"}}})"), "{}");
  EXPECT_EQ(Minimal(R"({"type":"object","required":["next"],"properties":{
                       "next":{"anyOf":[{"$ref":"#"},{"type":"null"}]}}})"),
            R"({"next":null})");
  EXPECT_EQ(Minimal(R"({"type":"object","required":["kids"],"properties":{
                       "kids":{"type":"array","items":{"$ref":"#"}}}})"),
            R"({"kids":[]})");
  EXPECT_THAT(
      Minimal(R"({"type":"object","required":["next"],"properties":{"next":{"$ref":"#"}}})"),
      HasSubstr("refers to itself without end"));
}

TEST(Generate, SkipOptionalLeavesOutWhatIsNotRequired) {
  EXPECT_EQ(
      Minimal(R"({"required":["a"],"properties":{"a":{"properties":{"x":{}}},"b":{}}})", true),
      R"({"a":{}})");
}

TEST(Generate, WhatNothingMeetsIsNamed) {
  EXPECT_THAT(Minimal("false"), HasSubstr("#: nothing is allowed here"));
  EXPECT_THAT(Minimal(R"({"allOf":[{"type":"string"},{"type":"object"}]})"),
              HasSubstr("#/allOf/1/type"));
  EXPECT_THAT(Minimal(R"({"minimum":3,"maximum":2,"type":"integer"})"),
              HasSubstr("#/minimum: no number is in the range"));
  EXPECT_THAT(
      Minimal(
          R"({"type":"object","required":["a"],"properties":{"a":{"enum":["x"],"type":"null"}}})"),
      HasSubstr("at /a, #/properties/a"));
  EXPECT_THAT(Minimal(R"({"type":"string","pattern":"^a$","minLength":2})"),
              HasSubstr("#/minLength"));
}

constexpr char kOrder[] = R"({"type":"object","required":["id","status","lines"],
  "additionalProperties":false,"properties":{
    "id":{"type":"string","pattern":"^ord-[0-9]{4}$"},
    "status":{"enum":["PAID","OPEN"]},
    "total":{"type":"number","minimum":0,"maximum":100,"multipleOf":0.01},
    "note":{"type":["string","null"],"minLength":1,"maxLength":20},
    "gift":{"type":"boolean"},
    "at":{"type":"string","format":"date-time"},
    "lines":{"type":"array","minItems":1,"maxItems":3,"items":{"$ref":"#/$defs/line"}},
    "pay":{"oneOf":[{"$ref":"#/$defs/card"},{"$ref":"#/$defs/cash"}]}},
  "$defs":{"line":{"type":"object","required":["sku"],"properties":{
      "sku":{"type":"string","minLength":2},"count":{"type":"integer","exclusiveMinimum":0}}},
    "card":{"type":"object","required":["card"],"properties":{"card":{"type":"string"}},
      "additionalProperties":false},
    "cash":{"type":"object","required":["cash"],"properties":{"cash":{"type":"integer"}},
      "additionalProperties":false}}})";

TEST(Generate, FullFormsAreValidAndDifferBySeed) {
  const Schema schema = Read(kOrder);
  std::set<std::string> texts;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    GenerateOptions options;
    options.form = Form::kFull;
    options.seed = seed;
    const auto value = Generate(schema, options);
    ASSERT_TRUE(value) << value.error().message;
    EXPECT_TRUE(Validate(schema, *value)->empty());
    EXPECT_EQ(value->AsObject()->size(), 8U);
    EXPECT_EQ(json::Write(*Generate(schema, options)), json::Write(*value));
    texts.insert(json::Write(*value));
  }
  EXPECT_EQ(texts.size(), 20U);
}

// Seeds stand in golden files: the same bytes on every machine.
TEST(Generate, TheBytesOfASeedStay) {
  GenerateOptions options;
  options.form = Form::kFull;
  options.seed = 42;
  EXPECT_EQ(json::Write(*Generate(Read(R"({"properties":{"a":{"type":"string"},
                                  "b":{"type":"integer","minimum":0,"maximum":9},
                                  "c":{"format":"uuid"}}})"),
                                  options)),
            R"({"a":"oimgteqk","b":0,"c":"16d77614-0eac-4e36-a4f3-dbb0d648b230"})");
}

TEST(Generate, FullFormsTakeExamples) {
  GenerateOptions options;
  options.form = Form::kFull;
  EXPECT_EQ(json::Write(*Generate(Read(R"({"type":"string","example":"shown"})"), options)),
            R"("shown")");
}

TEST(BoundaryCases, AreValidAndAtTheirLimits) {
  const Schema schema = Read(kOrder);
  const auto cases = BoundaryCases(schema, {});
  ASSERT_TRUE(cases) << cases.error().message;
  std::vector<std::string> told;
  for (const Case& one : *cases) {
    EXPECT_TRUE(Validate(schema, one.value)->empty()) << json::Write(one.value);
    told.push_back(one.instance_path + " " + one.keyword + " " + one.note);
  }
  EXPECT_THAT(told,
              IsSupersetOf({"/total minimum the least", "/total maximum the most",
                            "/lines maxItems the most", "/lines/0/sku minLength the least",
                            "/lines/0/count exclusiveMinimum the least", " required the least"}));
  EXPECT_THAT(told, Contains("/note type null"));
  EXPECT_THAT(told, Contains(testing::AnyOf("/status enum \"PAID\"", "/status enum \"OPEN\"")));
  EXPECT_THAT(told, Contains(testing::AnyOf("/gift type true", "/gift type false")));
}

TEST(InvalidCases, BreakExactlyOneKeyword) {
  const Schema schema = Read(kOrder);
  const auto cases = InvalidCases(schema, {});
  ASSERT_TRUE(cases) << cases.error().message;
  std::set<std::string> told;
  for (const Case& one : *cases) {
    const auto violations = Validate(schema, one.value);
    ASSERT_EQ(violations->size(), 1U) << json::Write(one.value);
    EXPECT_EQ(violations->front().keyword, one.keyword);
    told.insert(one.instance_path + " " + one.keyword);
  }
  EXPECT_THAT(told, IsSupersetOf({" required", " additionalProperties", " type", "/id pattern",
                                  "/id type", "/status enum", "/total minimum", "/total maximum",
                                  "/total multipleOf", "/at format", "/lines minItems",
                                  "/lines maxItems", "/lines/0 required", "/lines/0/sku minLength",
                                  "/lines/0/count exclusiveMinimum", "/pay oneOf", "/gift type"}));
}

}  // namespace
}  // namespace iatk::json_schema

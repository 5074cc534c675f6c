#include "iatk/lang/json_schema/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "iatk/json/parse.h"

namespace iatk::json_schema {
namespace {

using testing::HasSubstr;

// The keywords that are not met: "minLength@/a type".
std::string Broken(const char* schema, const char* instance, Draft draft = Draft::k2020) {
  const auto read = Schema::Read(*json::Parse(schema), {.assumed = draft, .root = "#"});
  if (!read) return read.error().message;
  const auto violations = Validate(*read, *json::Parse(instance));
  if (!violations) return violations.error().code;
  std::string out;
  for (const Violation& one : *violations) {
    if (!out.empty()) out += ' ';
    out += one.keyword;
    if (!one.instance_path.empty()) out += "@" + one.instance_path;
  }
  return out;
}

struct Row {
  const char* schema;
  const char* instance;
  const char* broken;
};

class Keywords : public testing::TestWithParam<Row> {};

TEST_P(Keywords, AreMetOrTold) {
  EXPECT_EQ(Broken(GetParam().schema, GetParam().instance), GetParam().broken)
      << GetParam().schema << " " << GetParam().instance;
}

INSTANTIATE_TEST_SUITE_P(
    All, Keywords,
    testing::Values(
        Row{"true", "1", ""}, Row{"false", "1", "false"}, Row{R"({"type":"integer"})", "1.0", ""},
        Row{R"({"type":"integer"})", "1.5", "type"},
        Row{R"({"type":["string","null"]})", "null", ""}, Row{R"({"enum":[1,"a"]})", "1.0", ""},
        Row{R"({"enum":[1,"a"]})", "2", "enum"},
        Row{R"({"const":{"a":1,"b":2}})", R"({"b":2,"a":1})", ""},
        Row{R"({"const":null})", "0", "const"}, Row{R"({"multipleOf":0.01})", "19.99", ""},
        Row{R"({"multipleOf":0.01})", "19.999", "multipleOf"},
        Row{R"({"multipleOf":7})", "7e30", ""}, Row{R"({"multipleOf":3})", "1e30", "multipleOf"},
        Row{R"({"minimum":2})", "1.99999999999999999999", "minimum"},
        Row{R"({"exclusiveMaximum":2})", "2.0", "exclusiveMaximum"},
        Row{R"({"maximum":12345678901234567890})", "12345678901234567891", "maximum"},
        Row{R"({"minLength":2})", "\"\\ud83d\\ude00\"", "minLength"},
        Row{R"({"maxLength":1})", "\"\\ud83d\\ude00\"", ""},
        Row{R"({"pattern":"^a+$"})", "\"ab\"", "pattern"},
        Row{R"({"items":{"type":"string"}})", "[\"a\",1]", "type@/1"},
        Row{R"({"prefixItems":[{"const":1}],"items":false})", "[1,2]", "false@/1"},
        Row{R"({"contains":{"const":1}})", "[2]", "contains"},
        Row{R"({"contains":{"const":1},"minContains":2})", "[1]", "minContains"},
        Row{R"({"contains":{"const":1},"maxContains":1})", "[1,1]", "maxContains"},
        Row{R"({"minItems":1})", "[]", "minItems"}, Row{R"({"maxItems":1})", "[1,2]", "maxItems"},
        Row{R"({"uniqueItems":true})", "[1,{\"a\":1},1.0]", "uniqueItems"},
        Row{R"({"properties":{"a/b":{"type":"null"}}})", "{\"a/b\":1}", "type@/a~1b"},
        Row{R"({"patternProperties":{"^x":{"type":"null"}},"additionalProperties":false})",
            "{\"x1\":null,\"y\":1}", "additionalProperties"},
        Row{R"({"propertyNames":{"maxLength":1}})", "{\"ab\":1}", "propertyNames"},
        Row{R"({"required":["a","b"]})", "{\"a\":1}", "required"},
        Row{R"({"dependentRequired":{"a":["b"]}})", "{\"a\":1}", "dependentRequired"},
        Row{R"({"dependentSchemas":{"a":{"required":["c"]}}})", "{\"a\":1}", "required"},
        Row{R"({"dependencies":{"a":["b"],"c":{"required":["d"]}}})", "{\"a\":1,\"c\":1}",
            "required dependencies"},
        Row{R"({"minProperties":1})", "{}", "minProperties"},
        Row{R"({"maxProperties":1})", "{\"a\":1,\"b\":1}", "maxProperties"},
        Row{R"({"allOf":[{"minimum":1},{"maximum":0}]})", "2", "maximum"},
        Row{R"({"anyOf":[{"minimum":5},{"type":"string"}]})", "2", "anyOf"},
        Row{R"({"oneOf":[{"minimum":1},{"minimum":2}]})", "2", "oneOf"},
        Row{R"({"not":{"type":"null"}})", "null", "not"},
        Row{R"({"if":{"required":["a"]},"then":{"required":["b"]},"else":{"required":["c"]}})",
            "{\"a\":1}", "required"},
        Row{R"({"allOf":[{"properties":{"a":true}}],"unevaluatedProperties":false})",
            "{\"a\":1,\"b\":1}", "unevaluatedProperties"},
        Row{R"({"prefixItems":[true],"unevaluatedItems":false})", "[1,2]", "false@/1"},
        Row{R"({"format":"ipv4"})", "\"1.2.3\"", "format"},
        Row{R"({"format":"int32"})", "2147483648", "format"}));

TEST(Validate, MessagesSayWhatIsWrong) {
  const auto schema = Schema::Read(*json::Parse(
      R"({"properties":{"a":{"minLength":3},"b":{"anyOf":[{"type":"null"},{"minimum":4}]}}})"));
  const auto violations = Validate(*schema, *json::Parse(R"({"a":"x","b":3})"));
  ASSERT_EQ(violations->size(), 2U);
  EXPECT_EQ((*violations)[0].message, "has 1 characters, and needs 3");
  EXPECT_EQ((*violations)[0].schema_path, "#/properties/a/minLength");
  EXPECT_THAT((*violations)[1].message,
              HasSubstr("none of the 2 alternatives is met; the nearest"));
}

TEST(Validate, OpenApiHasNullableAndExclusiveAsBooleans) {
  constexpr char kSchema[] =
      R"({"openapi":"3.0.1","type":"number","nullable":true,"minimum":1,"exclusiveMinimum":true})";
  EXPECT_EQ(Broken(kSchema, "null"), "");
  EXPECT_EQ(Broken(kSchema, "1"), "exclusiveMinimum");
  EXPECT_EQ(Broken(R"({"openapi":"3.1.0","type":"number","nullable":true})", "null"), "type");
}

TEST(Validate, FormatsMayBeAnnotations) {
  const auto schema = Schema::Read(*json::Parse(R"({"format":"ipv4"})"));
  ValidateOptions options;
  options.formats = false;
  EXPECT_TRUE(Validate(*schema, "x", options)->empty());
}

TEST(Validate, WhatRefersToItselfForOneInstanceFails) {
  EXPECT_EQ(Broken(R"({"$ref":"#"})", "1"), "SchemaTooComplex");
  EXPECT_EQ(Broken(R"({"allOf":[{"$ref":"#"},{"$ref":"#"}]})", "1"), "SchemaTooComplex");
}

TEST(Validate, ADynamicReferenceMeansTheOutermostBearer) {
  constexpr char kSchema[] = R"({"$id":"https://x/strict","$ref":"tree","$dynamicAnchor":"node",
      "unevaluatedProperties":false,"$defs":{"t":{"$id":"https://x/tree","$dynamicAnchor":"node",
      "type":"object","properties":{"data":true,"children":{"items":{"$dynamicRef":"#node"}}}}}})";
  EXPECT_EQ(Broken(kSchema, R"({"children":[{"data":1}]})"), "");
  EXPECT_EQ(Broken(kSchema, R"({"children":[{"daat":1}]})"), "unevaluatedProperties@/children/0");
}

}  // namespace
}  // namespace iatk::json_schema

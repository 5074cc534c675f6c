#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "iatk/json/write.h"
#include "iatk/yaml/parse.h"

namespace iatk::yaml {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// The JSON of a document, or "error: <message>".
std::string Json(std::string_view text, const ParseLimits& limits = {}) {
  const auto value = Parse(text, limits);
  return value ? json::Write(*value) : "error: " + value.error().message;
}

struct ScalarCase {
  std::string yaml;
  std::string json;
};

class Scalars : public ::testing::TestWithParam<ScalarCase> {};

TEST_P(Scalars, Resolve) {
  EXPECT_EQ(Json("a: " + GetParam().yaml), "{\"a\":" + GetParam().json + "}");
}

INSTANTIATE_TEST_SUITE_P(
    Yaml11, Scalars,
    ::testing::Values(
        ScalarCase{"", "null"}, ScalarCase{"~", "null"}, ScalarCase{"null", "null"},
        ScalarCase{"'null'", "\"null\""}, ScalarCase{"true", "true"}, ScalarCase{"False", "false"},
        ScalarCase{"tRue", "\"tRue\""}, ScalarCase{"yes", "true"}, ScalarCase{"No", "false"},
        ScalarCase{"on", "true"}, ScalarCase{"OFF", "false"}, ScalarCase{"y", "\"y\""},
        ScalarCase{"n", "\"n\""}, ScalarCase{"\"yes\"", "\"yes\""}, ScalarCase{"0", "0"},
        ScalarCase{"-7", "-7"}, ScalarCase{"+7", "7"}, ScalarCase{"-0", "0"},
        ScalarCase{"010", "8"}, ScalarCase{"-010", "-8"}, ScalarCase{"089", "\"089\""},
        ScalarCase{"012345678901", "\"012345678901\""}, ScalarCase{"0x1F", "31"},
        ScalarCase{"0b101", "5"}, ScalarCase{"0x", "\"0x\""}, ScalarCase{"1_000", "1000"},
        ScalarCase{"_1", "\"_1\""}, ScalarCase{"22:22", "1342"}, ScalarCase{"80:80", "\"80:80\""},
        ScalarCase{"12345678901234567890123", "12345678901234567890123"},
        ScalarCase{"1.50", "1.50"}, ScalarCase{".5", "0.5"}, ScalarCase{"1.", "1.0"},
        ScalarCase{"-1.5e+3", "-1.5e+3"}, ScalarCase{"1e3", "1e3"}, ScalarCase{"e3", "\"e3\""},
        ScalarCase{"1e", "\"1e\""}, ScalarCase{"1:30.5", "90.5"}, ScalarCase{".", "\".\""},
        ScalarCase{"1.2.3", "\"1.2.3\""}, ScalarCase{".inf", "\".inf\""},
        ScalarCase{".nan", "\".nan\""}, ScalarCase{"2010-09-09", "\"2010-09-09\""},
        ScalarCase{"2012-10-17T10:00:00Z", "\"2012-10-17T10:00:00Z\""},
        ScalarCase{"!!str 010", "\"010\""}, ScalarCase{"!!int \"7\"", "7"},
        ScalarCase{"!!float 1", "1"}, ScalarCase{"!!bool yes", "true"},
        ScalarCase{"10.0.0.0/16", "\"10.0.0.0/16\""}, ScalarCase{"|\n  x\n  y\n", "\"x\\ny\\n\""},
        ScalarCase{">-\n  x\n  y\n", "\"x y\""}));

INSTANTIATE_TEST_SUITE_P(
    ShortTags, Scalars,
    ::testing::Values(
        ScalarCase{"!Ref Queue", R"({"Ref":"Queue"})"}, ScalarCase{"!Ref 123", R"({"Ref":"123"})"},
        ScalarCase{"!Condition IsProd", R"({"Condition":"IsProd"})"},
        ScalarCase{"!GetAtt A.Arn", R"({"Fn::GetAtt":["A","Arn"]})"},
        ScalarCase{"!GetAtt A.Outputs.B", R"({"Fn::GetAtt":["A","Outputs.B"]})"},
        ScalarCase{"!GetAtt [A, Arn]", R"({"Fn::GetAtt":["A","Arn"]})"},
        ScalarCase{"!GetAtt A", R"({"Fn::GetAtt":["A"]})"},
        ScalarCase{"!Sub '${A}-x'", R"({"Fn::Sub":"${A}-x"})"},
        ScalarCase{"!Sub ['${A}', {A: !Ref B}]", R"({"Fn::Sub":["${A}",{"A":{"Ref":"B"}}]})"},
        ScalarCase{"!Join ['', [a, !Ref B]]", R"({"Fn::Join":["",["a",{"Ref":"B"}]]})"},
        ScalarCase{"!GetAZs ''", R"({"Fn::GetAZs":""})"},
        ScalarCase{"!GetAZs", R"({"Fn::GetAZs":""})"},
        ScalarCase{"!Base64 true", R"({"Fn::Base64":"true"})"},
        ScalarCase{"!If [C, 1, !Ref AWS::NoValue]", R"({"Fn::If":["C",1,{"Ref":"AWS::NoValue"}]})"},
        ScalarCase{"!ImportValue x", R"({"Fn::ImportValue":"x"})"},
        ScalarCase{"!Transform {Name: X}", R"({"Fn::Transform":{"Name":"X"}})"},
        ScalarCase{"!ToJsonString {a: 1}", R"({"Fn::ToJsonString":{"a":1}})"},
        ScalarCase{"!Select\n  - 0\n  - !Split [',', 'a,b']",
                   R"({"Fn::Select":[0,{"Fn::Split":[",","a,b"]}]})"}));

TEST(Parse, KeepsOrderAndTakesKeysAsText) {
  EXPECT_EQ(Json("on: 1\n123: 2\n2010-09-09: 3\n'': 4\n"),
            R"({"on":1,"123":2,"2010-09-09":3,"":4})");
}

TEST(Parse, TakesJson) {
  EXPECT_EQ(Json(R"({"A": [1, "x", {"B": null}]})"), R"({"A":[1,"x",{"B":null}]})");
}

TEST(Parse, AnEmptyTextIsNull) {
  EXPECT_EQ(Json(""), "null");
  EXPECT_EQ(Json("# nothing\n"), "null");
}

TEST(Parse, ExpandsAnchorsAndMergeKeys) {
  EXPECT_EQ(Json("a: &x {p: 1, q: 2}\nb: *x\nc:\n  <<: *x\n  q: 3\n"),
            R"({"a":{"p":1,"q":2},"b":{"p":1,"q":2},"c":{"q":3,"p":1}})");
  EXPECT_EQ(Json("a: &x {p: 1}\nb: &y {p: 2, q: 2}\nc: {<<: [*x, *y]}\n"),
            R"({"a":{"p":1},"b":{"p":2,"q":2},"c":{"p":1,"q":2}})");
  EXPECT_EQ(Json("a: &r !Ref Q\nb: *r\n"), R"({"a":{"Ref":"Q"},"b":{"Ref":"Q"}})");
  EXPECT_EQ(Json("'<<': 1\n"), R"({"<<":1})");
}

TEST(Parse, TellsWhereTheFaultIs) {
  EXPECT_EQ(Json("a: 1\nb:\n  c: 1\n  c: 2\n"), "error: duplicate key \"c\" (line 4, column 3)");
  EXPECT_EQ(Json("a: !Foo x\n"), "error: unknown tag !Foo (line 1, column 4)");
  EXPECT_EQ(Json("a: *b\n"), "error: the referenced anchor is not defined (line 1, column 4)");
  EXPECT_THAT(Json("a: [1\nb: 2"), HasSubstr("(line 2, column "));
  EXPECT_THAT(Json("a: b: c"), HasSubstr("(line 1, column "));
  const auto failed = Parse("a: 1\na: 2\n");
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().details,
              ::testing::Contains(std::pair<std::string, std::string>("Line", "2")));
}

TEST(Parse, RefusesWhatCloudFormationDoesNotTake) {
  EXPECT_THAT(Json("~: 1"), StartsWith("error: null is not allowed as a key"));
  EXPECT_THAT(Json("? [a]\n: 1"), StartsWith("error: only a string can be a key"));
  EXPECT_THAT(Json("!Ref a: 1"), StartsWith("error: "));
  EXPECT_THAT(Json("a: !!binary aGk="), StartsWith("error: the tag !!binary is not supported"));
  EXPECT_THAT(Json("a: !!set {b: 1}"), StartsWith("error: the tag tag:yaml.org,2002:set"));
  EXPECT_THAT(Json("a: !!int x"), StartsWith("error: \"x\" is not of the type !!int"));
  EXPECT_THAT(Json("a: 1\n---\nb: 2\n"), StartsWith("error: a second document"));
  EXPECT_THAT(Json("a: &x [*x]"), StartsWith("error: "));
  EXPECT_THAT(Json("<<: 1"), StartsWith("error: a merge key needs a mapping"));
  EXPECT_THAT(Json("a: \xFF\xFE"), StartsWith("error: text that is not UTF-8"));
  EXPECT_EQ(Json(std::string("a: 1\nb\0: 2", 10)), "error: a control character (line 2, column 2)");
}

TEST(Parse, BoundsDepth) {
  const std::string deep = std::string(5'000, '[') + std::string(5'000, ']');
  EXPECT_THAT(Json(deep), StartsWith("error: nested deeper than 100 levels"));
  EXPECT_EQ(Json("[[1]]", {.max_depth = 2}), "[[1]]");
  EXPECT_THAT(Json("[[[1]]]", {.max_depth = 2}), StartsWith("error: nested deeper"));
  EXPECT_THAT(Json("[!GetAtt A.B]", {.max_depth = 2}), StartsWith("error: nested deeper"));
  EXPECT_THAT(Json("[&a [[1]], [[*a]]]", {.max_depth = 4}), StartsWith("error: nested deeper"));
}

TEST(Parse, BoundsBytes) {
  EXPECT_THAT(Json("a: 12345", {.max_bytes = 4}), StartsWith("error: more than 4 bytes"));
}

TEST(Parse, RefusesABillionLaughs) {
  std::string text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
  for (int i = 1; i < 10; ++i) {
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 9; ++j) text += "*a" + std::to_string(i - 1) + ", ";
    text += "x]\n";
  }
  EXPECT_THAT(Json(text), StartsWith("error: more than 100000 values"));
  std::string wide = "a: &a \"" + std::string(10'000, 'x') + "\"\nb: [";
  for (int i = 0; i < 2'000; ++i) wide += "*a, ";
  EXPECT_THAT(Json(wide + "x]"), StartsWith("error: more than 8388608 bytes of values"));
}

}  // namespace
}  // namespace iatk::yaml

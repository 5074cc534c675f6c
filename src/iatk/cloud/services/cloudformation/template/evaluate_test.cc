#include "iatk/cloud/services/cloudformation/template/evaluate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "iatk/cloud/services/cloudformation/template/test_support.h"

namespace iatk::cloud::cfn {
namespace {

using ::testing::HasSubstr;
using testing::PropertiesOfR;

// The value of the expression in a template with parameters, mappings, conditions and resources.
std::string Value(const std::string& yaml, const std::string& transform = "") {
  const std::string text = R"(
Parameters:
  Name: {Type: String, Default: blue}
  Count: {Type: Number, Default: 3}
  List: {Type: CommaDelimitedList, Default: "a, b ,c"}
Mappings:
  Sizes:
    eu-west-1: {small: 1, names: [x, y]}
    "123456789012": {small: own}
Conditions:
  IsBlue: !Equals [!Ref Name, blue]
  IsRed: !Equals [!Ref Name, red]
  Both: !And [!Condition IsBlue, !Not [{Condition: IsRed}]]
  Any: !Or [{Condition: IsRed}, !Equals [!Ref Count, 3]]
)" + transform + R"(
Resources:
  Other: {Type: T}
  R:
    Type: T
    Properties:
      V: )" + yaml + "\n";
  std::string json = PropertiesOfR(text);
  constexpr std::string_view kHead = "{\"V\":";
  if (json.starts_with(kHead)) return json.substr(kHead.size(), json.size() - kHead.size() - 1);
  return json;
}

struct ValueCase {
  std::string yaml;
  std::string json;
};

class Functions : public ::testing::TestWithParam<ValueCase> {};

TEST_P(Functions, Give) { EXPECT_EQ(Value(GetParam().yaml), GetParam().json); }

INSTANTIATE_TEST_SUITE_P(
    Values, Functions,
    ::testing::Values(
        ValueCase{"{a: [1, 'x', true]}", R"({"a":[1,"x",true]})"},
        ValueCase{"!Ref Name", "\"blue\""}, ValueCase{"!Ref Count", "\"3\""},
        ValueCase{"!Ref List", R"(["a","b","c"])"}, ValueCase{"!Ref Other", "\"Other-id\""},
        ValueCase{"!Ref AWS::Region", "\"eu-west-1\""},
        ValueCase{"!Ref AWS::AccountId", "\"123456789012\""},
        ValueCase{"!Ref AWS::Partition", "\"aws\""},
        ValueCase{"!Ref AWS::URLSuffix", "\"amazonaws.com\""},
        ValueCase{"!Ref AWS::NotificationARNs", "[]"}, ValueCase{"!Ref AWS::StackName", "\"app\""},
        ValueCase{"!Ref AWS::NoValue", "{}"}, ValueCase{"[1, !Ref AWS::NoValue, 2]", "[1,2]"},
        ValueCase{"{a: !Ref AWS::NoValue, b: 1}", R"({"b":1})"},
        ValueCase{"!GetAtt Other.Arn", "\"Other.Arn\""},
        ValueCase{"!GetAtt [Other, !Ref Name]", "\"Other.blue\""},
        ValueCase{"!Sub '${Name}-${AWS::Region}-${Other}-${Other.Arn}-${!Name}'",
                  "\"blue-eu-west-1-Other-id-Other.Arn-${Name}\""},
        ValueCase{"!Sub ['${Name}${X}', {Name: red, X: !Ref Count}]", "\"red3\""},
        ValueCase{"!Sub 'a ${ open'", "\"a ${ open\""}, ValueCase{"!Sub ''", "\"\""},
        ValueCase{"!Join [':', [a, !Ref Count, 1.50, true]]", "\"a:3:1.50:true\""},
        ValueCase{"!Join ['-', !Ref List]", "\"a-b-c\""},
        ValueCase{"!Join ['', [a, !Ref AWS::NoValue, b]]", "\"ab\""},
        ValueCase{"!Split ['|', 'a||b|']", R"(["a","","b",""])"},
        ValueCase{"!Select [1, !Ref List]", "\"b\""},
        ValueCase{"!Select ['0', !Split [',', 'x,y']]", "\"x\""},
        ValueCase{"!FindInMap [Sizes, !Ref AWS::Region, small]", "1"},
        ValueCase{"!FindInMap [Sizes, !Ref AWS::AccountId, small]", "\"own\""},
        ValueCase{"!FindInMap [Sizes, eu-west-1, names]", R"(["x","y"])"},
        ValueCase{"!Base64 hello", "\"aGVsbG8=\""},
        ValueCase{"!Cidr [10.0.0.0/16, 2, 8]", R"(["10.0.0.0/24","10.0.1.0/24"])"},
        ValueCase{"!Cidr ['2001:db8::/56', 2, 64]", R"(["2001:db8::/64","2001:db8:0:1::/64"])"},
        ValueCase{"!GetAZs ''", R"(["eu-west-1a","eu-west-1b","eu-west-1c"])"},
        ValueCase{"!ImportValue shared", "\"imported\""}, ValueCase{"!If [IsBlue, 1, 2]", "1"},
        ValueCase{"!If [IsRed, 1, 2]", "2"}, ValueCase{"!If [Both, !If [Any, x, y], z]", "\"x\""},
        ValueCase{"[!If [IsRed, 1, !Ref AWS::NoValue]]", "[]"},
        ValueCase{"{Ref: Name, Other: 1}", R"({"Ref":"Name","Other":1})"}));

INSTANTIATE_TEST_SUITE_P(
    Faults, Functions,
    ::testing::Values(
        ValueCase{"!Select [3, !Ref List]",
                  "error: Template error: Fn::Select cannot select nonexistent value at index 3"},
        ValueCase{
            "!Select [-1, !Ref List]",
            "error: Template error: Fn::Select requires a list argument with two elements: an "
            "integer index and a list"},
        ValueCase{"!FindInMap [Sizes, us-east-1, small]",
                  "error: Template error: Unable to get mapping for Sizes::us-east-1::small"},
        ValueCase{
            "!FindInMap [Sizes, eu-west-1]",
            "error: Template error: every Fn::FindInMap object requires three parameters, the "
            "map name, map key and the attribute for return value"},
        ValueCase{"!FindInMap [Nope, a, b]",
                  "error: Template error: Mapping named 'Nope' is not present in the 'Mappings' "
                  "section of template."},
        ValueCase{"!GetAtt Other",
                  "error: Template error: every Fn::GetAtt object requires two non-empty "
                  "parameters, the resource name and the resource attribute"},
        ValueCase{"!GetAtt Nope.Arn",
                  "error: Template error: instance of Fn::GetAtt references undefined resource "
                  "Nope"},
        ValueCase{"!Ref [a]",
                  "error: Template error: every Ref object must have a single String value."},
        ValueCase{"!Sub '${a b}'",
                  "error: Template error: variable names in Fn::Sub syntax must contain only "
                  "alphanumeric characters, underscores, periods, and colons"},
        ValueCase{"!Sub '${Nope}'",
                  "error: Template format error: Unresolved resource dependencies [Nope] in the "
                  "Resources block of the template"},
        ValueCase{"!Sub '${List}'",
                  "error: Template error: Fn::Sub cannot replace ${List} by a value that is not a "
                  "string"},
        ValueCase{"!If [Nope, 1, 2]",
                  "error: Template format error: Unresolved condition dependency Nope in the "
                  "Resources block of the template"},
        ValueCase{"!ImportValue nope", "error: No export named nope"},
        ValueCase{"!Transform {Name: X}",
                  "error: Template error: Fn::Transform is not supported: macros and AWS::Include "
                  "do not run"},
        ValueCase{"{'Fn::ForEach::X': []}", "error: Template error: Fn::ForEach is not supported"},
        ValueCase{"{'Fn::Frob': []}",
                  "error: Template error: the intrinsic function Fn::Frob is not supported"},
        ValueCase{"!Equals [a, b]",
                  "error: Template error: Fn::Equals is supported only in the Conditions section"},
        ValueCase{"!Length [1]",
                  "error: Template error: Fn::Length requires the transform "
                  "AWS::LanguageExtensions"},
        ValueCase{"'{{resolve:ssm:x}}'",
                  "error: Template error: dynamic references ({{resolve:…}}) are not supported: no "
                  "secret or parameter store is read"},
        ValueCase{"!Cidr [10.0.0.0/30, 9, 1]",
                  "error: Template error: every Fn::Cidr object requires an IP address block, a "
                  "count from 1 to 256 and a number of subnet bits that fit into the block"}));

TEST(LanguageExtensions, AddFunctions) {
  const std::string with = "Transform: AWS::LanguageExtensions";
  EXPECT_EQ(Value("!Length [1, !Ref AWS::NoValue, 2]", with), "2");
  EXPECT_EQ(Value("!ToJsonString {a: !Ref Name}", with), R"("{\"a\":\"blue\"}")");
  EXPECT_EQ(Value("!FindInMap [Sizes, us-east-1, small, {DefaultValue: none}]", with), "\"none\"");
}

TEST(Evaluator, BoundsWhatItMakes) {
  std::string nested = "x";
  for (int i = 0; i < 20; ++i) {
    nested = "{'Fn::Sub': ['${A}${A}${A}${A}${A}${A}${A}${A}', {A: " + nested + "}]}";
  }
  EXPECT_EQ(Value(nested),
            "error: Template error: the intrinsic functions give more than 8388608 bytes of "
            "values");
}

}  // namespace
}  // namespace iatk::cloud::cfn

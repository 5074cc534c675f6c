#include "iatk/cloud/services/cloudformation/template/template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "iatk/cloud/services/cloudformation/template/test_support.h"

namespace iatk::cloud::cfn {
namespace {

using testing::Fault;
using ::testing::HasSubstr;

constexpr std::string_view kQueue = "Resources: {R: {Type: 'AWS::SQS::Queue'}}\n";

std::string WithQueue(std::string_view more) { return std::string(kQueue) + std::string(more); }

struct FaultCase {
  std::string text;
  std::string fault;
};

class Faults : public ::testing::TestWithParam<FaultCase> {};

TEST_P(Faults, AreToldAsAwsTellsThem) { EXPECT_EQ(Fault(GetParam().text), GetParam().fault); }

INSTANTIATE_TEST_SUITE_P(
    Templates, Faults,
    ::testing::Values(
        FaultCase{std::string(kQueue), "ok"},
        FaultCase{R"({"Resources": {"R": {"Type": "AWS::SQS::Queue"}}})", "ok"},
        FaultCase{"Resources:\n  R: [\n",
                  "ValidationError: Template format error: YAML not well-formed. (line 3, column "
                  "1) end of sequence flow not found"},
        FaultCase{"{\"Resources\": \n  {]}",
                  "ValidationError: Template format error: JSON not well-formed. (line 2, column "
                  "4)"},
        FaultCase{"just text", "ValidationError: Template format error: unsupported structure."},
        FaultCase{"", "ValidationError: Template format error: unsupported structure."},
        FaultCase{"AWSTemplateFormatVersion: 2010-09-09\n",
                  "ValidationError: Template format error: At least one Resources member must be "
                  "defined."},
        FaultCase{WithQueue("AWSTemplateFormatVersion: 2010-09-09"), "ok"},
        FaultCase{WithQueue("AWSTemplateFormatVersion: 2011-01-01"),
                  "ValidationError: Template format error: Unrecognized template version."},
        FaultCase{WithQueue("Resource: {}"),
                  "ValidationError: Invalid template property or properties [Resource]"},
        FaultCase{WithQueue("Globals: {}"),
                  "ValidationError: Invalid template property or properties [Globals]"},
        FaultCase{WithQueue("Outputs:"),
                  "ValidationError: [/Outputs] 'null' values are not allowed in templates"},
        FaultCase{"Resources: {R: {Type: T, Properties: {A: {B: [1, null]}}}}",
                  "ValidationError: [/Resources/R/Type/A/B/1] 'null' values are not allowed in "
                  "templates"},
        FaultCase{"Resources: {my-queue: {Type: T}}",
                  "ValidationError: Template format error: Resource name my-queue is non "
                  "alphanumeric."},
        FaultCase{"Resources: {R: {Properties: {}}}",
                  "ValidationError: Template format error: [/Resources/R] Every Resources object "
                  "must contain a Type member."},
        FaultCase{"Resources: {R: {Type: T, Tags: []}}",
                  "ValidationError: Invalid template resource property 'Tags'"},
        FaultCase{"Resources: {R: {Type: T, DeletionPolicy: Keep}}",
                  "ValidationError: Template format error: Unrecognized DeletionPolicy Keep"},
        FaultCase{WithQueue("Transform: Foo::Bar"),
                  "ValidationError: No transform named Foo::Bar found."},
        FaultCase{WithQueue("Parameters: {P: {Type: Bool}}"),
                  "ValidationError: Template format error: Unrecognized parameter type: Bool"},
        FaultCase{WithQueue("Parameters: {P: {Default: x}}"),
                  "ValidationError: Template format error: Every Parameters object must contain a "
                  "Type member."},
        FaultCase{WithQueue("Parameters: {P: {Type: String, Pattern: x}}"),
                  "ValidationError: Invalid template parameter property 'Pattern'"},
        FaultCase{WithQueue("Parameters: {P: {Type: 'AWS::SSM::Parameter::Value<String>'}}"),
                  "ValidationError: Template format error: Parameter type "
                  "AWS::SSM::Parameter::Value<String> is not supported: parameters of SSM are not "
                  "looked up."},
        FaultCase{WithQueue("Outputs: {O: {Description: x}}"),
                  "ValidationError: Template format error: Every Outputs member must contain a "
                  "Value object"},
        FaultCase{"Resources: {'Fn::ForEach::X': [a, [b], {}]}",
                  "ValidationError: Template error: Fn::ForEach is not supported"}));

TEST(ParseTemplateText, KeepsTheLastOfDuplicateJsonMembers) {
  const auto value = ParseTemplateText(R"({"A": 1, "B": 2, "A": 3})");
  ASSERT_TRUE(value);
  EXPECT_EQ(json::Write(*value), R"({"B":2,"A":3})");
}

TEST(ParseTemplateText, NamesTheDuplicateYamlKey) {
  EXPECT_THAT(Fault("Resources:\n  A: {Type: T}\n  A: {Type: T}\n"),
              HasSubstr("YAML not well-formed. (line 3, column 3) duplicate key \"A\""));
}

TEST(ReadTemplate, HoldsTheLimits) {
  std::string resources = "Resources:\n";
  for (int i = 0; i < 501; ++i) resources += "  R" + std::to_string(i) + ": {Type: T}\n";
  EXPECT_EQ(Fault(resources),
            "ValidationError: Template format error: Number of resources, 501, is greater than "
            "maximum allowed, 500");
  std::string parameters = WithQueue("Parameters:\n");
  for (int i = 0; i < 201; ++i) parameters += "  P" + std::to_string(i) + ": {Type: String}\n";
  EXPECT_EQ(Fault(parameters),
            "ValidationError: Template format error: Number of parameters, 201, is greater than "
            "maximum allowed, 200");
}

struct ParameterCase {
  std::string definition;
  std::string value;
  std::string fault;
};

class ParameterFaults : public ::testing::TestWithParam<ParameterCase> {};

TEST_P(ParameterFaults, AreToldAsAwsTellsThem) {
  const auto& [definition, value, fault] = GetParam();
  EXPECT_EQ(Fault(WithQueue("Parameters: {P: " + definition + "}"), {{"P", value}}), fault);
}

INSTANTIATE_TEST_SUITE_P(
    Templates, ParameterFaults,
    ::testing::Values(
        ParameterCase{"{Type: String}", "x", "ok"},
        ParameterCase{"{Type: String, AllowedValues: [a, 1]}", "1", "ok"},
        ParameterCase{"{Type: String, AllowedValues: [a, b]}", "c",
                      "ValidationError: Parameter 'P' must be one of AllowedValues"},
        ParameterCase{"{Type: String, AllowedValues: [a], ConstraintDescription: be a}", "c",
                      "ValidationError: Parameter P failed to satisfy constraint: be a"},
        ParameterCase{"{Type: String, MinLength: 2}", "a",
                      "ValidationError: Parameter 'P' must contain at least 2 characters"},
        ParameterCase{"{Type: String, MaxLength: '2'}", "abc",
                      "ValidationError: Parameter 'P' must contain at most 2 characters"},
        ParameterCase{"{Type: String, AllowedPattern: '[a-z]+'}", "abc1",
                      "ValidationError: Parameter 'P' must match pattern [a-z]+"},
        ParameterCase{"{Type: Number}", "1.5", "ok"},
        ParameterCase{"{Type: Number}", "x", "ValidationError: Parameter 'P' must be a number"},
        ParameterCase{"{Type: Number, MinValue: 2}", "1",
                      "ValidationError: Parameter 'P' must be a number not less than 2"},
        ParameterCase{"{Type: Number, MaxValue: 2}", "3",
                      "ValidationError: Parameter 'P' must be a number not greater than 2"},
        ParameterCase{"{Type: 'List<Number>'}", "1, 2", "ok"},
        ParameterCase{"{Type: 'List<Number>'}", "1,b",
                      "ValidationError: Parameter 'P' must be a number"},
        ParameterCase{"{Type: CommaDelimitedList, AllowedValues: [a, b]}", "a,b", "ok"}));

TEST(ResolveParameters, WantsEveryParameterAndNoOther) {
  const std::string text = WithQueue("Parameters: {P: {Type: String}, Q: {Type: String}}");
  EXPECT_EQ(Fault(text), "ValidationError: Parameters: [P, Q] must have values");
  EXPECT_EQ(Fault(text, {{"P", ""}, {"Q", ""}, {"S", ""}}),
            "ValidationError: Parameters: [S] do not exist in the template");
}

}  // namespace
}  // namespace iatk::cloud::cfn

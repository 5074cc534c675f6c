// Template parameters: "CloudFormation template Parameters syntax" in the User Guide.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/json/value.h"

namespace iatk::cloud::cfn {

struct Parameter {
  std::string name;
  std::string type = "String";
  std::optional<std::string> default_value;
  std::vector<std::string> allowed_values;
  std::optional<std::string> allowed_pattern;
  std::optional<double> min_length, max_length, min_value, max_value;
  std::string description;
  std::string constraint_description;
  bool no_echo = false;

  /// CommaDelimitedList and List<…>: its Ref gives a list.
  bool IsList() const;
};

/// Reads the Parameters section. Types that are looked up (AWS::SSM::Parameter::…) are refused by
/// name.
Result<std::vector<Parameter>> ReadParameters(const json::Object& section);

/// Names and texts of parameters, as a caller gives them.
using ParameterTexts = std::map<std::string, std::string, std::less<>>;

/// The text of every parameter: given, or its default. Fails for names that the template doesn't
/// have, for parameters without a value, and for values against a constraint:
///   Parameters: [A] must have values
///   Parameter 'A' must be one of AllowedValues
Result<ParameterTexts> ResolveParameters(const std::vector<Parameter>& parameters,
                                         const ParameterTexts& given);

/// What Ref of the parameter gives: the text, or for a list its trimmed items.
json::Value ParameterValue(const Parameter& parameter, const std::string& text);

}  // namespace iatk::cloud::cfn

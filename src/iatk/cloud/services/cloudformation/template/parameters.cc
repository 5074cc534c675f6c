#include "iatk/cloud/services/cloudformation/template/parameters.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <utility>

#include "iatk/cloud/services/cloudformation/template/errors.h"
#include "iatk/cloud/services/cloudformation/template/limits.h"
#include "iatk/cloud/services/cloudformation/template/scalars.h"
#include "iatk/json/parse.h"

namespace iatk::cloud::cfn {
namespace {

bool IsKnownType(std::string_view type) {
  // "Supported AWS-specific parameter types"; each but the last two also as List<…>.
  static constexpr std::array<std::string_view, 10> kAwsTypes = {
      "AWS::EC2::AvailabilityZone::Name",
      "AWS::EC2::Image::Id",
      "AWS::EC2::Instance::Id",
      "AWS::EC2::SecurityGroup::GroupName",
      "AWS::EC2::SecurityGroup::Id",
      "AWS::EC2::Subnet::Id",
      "AWS::EC2::Volume::Id",
      "AWS::EC2::VPC::Id",
      "AWS::Route53::HostedZone::Id",
      "AWS::EC2::KeyPair::KeyName"};
  if (type == "String" || type == "Number" || type == "CommaDelimitedList" ||
      type == "List<Number>" || type == "List<String>") {
    return true;
  }
  if (type.starts_with("List<") && type.ends_with(">")) type = type.substr(5, type.size() - 6);
  return std::ranges::find(kAwsTypes, type) != kAwsTypes.end();
}

bool IsNumber(std::string_view text) {
  if (text.starts_with("+")) text.remove_prefix(1);
  return json::IsNumber(text);
}

std::vector<std::string> Items(std::string_view text) {
  std::vector<std::string> items;
  if (text.empty()) return items;
  while (true) {
    const std::size_t comma = text.find(',');
    std::string_view item = text.substr(0, comma);
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    items.emplace_back(item);
    if (comma == std::string_view::npos) return items;
    text.remove_prefix(comma + 1);
  }
}

Result<std::optional<double>> Bound(const std::string& parameter, const json::Object& definition,
                                    std::string_view key) {
  const json::Value* const value = definition.Find(key);
  if (value == nullptr) return std::nullopt;
  const auto text = ScalarText(*value);
  if (!text || !IsNumber(*text)) {
    return Fail(
        TemplateFormatError(fmt::format("Parameter '{}' {} must be a number.", parameter, key)));
  }
  return json::Number(text->starts_with("+") ? text->substr(1) : *text).AsDouble();
}

Result<std::string> Text(const std::string& parameter, const json::Object& definition,
                         std::string_view key) {
  const json::Value* const value = definition.Find(key);
  if (value == nullptr) return std::string();
  auto text = ScalarText(*value);
  if (!text) {
    return Fail(TemplateFormatError(
        fmt::format("Every {} member must be a string. Parameter: {}", key, parameter)));
  }
  return *std::move(text);
}

Result<Parameter> ReadParameter(const std::string& name, const json::Value& value) {
  static constexpr std::array<std::string_view, 11> kProperties = {"Type",
                                                                   "Default",
                                                                   "AllowedValues",
                                                                   "AllowedPattern",
                                                                   "MinLength",
                                                                   "MaxLength",
                                                                   "MinValue",
                                                                   "MaxValue",
                                                                   "Description",
                                                                   "NoEcho",
                                                                   "ConstraintDescription"};
  const json::Object* const definition = value.AsObject();
  if (definition == nullptr) {
    return Fail(TemplateFormatError(fmt::format("[/Parameters/{}] must be an object.", name)));
  }
  for (const auto& [key, ignored] : *definition) {
    if (std::ranges::find(kProperties, key) == kProperties.end()) {
      return Fail(ValidationError(fmt::format("Invalid template parameter property '{}'", key)));
    }
  }
  Parameter parameter;
  parameter.name = name;
  const std::string* const type = value.FindString("Type");
  if (type == nullptr) {
    return Fail(TemplateFormatError("Every Parameters object must contain a Type member."));
  }
  parameter.type = *type;
  if (parameter.type.starts_with("AWS::SSM::Parameter")) {
    return Fail(TemplateFormatError(fmt::format(
        "Parameter type {} is not supported: parameters of SSM are not looked up.", *type)));
  }
  if (!IsKnownType(parameter.type)) {
    return Fail(TemplateFormatError(fmt::format("Unrecognized parameter type: {}", *type)));
  }
  if (const json::Value* const given = definition->Find("Default")) {
    IATK_TRY(parameter.default_value, Text(name, *definition, "Default"));
    if (given->AsArray() != nullptr) {
      return Fail(TemplateFormatError("Every Default member must be a string."));
    }
  }
  if (const json::Value* const allowed = definition->Find("AllowedValues")) {
    const json::Array* const values = allowed->AsArray();
    if (values == nullptr) {
      return Fail(
          TemplateFormatError(fmt::format("[/Parameters/{}/AllowedValues] must be a list.", name)));
    }
    for (const json::Value& item : *values) {
      auto text = ScalarText(item);
      if (!text) {
        return Fail(TemplateFormatError("Every AllowedValues value must be a string."));
      }
      parameter.allowed_values.push_back(*std::move(text));
    }
  }
  if (definition->Contains("AllowedPattern")) {
    IATK_TRY(parameter.allowed_pattern, Text(name, *definition, "AllowedPattern"));
  }
  IATK_TRY(parameter.min_length, Bound(name, *definition, "MinLength"));
  IATK_TRY(parameter.max_length, Bound(name, *definition, "MaxLength"));
  IATK_TRY(parameter.min_value, Bound(name, *definition, "MinValue"));
  IATK_TRY(parameter.max_value, Bound(name, *definition, "MaxValue"));
  IATK_TRY(parameter.description, Text(name, *definition, "Description"));
  IATK_TRY(parameter.constraint_description, Text(name, *definition, "ConstraintDescription"));
  IATK_TRY(const std::string no_echo, Text(name, *definition, "NoEcho"));
  parameter.no_echo = no_echo == "true";
  return parameter;
}

Error Against(const Parameter& parameter, const std::string& rule) {
  if (!parameter.constraint_description.empty()) {
    return ValidationError(fmt::format("Parameter {} failed to satisfy constraint: {}",
                                       parameter.name, parameter.constraint_description));
  }
  return ValidationError(fmt::format("Parameter '{}' {}", parameter.name, rule));
}

Result<void> CheckItem(const Parameter& parameter, const std::string& text) {
  const bool is_number = parameter.type == "Number" || parameter.type == "List<Number>";
  if (is_number && !IsNumber(text)) return Fail(Against(parameter, "must be a number"));
  if (!parameter.allowed_values.empty() &&
      std::ranges::find(parameter.allowed_values, text) == parameter.allowed_values.end()) {
    return Fail(Against(parameter, "must be one of AllowedValues"));
  }
  if (is_number) {
    const double value = json::Number(text.starts_with("+") ? text.substr(1) : text).AsDouble();
    if (parameter.min_value && value < *parameter.min_value) {
      return Fail(Against(parameter,
                          fmt::format("must be a number not less than {}", *parameter.min_value)));
    }
    if (parameter.max_value && value > *parameter.max_value) {
      return Fail(Against(
          parameter, fmt::format("must be a number not greater than {}", *parameter.max_value)));
    }
    return {};
  }
  const auto length = static_cast<double>(text.size());
  if (parameter.min_length && length < *parameter.min_length) {
    return Fail(Against(parameter,
                        fmt::format("must contain at least {} characters", *parameter.min_length)));
  }
  if (parameter.max_length && length > *parameter.max_length) {
    return Fail(Against(parameter,
                        fmt::format("must contain at most {} characters", *parameter.max_length)));
  }
  if (parameter.allowed_pattern) {
    RE2::Options options;
    options.set_log_errors(false);
    const RE2 pattern(*parameter.allowed_pattern, options);
    if (!pattern.ok()) {
      // differs from AWS: patterns are RE2's, which lacks the look-around and back references of
      // Java's.
      return Fail(ValidationError(fmt::format("Parameter '{}' has an invalid AllowedPattern: {}",
                                              parameter.name, pattern.error())));
    }
    if (!RE2::FullMatch(text, pattern)) {
      return Fail(
          Against(parameter, fmt::format("must match pattern {}", *parameter.allowed_pattern)));
    }
  }
  return {};
}

}  // namespace

bool Parameter::IsList() const { return type == "CommaDelimitedList" || type.starts_with("List<"); }

Result<std::vector<Parameter>> ReadParameters(const json::Object& section) {
  if (section.size() > kMaxParameters) {
    return Fail(TemplateFormatError(
        fmt::format("Number of parameters, {}, is greater than maximum allowed, {}", section.size(),
                    kMaxParameters)));
  }
  std::vector<Parameter> parameters;
  for (const auto& [name, value] : section) {
    if (!IsAlphanumeric(name)) {
      return Fail(TemplateFormatError(fmt::format("Parameter name {} is non alphanumeric.", name)));
    }
    if (name.size() > kMaxLogicalIdBytes) {
      return Fail(TemplateFormatError(fmt::format("Parameter name {} is longer than {} characters.",
                                                  name, kMaxLogicalIdBytes)));
    }
    IATK_TRY(Parameter parameter, ReadParameter(name, value));
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

Result<ParameterTexts> ResolveParameters(const std::vector<Parameter>& parameters,
                                         const ParameterTexts& given) {
  std::vector<std::string> unknown;
  for (const auto& [name, text] : given) {
    if (std::ranges::find(parameters, name, &Parameter::name) == parameters.end()) {
      unknown.push_back(name);
    }
  }
  if (!unknown.empty()) {
    return Fail(ValidationError(
        fmt::format("Parameters: {} do not exist in the template", Bracketed(unknown))));
  }
  ParameterTexts texts;
  std::vector<std::string> missing;
  for (const Parameter& parameter : parameters) {
    if (const auto it = given.find(parameter.name); it != given.end()) {
      texts.emplace(parameter.name, it->second);
    } else if (parameter.default_value) {
      texts.emplace(parameter.name, *parameter.default_value);
    } else {
      missing.push_back(parameter.name);
    }
  }
  if (!missing.empty()) {
    return Fail(
        ValidationError(fmt::format("Parameters: {} must have values", Bracketed(missing))));
  }
  for (const Parameter& parameter : parameters) {
    const std::string& text = texts.find(parameter.name)->second;
    if (text.size() > kMaxParameterValueBytes) {
      return Fail(ValidationError(fmt::format("Parameter '{}' must contain at most {} characters",
                                              parameter.name, kMaxParameterValueBytes)));
    }
    if (!parameter.IsList()) {
      IATK_CHECK(CheckItem(parameter, text));
      continue;
    }
    for (const std::string& item : Items(text)) IATK_CHECK(CheckItem(parameter, item));
  }
  return texts;
}

json::Value ParameterValue(const Parameter& parameter, const std::string& text) {
  if (!parameter.IsList()) return text;
  json::Array items;
  for (std::string& item : Items(text)) items.emplace_back(std::move(item));
  return items;
}

}  // namespace iatk::cloud::cfn

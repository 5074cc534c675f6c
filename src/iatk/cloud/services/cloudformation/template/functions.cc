#include "iatk/cloud/services/cloudformation/template/functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "iatk/cloud/services/cloudformation/template/errors.h"
#include "iatk/cloud/services/cloudformation/template/scalars.h"

namespace iatk::cloud::cfn {
namespace {

bool IsText(const json::Value& value) {
  return value.AsString() != nullptr && !value.AsString()->empty();
}

// The items of a list of `min` to `max`, else nullptr.
const json::Array* ListOf(const json::Value& value, std::size_t min, std::size_t max) {
  const json::Array* const list = value.AsArray();
  return list != nullptr && list->size() >= min && list->size() <= max ? list : nullptr;
}

bool IsVariableName(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return IsAlphanumeric({&c, 1}) || c == '_' || c == '.' || c == ':';
  });
}

}  // namespace

Result<GetAttArguments> ReadGetAtt(const json::Value& argument) {
  const Error malformed = TemplateError(
      "every Fn::GetAtt object requires two non-empty parameters, the resource name and the "
      "resource attribute");
  if (const std::string* const text = argument.AsString()) {
    const std::size_t dot = text->find('.');
    if (dot == std::string::npos || dot == 0 || dot + 1 == text->size()) return Fail(malformed);
    return GetAttArguments{text->substr(0, dot), text->substr(dot + 1)};
  }
  const json::Array* const list = ListOf(argument, 2, 2);
  if (list == nullptr || !IsText((*list)[0])) return Fail(malformed);
  if (!IsText((*list)[1]) && AsFunction((*list)[1]) == nullptr) return Fail(malformed);
  return GetAttArguments{*(*list)[0].AsString(), (*list)[1]};
}

Result<IfArguments> ReadIf(const json::Value& argument) {
  const json::Array* const list = ListOf(argument, 3, 3);
  if (list == nullptr) {
    return Fail(TemplateError("Fn::If requires a list argument with three elements"));
  }
  if (!IsText((*list)[0])) {
    return Fail(TemplateError("Fn::If requires the first element to be the name of a condition"));
  }
  return IfArguments{*(*list)[0].AsString(), &(*list)[1], &(*list)[2]};
}

Result<SubArguments> ReadSub(const json::Value& argument) {
  const Error malformed = TemplateError(
      "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string "
      "as first argument, and an optional second argument to specify a mapping of values to "
      "replace in the string");
  SubArguments sub;
  const std::string* text = argument.AsString();
  if (text == nullptr) {
    const json::Array* const list = ListOf(argument, 1, 2);
    if (list == nullptr) return Fail(malformed);
    text = (*list)[0].AsString();
    if (text == nullptr) return Fail(malformed);
    if (list->size() == 2) {
      sub.values = (*list)[1].AsObject();
      if (sub.values == nullptr) return Fail(malformed);
    }
  }
  std::string literal;
  std::size_t at = 0;
  while (at < text->size()) {
    const std::size_t open = text->find("${", at);
    const std::size_t close = open == std::string::npos ? open : text->find('}', open);
    if (close == std::string::npos) break;
    literal.append(*text, at, open - at);
    at = close + 1;
    std::string name = text->substr(open + 2, close - open - 2);
    if (name.starts_with('!')) {
      literal += "${" + name.substr(1) + "}";
      continue;
    }
    if (!IsVariableName(name)) {
      return Fail(TemplateError(
          "variable names in Fn::Sub syntax must contain only alphanumeric characters, "
          "underscores, periods, and colons"));
    }
    sub.literals.push_back(std::exchange(literal, {}));
    sub.variables.push_back(std::move(name));
  }
  literal.append(*text, at);
  sub.literals.push_back(std::move(literal));
  return sub;
}

Result<JoinArguments> ReadJoin(const json::Value& argument) {
  const json::Array* const list = ListOf(argument, 2, 2);
  if (list == nullptr || (*list)[0].AsString() == nullptr ||
      ((*list)[1].AsArray() == nullptr && AsFunction((*list)[1]) == nullptr)) {
    return Fail(TemplateError(
        "every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of "
        "strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) "
        "to be joined."));
  }
  return JoinArguments{*(*list)[0].AsString(), &(*list)[1]};
}

Result<SplitArguments> ReadSplit(const json::Value& argument) {
  const json::Array* const list = ListOf(argument, 2, 2);
  if (list == nullptr || !IsText((*list)[0]) ||
      ((*list)[1].AsString() == nullptr && AsFunction((*list)[1]) == nullptr)) {
    return Fail(TemplateError(
        "every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string "
        "to be split or a function that returns a string to be split."));
  }
  return SplitArguments{*(*list)[0].AsString(), &(*list)[1]};
}

Result<SelectArguments> ReadSelect(const json::Value& argument) {
  const json::Array* const list = ListOf(argument, 2, 2);
  if (list == nullptr || (!ScalarText((*list)[0]) && AsFunction((*list)[0]) == nullptr) ||
      ((*list)[1].AsArray() == nullptr && AsFunction((*list)[1]) == nullptr)) {
    return Fail(TemplateError(
        "Fn::Select requires a list argument with two elements: an integer index and a list"));
  }
  return SelectArguments{&(*list)[0], &(*list)[1]};
}

Result<FindInMapArguments> ReadFindInMap(const json::Value& argument) {
  const json::Array* const list = ListOf(argument, 3, 4);
  const auto is_name = [](const json::Value& value) {
    return ScalarText(value).has_value() || AsFunction(value) != nullptr;
  };
  FindInMapArguments found;
  if (list != nullptr && is_name((*list)[0]) && is_name((*list)[1]) && is_name((*list)[2])) {
    found = {&(*list)[0], &(*list)[1], &(*list)[2], nullptr};
    if (list->size() == 4) found.fallback = (*list)[3].Find("DefaultValue");
  }
  if (found.map == nullptr || (list->size() == 4 && found.fallback == nullptr)) {
    return Fail(
        TemplateError("every Fn::FindInMap object requires three parameters, the map name, map key "
                      "and the attribute for return value"));
  }
  return found;
}

Result<CidrArguments> ReadCidr(const json::Value& argument) {
  const json::Array* const list = ListOf(argument, 2, 3);
  if (list == nullptr) {
    return Fail(TemplateError(
        "every Fn::Cidr object requires two or three parameters, (1) an IP address block, (2) the "
        "number of CIDRs to generate and (3) the number of subnet bits for the CIDR"));
  }
  return CidrArguments{&(*list)[0], &(*list)[1], list->size() == 3 ? &(*list)[2] : nullptr};
}

Result<const json::Array*> ReadOperands(std::string_view function, const json::Value& argument) {
  if (function == "Fn::Equals") {
    if (const json::Array* const list = ListOf(argument, 2, 2)) return list;
    return Fail(TemplateError("every Fn::Equals object requires a list of 2 string parameters."));
  }
  if (function == "Fn::Not") {
    if (const json::Array* const list = ListOf(argument, 1, 1)) return list;
    return Fail(TemplateError("every Fn::Not object requires one boolean parameter."));
  }
  if (const json::Array* const list = ListOf(argument, 2, 10)) return list;
  return Fail(TemplateError(
      fmt::format("every {} object requires a list of at least 2 and at most 10 boolean "
                  "parameters.",
                  function)));
}

Result<void> CheckFunctionName(std::string_view function, bool in_conditions,
                               bool language_extensions) {
  static constexpr std::array<std::string_view, 13> kEverywhere = {
      "Ref",        "Fn::Base64", "Fn::Cidr",     "Fn::FindInMap",   "Fn::GetAtt",
      "Fn::GetAZs", "Fn::If",     "Fn::Join",     "Fn::ImportValue", "Fn::Select",
      "Fn::Split",  "Fn::Sub",    "Fn::Transform"};
  static constexpr std::array<std::string_view, 4> kOfConditions = {"Fn::And", "Fn::Or", "Fn::Not",
                                                                    "Fn::Equals"};
  if (function == "Fn::Transform") {
    return Fail(
        TemplateError("Fn::Transform is not supported: macros and AWS::Include do not run"));
  }
  if (function.starts_with("Fn::ForEach")) {
    return Fail(TemplateError("Fn::ForEach is not supported"));
  }
  if (std::ranges::find(kEverywhere, function) != kEverywhere.end()) return {};
  if (std::ranges::find(kOfConditions, function) != kOfConditions.end()) {
    if (in_conditions) return {};
    return Fail(
        TemplateError(fmt::format("{} is supported only in the Conditions section", function)));
  }
  if (function == "Fn::Length" || function == "Fn::ToJsonString") {
    if (language_extensions) return {};
    return Fail(TemplateError(
        fmt::format("{} requires the transform {}", function, "AWS::LanguageExtensions")));
  }
  return Fail(TemplateError(fmt::format("the intrinsic function {} is not supported", function)));
}

}  // namespace iatk::cloud::cfn

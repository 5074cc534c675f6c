#include "iatk/cloud/services/cloudformation/template/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "iatk/base/digest.h"
#include "iatk/cloud/services/cloudformation/template/cidr.h"
#include "iatk/cloud/services/cloudformation/template/errors.h"
#include "iatk/cloud/services/cloudformation/template/functions.h"
#include "iatk/cloud/services/cloudformation/template/limits.h"
#include "iatk/cloud/services/cloudformation/template/scalars.h"
#include "iatk/json/write.h"

namespace iatk::cloud::cfn {
namespace {

std::size_t BytesOf(const json::Value& value) {
  constexpr std::size_t kOverhead = 16;
  std::size_t bytes = kOverhead;
  if (const std::string* const text = value.AsString()) bytes += text->size();
  if (const json::Array* const list = value.AsArray()) {
    for (const json::Value& item : *list) bytes += BytesOf(item);
  }
  if (const json::Object* const object = value.AsObject()) {
    for (const auto& [key, item] : *object) bytes += key.size() + BytesOf(item);
  }
  return bytes;
}

std::optional<std::int64_t> WholeNumber(const std::string& text) {
  if (text.empty() || text.size() > 18 ||
      !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
    return std::nullopt;
  }
  return std::stoll(text);
}

}  // namespace

Result<std::optional<json::Value>> Evaluator::Evaluate(const json::Value& value) {
  if (const json::Array* const list = value.AsArray()) {
    json::Array items;
    items.reserve(list->size());
    for (const json::Value& item : *list) {
      IATK_TRY(Maybe evaluated, Evaluate(item));
      if (evaluated) items.push_back(*std::move(evaluated));
    }
    return Maybe(std::move(items));
  }
  if (const json::Object* const object = value.AsObject()) {
    if (const json::Member* const function = AsFunction(value)) {
      return Function(function->first, function->second);
    }
    IATK_TRY(json::Object evaluated, EvaluateObject(*object));
    return Maybe(std::move(evaluated));
  }
  if (const std::string* const text = value.AsString();
      text != nullptr && text->find("{{resolve:") != std::string::npos) {
    return Fail(TemplateError(
        "dynamic references ({{resolve:…}}) are not supported: no secret or parameter store "
        "is read"));
  }
  return Maybe(value);
}

Result<json::Object> Evaluator::EvaluateObject(const json::Object& properties) {
  json::Object evaluated;
  for (const auto& [key, item] : properties) {
    IATK_TRY(Maybe result, Evaluate(item));
    if (result) evaluated.Append(key, *std::move(result));
  }
  return evaluated;
}

Result<std::string> Evaluator::EvaluateText(const json::Value& value, const Error& otherwise) {
  IATK_TRY(const Maybe evaluated, Evaluate(value));
  auto text = evaluated ? ScalarText(*evaluated) : std::nullopt;
  if (!text) return Fail(otherwise);
  return *std::move(text);
}

Result<json::Array> Evaluator::List(const json::Value& value, const Error& otherwise) {
  IATK_TRY(Maybe evaluated, Evaluate(value));
  json::Array* const list = evaluated ? evaluated->AsArray() : nullptr;
  if (list == nullptr) return Fail(otherwise);
  return std::move(*list);
}

Result<std::optional<json::Value>> Evaluator::Made(json::Value value) {
  made_bytes_ += BytesOf(value);
  if (made_bytes_ > kMaxEvaluatedBytes) {
    return Fail(TemplateError(fmt::format(
        "the intrinsic functions give more than {} bytes of values", kMaxEvaluatedBytes)));
  }
  return Maybe(std::move(value));
}

Result<std::optional<json::Value>> Evaluator::Function(const std::string& function,
                                                       const json::Value& argument) {
  IATK_CHECK(CheckFunctionName(function, /*in_conditions=*/false,
                               scope_.document.HasTransform(kLanguageExtensions)));
  if (function == "Ref") return Ref(argument);
  if (function == "Fn::GetAtt") return GetAtt(argument);
  if (function == "Fn::Sub") return Sub(argument);
  if (function == "Fn::Join") return Join(argument);
  if (function == "Fn::Split") return Split(argument);
  if (function == "Fn::Select") return Select(argument);
  if (function == "Fn::FindInMap") return FindInMap(argument);
  if (function == "Fn::Cidr") return Cidr(argument);
  if (function == "Fn::GetAZs") return GetAZs(argument);
  if (function == "Fn::ImportValue") return ImportValue(argument);
  if (function == "Fn::If") {
    IATK_TRY(const IfArguments choice, ReadIf(argument));
    const auto it = scope_.conditions.find(choice.condition);
    if (it == scope_.conditions.end()) {
      return Fail(UnresolvedCondition(choice.condition, "Resources"));
    }
    return Evaluate(it->second ? *choice.then : *choice.otherwise);
  }
  if (function == "Fn::Base64") {
    IATK_TRY(const std::string text,
             EvaluateText(argument, TemplateError("every Fn::Base64 object must have a "
                                                  "String-typed value.")));
    return Made(Base64Encode(text));
  }
  IATK_TRY(const Maybe evaluated, Evaluate(argument));
  if (function == "Fn::ToJsonString") {
    if (!evaluated || (evaluated->AsObject() == nullptr && evaluated->AsArray() == nullptr)) {
      return Fail(TemplateError("Fn::ToJsonString requires an object or an array"));
    }
    return Made(json::Write(*evaluated));
  }
  if (function == "Fn::Length") {
    if (!evaluated || evaluated->AsArray() == nullptr) {
      return Fail(TemplateError("Fn::Length requires a list"));
    }
    return Made(static_cast<std::int64_t>(evaluated->AsArray()->size()));
  }
  return Fail(TemplateError(fmt::format("the intrinsic function {} is not supported", function)));
}

Result<json::Value> Evaluator::Name(const std::string& name) {
  if (const auto it = scope_.names.find(name); it != scope_.names.end()) return it->second;
  if (scope_.document.FindResource(name) != nullptr && scope_.reference) {
    return scope_.reference(name);
  }
  return Fail(TemplateFormatError(fmt::format(
      "Unresolved resource dependencies [{}] in the Resources block of the template", name)));
}

Result<json::Value> Evaluator::Attribute(const std::string& logical_id,
                                         const std::string& attribute) {
  if (scope_.document.FindResource(logical_id) == nullptr || !scope_.attribute) {
    return Fail(TemplateError(
        fmt::format("instance of Fn::GetAtt references undefined resource {}", logical_id)));
  }
  return scope_.attribute(logical_id, attribute);
}

Result<std::optional<json::Value>> Evaluator::Ref(const json::Value& argument) {
  const std::string* const name = argument.AsString();
  if (name == nullptr) {
    return Fail(TemplateError("every Ref object must have a single String value."));
  }
  if (*name == "AWS::NoValue") return Maybe();
  IATK_TRY(json::Value value, Name(*name));
  return Made(std::move(value));
}

Result<std::optional<json::Value>> Evaluator::GetAtt(const json::Value& argument) {
  IATK_TRY(const GetAttArguments get, ReadGetAtt(argument));
  IATK_TRY(const std::string attribute,
           EvaluateText(get.attribute,
                        TemplateError("every Fn::GetAtt object requires two non-empty parameters, "
                                      "the resource name and the resource attribute")));
  IATK_TRY(json::Value value, Attribute(get.logical_id, attribute));
  return Made(std::move(value));
}

Result<std::optional<json::Value>> Evaluator::Sub(const json::Value& argument) {
  IATK_TRY(const SubArguments sub, ReadSub(argument));
  std::map<std::string, std::string, std::less<>> texts;
  const auto text_of = [](const std::string& variable,
                          const json::Value& value) -> Result<std::string> {
    auto text = ScalarText(value);
    if (!text) {
      return Fail(TemplateError(
          fmt::format("Fn::Sub cannot replace ${{{}}} by a value that is not a string", variable)));
    }
    return *std::move(text);
  };
  std::string made;
  for (std::size_t i = 0; i < sub.variables.size(); ++i) {
    const std::string& variable = sub.variables[i];
    made += sub.literals[i];
    auto it = texts.find(variable);
    if (it == texts.end()) {
      json::Value value;
      const json::Value* const given = sub.values != nullptr ? sub.values->Find(variable) : nullptr;
      if (given != nullptr) {
        IATK_TRY(Maybe evaluated, Evaluate(*given));
        value = evaluated ? *std::move(evaluated) : json::Value("");
      } else if (const std::size_t dot = variable.find('.'); dot != std::string::npos) {
        IATK_TRY(value, Attribute(variable.substr(0, dot), variable.substr(dot + 1)));
      } else if (variable == "AWS::NoValue") {
        value = "";
      } else {
        IATK_TRY(value, Name(variable));
      }
      IATK_TRY(std::string text, text_of(variable, value));
      it = texts.emplace(variable, std::move(text)).first;
    }
    made += it->second;
    if (made.size() > kMaxEvaluatedBytes) return Made(std::move(made));
  }
  made += sub.literals.back();
  return Made(std::move(made));
}

Result<std::optional<json::Value>> Evaluator::Join(const json::Value& argument) {
  IATK_TRY(const JoinArguments join, ReadJoin(argument));
  const Error malformed = TemplateError(
      "every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of "
      "strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to "
      "be joined.");
  IATK_TRY(const json::Array items, List(*join.items, malformed));
  std::string made;
  bool first = true;
  for (const json::Value& item : items) {
    const auto text = ScalarText(item);
    if (!text) return Fail(malformed);
    if (!std::exchange(first, false)) made += join.delimiter;
    made += *text;
    if (made.size() > kMaxEvaluatedBytes) break;
  }
  return Made(std::move(made));
}

Result<std::optional<json::Value>> Evaluator::Split(const json::Value& argument) {
  IATK_TRY(const SplitArguments split, ReadSplit(argument));
  IATK_TRY(const std::string text,
           EvaluateText(*split.text,
                        TemplateError("every Fn::Split object requires two parameters, (1) a "
                                      "string delimiter and (2) a string to be split or a "
                                      "function that returns a string to be split.")));
  json::Array parts;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = text.find(split.delimiter, begin);
    parts.emplace_back(text.substr(begin, end - begin));
    if (end == std::string::npos) break;
    begin = end + split.delimiter.size();
  }
  return Made(std::move(parts));
}

Result<std::optional<json::Value>> Evaluator::Select(const json::Value& argument) {
  IATK_TRY(const SelectArguments select, ReadSelect(argument));
  const Error malformed = TemplateError(
      "Fn::Select requires a list argument with two elements: an integer index and a list");
  IATK_TRY(const std::string index_text, EvaluateText(*select.index, malformed));
  IATK_TRY(json::Array items, List(*select.list, malformed));
  const auto index = WholeNumber(index_text);
  if (!index) return Fail(malformed);
  if (static_cast<std::uint64_t>(*index) >= items.size()) {
    return Fail(TemplateError(
        fmt::format("Fn::Select cannot select nonexistent value at index {}", *index)));
  }
  return Made(std::move(items[static_cast<std::size_t>(*index)]));
}

Result<std::optional<json::Value>> Evaluator::FindInMap(const json::Value& argument) {
  IATK_TRY(const FindInMapArguments find, ReadFindInMap(argument));
  const Error malformed = TemplateError(
      "every Fn::FindInMap object requires three parameters, the map name, map key and the "
      "attribute for return value");
  IATK_TRY(const std::string name, EvaluateText(*find.map, malformed));
  IATK_TRY(const std::string key, EvaluateText(*find.key, malformed));
  IATK_TRY(const std::string attribute, EvaluateText(*find.attribute, malformed));
  const json::Value* const map = scope_.document.mappings.Find(name);
  if (map == nullptr && find.fallback == nullptr) {
    return Fail(TemplateError(fmt::format(
        "Mapping named '{}' is not present in the 'Mappings' section of template.", name)));
  }
  const json::Value* const attributes = map != nullptr ? map->Find(key) : nullptr;
  const json::Value* const value = attributes != nullptr ? attributes->Find(attribute) : nullptr;
  if (value != nullptr) return Made(*value);
  if (find.fallback != nullptr) return Evaluate(*find.fallback);
  return Fail(
      TemplateError(fmt::format("Unable to get mapping for {}::{}::{}", name, key, attribute)));
}

Result<std::optional<json::Value>> Evaluator::Cidr(const json::Value& argument) {
  IATK_TRY(const CidrArguments cidr, ReadCidr(argument));
  const Error malformed = TemplateError(
      "every Fn::Cidr object requires an IP address block, a count from 1 to 256 and a number of "
      "subnet bits that fit into the block");
  IATK_TRY(const std::string block, EvaluateText(*cidr.block, malformed));
  IATK_TRY(const std::string count_text, EvaluateText(*cidr.count, malformed));
  constexpr std::int64_t kDefaultBits = 8;
  std::optional<std::int64_t> bits = kDefaultBits;
  if (cidr.bits != nullptr) {
    IATK_TRY(const std::string text, EvaluateText(*cidr.bits, malformed));
    bits = WholeNumber(text);
  }
  const auto count = WholeNumber(count_text);
  if (!count || *count < 1 || *count > 256 || !bits || *bits < 1 || *bits > 128) {
    return Fail(malformed);
  }
  auto subnets = SubnetsOf(block, static_cast<unsigned>(*count), static_cast<unsigned>(*bits));
  if (!subnets) return Fail(malformed);
  json::Array list;
  for (std::string& subnet : *subnets) list.emplace_back(std::move(subnet));
  return Made(std::move(list));
}

// differs from AWS: every region has the three zones a, b and c.
Result<std::optional<json::Value>> Evaluator::GetAZs(const json::Value& argument) {
  IATK_TRY(std::string region,
           EvaluateText(argument, TemplateError("every Fn::GetAZs object must have a String-typed "
                                                "value.")));
  if (region.empty()) {
    IATK_TRY(const json::Value own, Name("AWS::Region"));
    region = ScalarText(own).value_or("");
  }
  return Made(json::Array{region + "a", region + "b", region + "c"});
}

Result<std::optional<json::Value>> Evaluator::ImportValue(const json::Value& argument) {
  IATK_TRY(const std::string name,
           EvaluateText(argument, TemplateError("every Fn::ImportValue object must have a "
                                                "String-typed value.")));
  if (!scope_.import) {
    return Fail(TemplateError("Fn::ImportValue cannot be used here"));
  }
  IATK_TRY(json::Value value, scope_.import(name));
  return Made(std::move(value));
}

Result<bool> Evaluator::EvaluateCondition(const json::Value& value) {
  const Error malformed = TemplateFormatError(
      "Conditions can only be boolean operations on parameters and other conditions");
  const json::Object* const object = value.AsObject();
  if (object == nullptr || object->size() != 1) return Fail(malformed);
  const auto& [function, argument] = *object->begin();
  if (function == "Condition") {
    const std::string* const name = argument.AsString();
    const auto it = name != nullptr ? scope_.conditions.find(*name) : scope_.conditions.end();
    if (it == scope_.conditions.end()) {
      return Fail(UnresolvedCondition(name != nullptr ? *name : "", "Conditions"));
    }
    return it->second;
  }
  if (function == "Fn::Equals") {
    const Error not_strings =
        TemplateError("every Fn::Equals object requires a list of 2 string parameters.");
    IATK_TRY(const json::Array* const operands, ReadOperands(function, argument));
    IATK_TRY(const Maybe left, Evaluate((*operands)[0]));
    IATK_TRY(const Maybe right, Evaluate((*operands)[1]));
    if (!left || !right) return left.has_value() == right.has_value();
    const auto left_text = ScalarText(*left);
    const auto right_text = ScalarText(*right);
    if (!left_text || !right_text) return Fail(not_strings);
    return *left_text == *right_text;
  }
  if (function == "Fn::Not") {
    IATK_TRY(const json::Array* const operands, ReadOperands(function, argument));
    IATK_TRY(const bool operand, EvaluateCondition((*operands)[0]));
    return !operand;
  }
  if (function == "Fn::And" || function == "Fn::Or") {
    IATK_TRY(const json::Array* const operands, ReadOperands(function, argument));
    const bool is_and = function == "Fn::And";
    bool result = is_and;
    for (const json::Value& operand : *operands) {
      IATK_TRY(const bool one, EvaluateCondition(operand));
      result = is_and ? result && one : result || one;
    }
    return result;
  }
  return Fail(malformed);
}

Result<ConditionResults> EvaluateConditions(const Template& document, const NamedValues& names) {
  ConditionResults results;
  std::map<std::string, std::set<std::string>, std::less<>> waits;
  for (const auto& [name, value] : document.conditions) {
    References found;
    IATK_CHECK(CollectConditionReferences(document, value, &found));
    for (const std::string& condition : found.conditions) {
      if (!document.conditions.Contains(condition)) {
        return Fail(UnresolvedCondition(condition, "Conditions"));
      }
    }
    waits[name] = std::move(found.conditions);
  }
  Evaluator evaluator({.document = document,
                       .names = names,
                       .conditions = results,
                       .reference = {},
                       .attribute = {},
                       .import = {}});
  // Each round evaluates what waits for nothing more.
  while (!waits.empty()) {
    std::vector<std::string> ready;
    for (const auto& [name, others] : waits) {
      if (std::ranges::all_of(others, [&](const auto& other) { return results.contains(other); })) {
        ready.push_back(name);
      }
    }
    if (ready.empty()) {
      std::vector<std::string> circle;
      for (const auto& [name, others] : waits) circle.push_back(name);
      return Fail(ValidationError(
          fmt::format("Circular dependency between conditions: {}", Bracketed(circle))));
    }
    for (const std::string& name : ready) {
      IATK_TRY(results[name], evaluator.EvaluateCondition(*document.conditions.Find(name)));
      waits.erase(name);
    }
  }
  return results;
}

}  // namespace iatk::cloud::cfn

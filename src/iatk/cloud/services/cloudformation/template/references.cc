#include "iatk/cloud/services/cloudformation/template/references.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "iatk/cloud/services/cloudformation/template/errors.h"
#include "iatk/cloud/services/cloudformation/template/functions.h"
#include "iatk/cloud/services/cloudformation/template/scalars.h"

namespace iatk::cloud::cfn {
namespace {

class Collector {
 public:
  Collector(const Template& document, bool in_conditions, const ConditionResults* active,
            References* found)
      : document_(document), in_conditions_(in_conditions), active_(active), found_(found) {}

  Result<void> Visit(const json::Value& value) {
    if (const json::Array* const list = value.AsArray()) return VisitAll(*list);
    const json::Object* const object = value.AsObject();
    if (object == nullptr) return {};
    if (const json::Member* const function = AsFunction(value)) {
      return VisitFunction(function->first, function->second);
    }
    if (in_conditions_ && object->size() == 1 && object->begin()->first == "Condition") {
      const std::string* const name = object->begin()->second.AsString();
      if (name == nullptr) {
        return Fail(TemplateFormatError("Every Condition member must be a string."));
      }
      found_->conditions.insert(*name);
      return {};
    }
    for (const auto& [key, item] : *object) IATK_CHECK(Visit(item));
    return {};
  }

 private:
  Result<void> VisitAll(const json::Array& items) {
    for (const json::Value& item : items) IATK_CHECK(Visit(item));
    return {};
  }

  Result<void> VisitFunction(const std::string& function, const json::Value& argument) {
    IATK_CHECK(
        CheckFunctionName(function, in_conditions_, document_.HasTransform(kLanguageExtensions)));
    if (function == "Ref") {
      const std::string* const name = argument.AsString();
      if (name == nullptr) {
        return Fail(TemplateError("every Ref object must have a single String value."));
      }
      found_->names.insert(*name);
      return {};
    }
    if (function == "Fn::GetAtt") {
      IATK_TRY(const GetAttArguments get, ReadGetAtt(argument));
      found_->attributes.insert(get.logical_id);
      return Visit(get.attribute);
    }
    if (function == "Fn::If") return VisitIf(argument);
    if (function == "Fn::Sub") return VisitSub(argument);
    if (function == "Fn::ImportValue") {
      if (const std::string* const name = argument.AsString()) found_->imports.insert(*name);
      return Visit(argument);
    }
    if (function == "Fn::Join") {
      IATK_CHECK(ReadJoin(argument));
    } else if (function == "Fn::Split") {
      IATK_CHECK(ReadSplit(argument));
    } else if (function == "Fn::Select") {
      IATK_CHECK(ReadSelect(argument));
    } else if (function == "Fn::FindInMap") {
      IATK_TRY(const FindInMapArguments find, ReadFindInMap(argument));
      if (find.fallback != nullptr && !document_.HasTransform(kLanguageExtensions)) {
        return Fail(TemplateError(
            "DefaultValue of Fn::FindInMap requires the transform AWS::LanguageExtensions"));
      }
    } else if (function == "Fn::Cidr") {
      IATK_CHECK(ReadCidr(argument));
    } else if (function == "Fn::Base64") {
      if (argument.AsString() == nullptr && AsFunction(argument) == nullptr) {
        return Fail(TemplateError("every Fn::Base64 object must have a String-typed value."));
      }
    } else if (function == "Fn::And" || function == "Fn::Or" || function == "Fn::Not" ||
               function == "Fn::Equals") {
      IATK_CHECK(ReadOperands(function, argument));
    }
    return Visit(argument);
  }

  Result<void> VisitIf(const json::Value& argument) {
    IATK_TRY(const IfArguments choice, ReadIf(argument));
    found_->conditions.insert(choice.condition);
    if (active_ != nullptr) {
      const auto it = active_->find(choice.condition);
      if (it != active_->end()) return Visit(it->second ? *choice.then : *choice.otherwise);
    }
    IATK_CHECK(Visit(*choice.then));
    return Visit(*choice.otherwise);
  }

  Result<void> VisitSub(const json::Value& argument) {
    IATK_TRY(const SubArguments sub, ReadSub(argument));
    for (const std::string& variable : sub.variables) {
      if (sub.values != nullptr && sub.values->Contains(variable)) continue;
      const std::size_t dot = variable.find('.');
      if (dot == std::string::npos) {
        found_->names.insert(variable);
      } else if (dot == 0 || dot + 1 == variable.size()) {
        return Fail(
            TemplateError("instance of Fn::Sub references invalid resource attribute " + variable));
      } else {
        found_->attributes.insert(variable.substr(0, dot));
      }
    }
    if (sub.values == nullptr) return {};
    for (const auto& [key, value] : *sub.values) IATK_CHECK(Visit(value));
    return {};
  }

  const Template& document_;
  bool in_conditions_;
  const ConditionResults* active_;
  References* found_;
};

Result<void> CheckConditionNames(const Template& document, const References& found,
                                 std::string_view block) {
  for (const std::string& name : found.conditions) {
    if (!document.conditions.Contains(name)) {
      return Fail(UnresolvedCondition(name, block));
    }
  }
  return {};
}

// Names that are neither a parameter nor, in sections that may refer to them, a resource.
Result<void> CheckNames(const Template& document, const References& found, std::string_view block) {
  std::vector<std::string> unresolved;
  for (const std::string& name : found.names) {
    if (!IsPseudoParameter(name) && document.FindParameter(name) == nullptr &&
        document.FindResource(name) == nullptr) {
      unresolved.push_back(name);
    }
  }
  if (!unresolved.empty()) {
    return Fail(TemplateFormatError(
        fmt::format("Unresolved resource dependencies {} in the {} block of the template",
                    Bracketed(unresolved), block)));
  }
  for (const std::string& name : found.attributes) {
    if (document.FindResource(name) == nullptr) {
      return Fail(TemplateError(
          fmt::format("instance of Fn::GetAtt references undefined resource {}", name)));
    }
  }
  return CheckConditionNames(document, found, block);
}

}  // namespace

Result<void> CollectReferences(const Template& document, const json::Value& value,
                               const ConditionResults* active, References* found) {
  return Collector(document, /*in_conditions=*/false, active, found).Visit(value);
}

Result<void> CollectConditionReferences(const Template& document, const json::Value& value,
                                        References* found) {
  return Collector(document, /*in_conditions=*/true, nullptr, found).Visit(value);
}

bool IsPseudoParameter(std::string_view name) {
  static constexpr std::array<std::string_view, 8> kNames = {
      "AWS::AccountId", "AWS::NotificationARNs", "AWS::NoValue",   "AWS::Partition",
      "AWS::Region",    "AWS::StackId",          "AWS::StackName", "AWS::URLSuffix"};
  return std::ranges::find(kNames, name) != kNames.end();
}

Result<void> CheckReferences(const Template& document) {
  References of_conditions;
  Collector conditions(document, /*in_conditions=*/true, nullptr, &of_conditions);
  for (const auto& [name, value] : document.conditions) IATK_CHECK(conditions.Visit(value));
  std::vector<std::string> unresolved;
  for (const std::string& name : of_conditions.names) {
    if (!IsPseudoParameter(name) && document.FindParameter(name) == nullptr) {
      unresolved.push_back(name);
    }
  }
  unresolved.insert(unresolved.end(), of_conditions.attributes.begin(),
                    of_conditions.attributes.end());
  if (!unresolved.empty()) {
    return Fail(TemplateFormatError(
        fmt::format("Unresolved dependencies {}. Cannot reference resources in the Conditions "
                    "block of the template",
                    Bracketed(unresolved))));
  }
  IATK_CHECK(CheckConditionNames(document, of_conditions, "Conditions"));

  References of_resources;
  for (const Resource& resource : document.resources) {
    for (const auto& [name, value] : resource.properties) {
      IATK_CHECK(CollectReferences(document, value, nullptr, &of_resources));
    }
    if (resource.condition) of_resources.conditions.insert(*resource.condition);
    for (const std::string& name : resource.depends_on) {
      if (document.FindResource(name) == nullptr) of_resources.names.insert(name);
      // A parameter can't be waited for.
      if (document.FindParameter(name) != nullptr) {
        return Fail(TemplateFormatError(fmt::format(
            "Unresolved resource dependencies [{}] in the Resources block of the template", name)));
      }
    }
  }
  IATK_CHECK(CheckNames(document, of_resources, "Resources"));

  References of_outputs;
  for (const Output& output : document.outputs) {
    IATK_CHECK(CollectReferences(document, output.value, nullptr, &of_outputs));
    if (output.export_name) {
      IATK_CHECK(CollectReferences(document, *output.export_name, nullptr, &of_outputs));
    }
    if (output.condition) of_outputs.conditions.insert(*output.condition);
  }
  return CheckNames(document, of_outputs, "Outputs");
}

}  // namespace iatk::cloud::cfn

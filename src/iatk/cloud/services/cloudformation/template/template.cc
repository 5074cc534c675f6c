#include "iatk/cloud/services/cloudformation/template/template.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <utility>

#include "iatk/cloud/services/cloudformation/template/errors.h"
#include "iatk/cloud/services/cloudformation/template/limits.h"
#include "iatk/cloud/services/cloudformation/template/scalars.h"
#include "iatk/json/parse.h"
#include "iatk/yaml/parse.h"

namespace iatk::cloud::cfn {
namespace {

constexpr std::array<std::string_view, 11> kSections = {"AWSTemplateFormatVersion",
                                                        "Description",
                                                        "Metadata",
                                                        "Parameters",
                                                        "Rules",
                                                        "Mappings",
                                                        "Conditions",
                                                        "Transform",
                                                        "Resources",
                                                        "Outputs",
                                                        "Globals"};
constexpr std::array<std::string_view, 9> kResourceMembers = {
    "Type",           "Properties",   "Metadata",       "DependsOn",          "Condition",
    "DeletionPolicy", "UpdatePolicy", "CreationPolicy", "UpdateReplacePolicy"};

constexpr yaml::ParseLimits kYamlLimits = {.max_bytes = kMaxTemplateFileBytes,
                                           .max_depth = kMaxTemplateDepth};

// AWS names the way to a null below a resource's Properties ".../Type/...", as in "[/Resources/
// myInstance/Type/EbsOptimized] 'null' values are not allowed in templates".
Result<void> RefuseNull(const json::Value& value, const std::string& path, std::size_t depth) {
  if (value.is_null()) {
    return Fail(
        ValidationError(fmt::format("[{}] 'null' values are not allowed in templates", path)));
  }
  if (const json::Array* const array = value.AsArray()) {
    std::size_t index = 0;
    for (const json::Value& item : *array) {
      IATK_CHECK(RefuseNull(item, fmt::format("{}/{}", path, index++), depth + 1));
    }
  } else if (const json::Object* const object = value.AsObject()) {
    for (const auto& [key, item] : *object) {
      const bool of_resource = depth == 2 && key == "Properties" && path.starts_with("/Resources/");
      IATK_CHECK(RefuseNull(item, path + "/" + (of_resource ? "Type" : key), depth + 1));
    }
  }
  return {};
}

// Of the members of the same name, JSON readers keep the last.
void KeepLastOfDuplicates(json::Value* value) {
  if (json::Array* const array = value->AsArray()) {
    for (json::Value& item : *array) KeepLastOfDuplicates(&item);
    return;
  }
  json::Object* const object = value->AsObject();
  if (object == nullptr) return;
  std::unordered_map<std::string_view, std::size_t> last;
  std::size_t index = 0;
  for (auto& [key, item] : *object) {
    KeepLastOfDuplicates(&item);
    last[key] = index++;
  }
  if (last.size() == object->size()) return;
  json::Object unique;
  index = 0;
  for (auto& [key, item] : *object) {
    if (last[key] == index++) unique.Append(key, std::move(item));
  }
  *object = std::move(unique);
}

Error NotWellFormedJson(std::string_view text) {
  // The YAML reader takes JSON too and knows where a fault is.
  const auto again = yaml::Parse(text, kYamlLimits);
  std::string line = "1";
  std::string column = "1";
  if (!again) {
    for (const auto& [name, value] : again.error().details) {
      if (name == "Line") line = value;
      if (name == "Column") column = value;
    }
  }
  return TemplateFormatError(
      fmt::format("JSON not well-formed. (line {}, column {})", line, column));
}

Result<std::vector<std::string>> Strings(const json::Value& value, const Error& otherwise) {
  std::vector<std::string> strings;
  if (const std::string* const text = value.AsString()) {
    strings.push_back(*text);
    return strings;
  }
  const json::Array* const array = value.AsArray();
  if (array == nullptr) return Fail(otherwise);
  for (const json::Value& item : *array) {
    const std::string* const text = item.AsString();
    if (text == nullptr) return Fail(otherwise);
    strings.push_back(*text);
  }
  return strings;
}

Result<std::vector<std::string>> ReadTransforms(const json::Value& value) {
  const Error malformed = TemplateFormatError("Transform must be a string or a list of strings.");
  if (value.AsObject() != nullptr) {
    return Fail(ValidationError(
        fmt::format("No transform named {} found.",
                    value.FindString("Name") != nullptr ? *value.FindString("Name") : "null")));
  }
  IATK_TRY(std::vector<std::string> transforms, Strings(value, malformed));
  for (const std::string& name : transforms) {
    if (name != kServerlessTransform && name != kLanguageExtensions) {
      return Fail(ValidationError(fmt::format("No transform named {} found.", name)));
    }
  }
  return transforms;
}

Result<const json::Object*> Section(const json::Value& document, std::string_view name) {
  static const json::Object kEmpty;
  const json::Value* const section = document.Find(name);
  if (section == nullptr) return &kEmpty;
  if (const json::Object* const object = section->AsObject()) return object;
  return Fail(TemplateFormatError(fmt::format("{} must be an object.", name)));
}

Result<DeletionPolicy> ReadPolicy(const json::Value& resource, std::string_view attribute) {
  const json::Value* const value = resource.Find(attribute);
  if (value == nullptr) return DeletionPolicy::kDelete;
  const std::string* const text = value->AsString();
  if (text == nullptr) {
    return Fail(TemplateFormatError(fmt::format("Every {} member must be a string.", attribute)));
  }
  if (*text == "Delete") return DeletionPolicy::kDelete;
  if (*text == "Retain") return DeletionPolicy::kRetain;
  if (*text == "Snapshot") {
    return Fail(TemplateFormatError(
        fmt::format("{} Snapshot is not supported by the types of this cloud", attribute)));
  }
  if (*text == "RetainExceptOnCreate" && attribute == "DeletionPolicy") {
    return DeletionPolicy::kRetainExceptOnCreate;
  }
  return Fail(TemplateFormatError(fmt::format("Unrecognized {} {}", attribute, *text)));
}

Result<std::optional<std::string>> ReadCondition(const json::Value& value) {
  const json::Value* const condition = value.Find("Condition");
  if (condition == nullptr) return std::nullopt;
  if (const std::string* const name = condition->AsString()) return *name;
  return Fail(TemplateFormatError("Every Condition member must be a string."));
}

Result<Resource> ReadResource(const std::string& logical_id, const json::Value& value) {
  if (logical_id.starts_with("Fn::ForEach")) {
    return Fail(TemplateError("Fn::ForEach is not supported"));
  }
  if (!IsAlphanumeric(logical_id)) {
    return Fail(
        TemplateFormatError(fmt::format("Resource name {} is non alphanumeric.", logical_id)));
  }
  if (logical_id.size() > kMaxLogicalIdBytes) {
    return Fail(TemplateFormatError(fmt::format("Resource name {} is longer than {} characters.",
                                                logical_id, kMaxLogicalIdBytes)));
  }
  const json::Object* const object = value.AsObject();
  if (object == nullptr) {
    return Fail(TemplateFormatError("Any Resources member must be an object."));
  }
  for (const auto& [key, ignored] : *object) {
    if (std::ranges::find(kResourceMembers, key) == kResourceMembers.end()) {
      return Fail(ValidationError(fmt::format("Invalid template resource property '{}'", key)));
    }
  }
  const json::Value* const type = object->Find("Type");
  if (type == nullptr) {
    return Fail(TemplateFormatError(fmt::format(
        "[/Resources/{}] Every Resources object must contain a Type member.", logical_id)));
  }
  Resource resource;
  resource.logical_id = logical_id;
  if (type->AsString() == nullptr || type->AsString()->empty()) {
    return Fail(TemplateFormatError("Every Type member must be a string."));
  }
  resource.type = *type->AsString();
  if (const json::Value* const properties = object->Find("Properties")) {
    if (properties->AsObject() == nullptr) {
      return Fail(TemplateFormatError("Any Properties member must be an object."));
    }
    resource.properties = *properties->AsObject();
  }
  if (const json::Value* const metadata = object->Find("Metadata")) resource.metadata = *metadata;
  if (const json::Value* const depends_on = object->Find("DependsOn")) {
    IATK_TRY(resource.depends_on,
             Strings(*depends_on, TemplateFormatError("DependsOn must be a string or list of "
                                                      "strings.")));
  }
  IATK_TRY(resource.condition, ReadCondition(value));
  IATK_TRY(resource.deletion_policy, ReadPolicy(value, "DeletionPolicy"));
  IATK_TRY(resource.update_replace_policy, ReadPolicy(value, "UpdateReplacePolicy"));
  return resource;
}

Result<Output> ReadOutput(const std::string& name, const json::Value& value) {
  if (name.starts_with("Fn::ForEach")) return Fail(TemplateError("Fn::ForEach is not supported"));
  if (!IsAlphanumeric(name)) {
    return Fail(TemplateFormatError(fmt::format("Output name {} is non alphanumeric.", name)));
  }
  const json::Object* const object = value.AsObject();
  if (object == nullptr) {
    return Fail(TemplateFormatError(fmt::format("Output {} is malformed.", name)));
  }
  static constexpr std::array<std::string_view, 4> kMembers = {"Value", "Description", "Export",
                                                               "Condition"};
  for (const auto& [key, ignored] : *object) {
    if (std::ranges::find(kMembers, key) == kMembers.end()) {
      return Fail(ValidationError(fmt::format("Invalid template output property '{}'", key)));
    }
  }
  Output output;
  output.name = name;
  const json::Value* const content = object->Find("Value");
  if (content == nullptr) {
    return Fail(TemplateFormatError("Every Outputs member must contain a Value object"));
  }
  output.value = *content;
  if (const json::Value* const description = object->Find("Description")) {
    const std::string* const text = description->AsString();
    if (text == nullptr) {
      return Fail(TemplateFormatError("Every Description member must be a string."));
    }
    output.description = *text;
  }
  if (const json::Value* const exported = object->Find("Export")) {
    const json::Value* const export_name = exported->Find("Name");
    if (export_name == nullptr || exported->AsObject()->size() != 1) {
      return Fail(TemplateFormatError(
          fmt::format("Output {} is malformed. The Export member must contain a Name.", name)));
    }
    output.export_name = *export_name;
  }
  IATK_TRY(output.condition, ReadCondition(value));
  return output;
}

// Every map of every mapping: keys of keys of strings or lists of them.
Result<void> CheckMappings(const json::Object& mappings) {
  if (mappings.size() > kMaxMappings) {
    return Fail(TemplateFormatError(
        fmt::format("Number of mappings, {}, is greater than maximum allowed, {}", mappings.size(),
                    kMaxMappings)));
  }
  for (const auto& [name, mapping] : mappings) {
    if (!IsAlphanumeric(name)) {
      return Fail(TemplateFormatError(fmt::format("Mapping name {} is non alphanumeric.", name)));
    }
    if (mapping.AsObject() == nullptr) {
      return Fail(TemplateFormatError("Every Mappings member must be a map."));
    }
    for (const auto& [key, attributes] : *mapping.AsObject()) {
      if (attributes.AsObject() == nullptr) {
        return Fail(TemplateFormatError(
            fmt::format("Every Mappings attribute must be a map. [/Mappings/{}/{}]", name, key)));
      }
      for (const auto& [attribute, value] : *attributes.AsObject()) {
        const json::Array* const list = value.AsArray();
        if (list != nullptr ? !std::ranges::all_of(
                                  *list, [](const auto& v) { return ScalarText(v).has_value(); })
                            : !ScalarText(value)) {
          return Fail(TemplateFormatError(fmt::format(
              "Every Mappings attribute must be a String or a List. [/Mappings/{}/{}/{}]", name,
              key, attribute)));
        }
      }
    }
  }
  return {};
}

}  // namespace

const Parameter* Template::FindParameter(std::string_view name) const {
  const auto it = std::ranges::find(parameters, name, &Parameter::name);
  return it == parameters.end() ? nullptr : &*it;
}

const Resource* Template::FindResource(std::string_view logical_id) const {
  const auto it = std::ranges::find(resources, logical_id, &Resource::logical_id);
  return it == resources.end() ? nullptr : &*it;
}

bool Template::HasTransform(std::string_view name) const {
  return std::ranges::find(transforms, name) != transforms.end();
}

Result<json::Value> ParseTemplateText(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (first != std::string_view::npos && text[first] == '{') {
    auto value = json::Parse(text.substr(first),
                             {.max_depth = kMaxTemplateDepth, .max_bytes = kMaxTemplateFileBytes});
    if (value) {
      KeepLastOfDuplicates(&*value);
      return value;
    }
    // YAML's flow style begins alike: {Resources: {…}}.
    auto flow = yaml::Parse(text, kYamlLimits);
    if (flow && flow->AsObject() != nullptr) return flow;
    return Fail(NotWellFormedJson(text));
  }
  auto value = yaml::Parse(text, kYamlLimits);
  if (!value) {
    std::string line;
    std::string column;
    std::string reason;
    for (const auto& [name, detail] : value.error().details) {
      if (name == "Line") line = detail;
      if (name == "Column") column = detail;
      if (name == "Reason") reason = detail;
    }
    // differs from AWS: the reason, which AWS keeps to itself.
    return Fail(TemplateFormatError(
        fmt::format("YAML not well-formed. (line {}, column {}) {}", line, column, reason)));
  }
  if (value->AsObject() == nullptr) {
    return Fail(TemplateFormatError("unsupported structure."));
  }
  return value;
}

Result<Template> ReadTemplateHead(const json::Value& document) {
  const json::Object* const object = document.AsObject();
  if (object == nullptr) return Fail(TemplateFormatError("unsupported structure."));
  Template head;
  if (const json::Value* const transform = object->Find("Transform")) {
    if (transform->is_null()) IATK_CHECK(RefuseNull(*transform, "/Transform", 1));
    IATK_TRY(head.transforms, ReadTransforms(*transform));
  }
  std::vector<std::string> unknown;
  for (const auto& [key, ignored] : *object) {
    if (std::ranges::find(kSections, key) == kSections.end() ||
        (key == "Globals" && !head.HasTransform(kServerlessTransform))) {
      unknown.push_back(key);
    }
  }
  if (!unknown.empty()) {
    return Fail(ValidationError(
        fmt::format("Invalid template property or properties {}", Bracketed(unknown))));
  }
  IATK_CHECK(RefuseNull(document, "", 0));
  if (const json::Value* const version = object->Find("AWSTemplateFormatVersion")) {
    const std::string* const text = version->AsString();
    if (text == nullptr || *text != "2010-09-09") {
      return Fail(TemplateFormatError("Unrecognized template version."));
    }
  }
  if (const json::Value* const description = object->Find("Description")) {
    const std::string* const text = description->AsString();
    if (text == nullptr) {
      return Fail(TemplateFormatError("Every Description member must be a string."));
    }
    if (text->size() > kMaxDescriptionBytes) {
      return Fail(TemplateFormatError(fmt::format(
          "Template description must not be longer than {} bytes.", kMaxDescriptionBytes)));
    }
    head.description = *text;
  }
  if (object->Contains("Rules")) {
    return Fail(TemplateFormatError("The Rules section is not supported"));
  }
  if (const json::Value* const metadata = object->Find("Metadata")) {
    if (metadata->AsObject() == nullptr) {
      return Fail(TemplateFormatError("Metadata must be an object."));
    }
    head.metadata = *metadata;
  }
  IATK_TRY(const json::Object* const parameters, Section(document, "Parameters"));
  IATK_TRY(head.parameters, ReadParameters(*parameters));
  return head;
}

Result<Template> ReadTemplate(const json::Value& document) {
  IATK_TRY(Template result, ReadTemplateHead(document));
  IATK_TRY(const json::Object* const mappings, Section(document, "Mappings"));
  IATK_CHECK(CheckMappings(*mappings));
  result.mappings = *mappings;
  IATK_TRY(const json::Object* const conditions, Section(document, "Conditions"));
  if (conditions->size() > kMaxConditions) {
    return Fail(TemplateFormatError(
        fmt::format("Number of conditions, {}, is greater than maximum allowed, {}",
                    conditions->size(), kMaxConditions)));
  }
  result.conditions = *conditions;

  IATK_TRY(const json::Object* const resources, Section(document, "Resources"));
  if (resources->empty()) {
    return Fail(TemplateFormatError("At least one Resources member must be defined."));
  }
  if (resources->size() > kMaxResources) {
    return Fail(TemplateFormatError(
        fmt::format("Number of resources, {}, is greater than maximum allowed, {}",
                    resources->size(), kMaxResources)));
  }
  for (const auto& [logical_id, value] : *resources) {
    IATK_TRY(Resource resource, ReadResource(logical_id, value));
    result.resources.push_back(std::move(resource));
  }
  std::vector<std::string> both;
  for (const Parameter& parameter : result.parameters) {
    if (result.FindResource(parameter.name) != nullptr) both.push_back(parameter.name);
  }
  if (!both.empty()) {
    return Fail(TemplateFormatError(
        fmt::format("Duplicate names {} in the Parameters and Resources blocks of the template",
                    Bracketed(both))));
  }

  IATK_TRY(const json::Object* const outputs, Section(document, "Outputs"));
  if (outputs->size() > kMaxOutputs) {
    return Fail(TemplateFormatError(
        fmt::format("Number of outputs, {}, is greater than maximum allowed, {}", outputs->size(),
                    kMaxOutputs)));
  }
  for (const auto& [name, value] : *outputs) {
    IATK_TRY(Output output, ReadOutput(name, value));
    result.outputs.push_back(std::move(output));
  }
  return result;
}

}  // namespace iatk::cloud::cfn

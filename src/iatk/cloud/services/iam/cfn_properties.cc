#include "iatk/cloud/services/iam/cfn_properties.h"

#include "iatk/json/write.h"

namespace iatk::cloud {
namespace {

std::string TextOf(const json::Value& value) {
  if (const std::string* const text = value.AsString()) return *text;
  return json::Write(value);
}

}  // namespace

std::optional<std::string> TextProperty(const json::Object& properties, std::string_view name) {
  const json::Value* const value = properties.Find(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  return TextOf(*value);
}

std::string DocumentProperty(const json::Object& properties, std::string_view name) {
  return TextProperty(properties, name).value_or("");
}

std::set<std::string> ListProperty(const json::Object& properties, std::string_view name) {
  std::set<std::string> list;
  const json::Value* const value = properties.Find(name);
  if (value == nullptr) return list;
  if (const json::Array* const array = value->AsArray()) {
    for (const json::Value& each : *array) list.insert(TextOf(each));
  } else if (!value->is_null()) {
    list.insert(TextOf(*value));  // CloudFormation takes one value for a list of it
  }
  return list;
}

Tags TagsProperty(const ResourceRequest& request) {
  Tags tags(request.stack_tags.begin(), request.stack_tags.end());
  const json::Value* const own = request.properties.Find("Tags");
  if (own == nullptr || own->AsArray() == nullptr) return tags;
  for (const json::Value& tag : *own->AsArray()) {
    const json::Value* const key = tag.Find("Key");
    const json::Value* const value = tag.Find("Value");
    if (key != nullptr && value != nullptr) tags.insert_or_assign(TextOf(*key), TextOf(*value));
  }
  return tags;
}

Result<std::map<std::string, std::string>> PoliciesProperty(const json::Object& properties,
                                                            std::string_view name) {
  std::map<std::string, std::string> policies;
  const json::Value* const value = properties.Find(name);
  if (value == nullptr || value->AsArray() == nullptr) return policies;
  for (const json::Value& each : *value->AsArray()) {
    const json::Value* const policy = each.Find("PolicyName");
    const json::Value* const document = each.Find("PolicyDocument");
    if (policy == nullptr || document == nullptr) {
      return Fail(
          SenderError("ValidationError", std::string("Property ") +
                                             (policy == nullptr ? "PolicyName" : "PolicyDocument") +
                                             " cannot be empty."));
    }
    policies.insert_or_assign(TextOf(*policy), TextOf(*document));
  }
  return policies;
}

}  // namespace iatk::cloud

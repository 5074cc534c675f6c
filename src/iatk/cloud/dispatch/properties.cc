#include "iatk/cloud/dispatch/properties.h"

#include <utility>

#include "iatk/json/parse.h"
#include "iatk/json/write.h"

namespace iatk::cloud {
namespace {

json::Value ConvertScalar(model::Type type, json::Value value) {
  const bool is_scalar =
      value.AsString() != nullptr || value.AsNumber() != nullptr || value.AsBool() != nullptr;
  if (!is_scalar) return value;
  switch (type) {
    case model::Type::kString:
      return TextOf(value);
    case model::Type::kBoolean:
      if (const std::string* text = value.AsString()) {
        if (*text == "true") return true;
        if (*text == "false") return false;
      }
      return value;
    case model::Type::kInteger:
    case model::Type::kLong:
    case model::Type::kFloat:
    case model::Type::kDouble:
      if (const std::string* text = value.AsString()) {
        Result<json::Value> number = json::Parse(*text);
        if (number && number->AsNumber() != nullptr) return *std::move(number);
      }
      return value;
    default:
      return value;
  }
}

}  // namespace

std::string TextOf(const json::Value& value) {
  if (const std::string* const text = value.AsString()) return *text;
  return json::Write(value);
}

std::optional<std::string> TextOf(const json::Object& properties, std::string_view name) {
  const json::Value* const value = properties.Find(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  return TextOf(*value);
}

bool IsTrue(const json::Value* value) { return value != nullptr && TextOf(*value) == "true"; }

std::vector<std::string> TextsOf(const json::Object& properties, std::string_view name) {
  std::vector<std::string> texts;
  const json::Value* const value = properties.Find(name);
  if (value == nullptr || value->is_null()) return texts;
  if (const json::Array* const list = value->AsArray()) {
    for (const json::Value& each : *list) texts.push_back(TextOf(each));
  } else {
    texts.push_back(TextOf(*value));
  }
  return texts;
}

Tags TagsOf(const ResourceRequest& request) {
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

json::Value ConvertTo(const model::Shape& shape, json::Value value) {
  if (shape.type == model::Type::kStructure) {
    for (const model::Member& member : shape.members) {
      json::Value* const inner = value.Find(member.name);
      if (inner != nullptr) *inner = ConvertTo(*member.shape, std::move(*inner));
    }
  } else if (shape.type == model::Type::kList) {
    if (json::Array* const list = value.AsArray()) {
      for (json::Value& each : *list) each = ConvertTo(*shape.element.shape, std::move(each));
    }
  } else if (shape.type == model::Type::kMap) {
    if (json::Object* const map = value.AsObject()) {
      for (auto& [key, each] : *map) each = ConvertTo(*shape.element.shape, std::move(each));
    }
  } else {
    return ConvertScalar(shape.type, std::move(value));
  }
  return value;
}

}  // namespace iatk::cloud

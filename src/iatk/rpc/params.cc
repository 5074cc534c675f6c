#include "iatk/rpc/params.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "iatk/rpc/go_json.h"

namespace iatk::rpc {
namespace {

// In lists and maps, a null is the empty text.
bool IsText(const json::Value& value) { return value.is_null() || value.AsString() != nullptr; }

std::string TextOf(const json::Value& value) { return value.is_null() ? "" : *value.AsString(); }

bool AllTexts(const json::Value& value) {
  return value.AsArray() != nullptr && std::ranges::all_of(*value.AsArray(), IsText);
}

// A whole number of 32 bits, written as one: 1.0 and 1e0 are none to Go.
bool IsInteger(const json::Value& value) {
  if (value.AsNumber() == nullptr ||
      value.AsNumber()->text().find_first_of(".eE") != std::string::npos) {
    return false;
  }
  const auto number = value.AsNumber()->AsInt64();
  return number && *number >= std::numeric_limits<std::int32_t>::min() &&
         *number <= std::numeric_limits<std::int32_t>::max();
}

bool IsTagFilter(const json::Value& value) {
  if (value.is_null()) return true;
  if (value.AsObject() == nullptr) return false;
  return std::ranges::all_of(*value.AsObject(), [](const json::Member& member) {
    const std::string name = FoldName(member.first);
    if (name == "key") return IsText(member.second);
    return name == "values" && (member.second.is_null() || AllTexts(member.second));
  });
}

bool HasType(const json::Value& value, ParamType type) {
  switch (type) {
    case ParamType::kString:
      return value.AsString() != nullptr;
    case ParamType::kInteger:
      return IsInteger(value);
    case ParamType::kBoolean:
      return value.AsBool() != nullptr;
    case ParamType::kStrings:
      return AllTexts(value);
    case ParamType::kStringMap:
      return value.AsObject() != nullptr &&
             std::ranges::all_of(*value.AsObject(),
                                 [](const json::Member& m) { return IsText(m.second); });
    case ParamType::kJson:
      return true;
    case ParamType::kTagFilters:
      return value.AsArray() != nullptr && std::ranges::all_of(*value.AsArray(), IsTagFilter);
  }
  return false;
}

std::vector<std::string> TextsOf(const json::Value& array) {
  std::vector<std::string> texts;
  for (const json::Value& item : *array.AsArray()) texts.push_back(TextOf(item));
  return texts;
}

}  // namespace

std::optional<Params> Params::Read(const json::Value& json, std::span<const ParamSpec> specs) {
  Params params;
  if (json.is_null()) return params;
  if (json.AsObject() == nullptr) return std::nullopt;
  for (const auto& [name, value] : *json.AsObject()) {
    const auto spec = std::ranges::find_if(specs, [folded = FoldName(name)](const ParamSpec& s) {
      return FoldName(s.name) == folded;
    });
    if (spec == specs.end()) return std::nullopt;
    if (value.is_null()) continue;
    if (!HasType(value, spec->type)) return std::nullopt;
    params.values_.Set(spec->name, value);
  }
  return params;
}

const json::Value* Params::Find(std::string_view name) const { return values_.Find(name); }

std::string Params::String(std::string_view name) const {
  const json::Value* value = Find(name);
  return value == nullptr ? std::string() : *value->AsString();
}

int Params::Integer(std::string_view name, int otherwise) const {
  const json::Value* value = Find(name);
  return value == nullptr ? otherwise : static_cast<int>(*value->AsNumber()->AsInt64());
}

bool Params::Boolean(std::string_view name) const {
  const json::Value* value = Find(name);
  return value != nullptr && *value->AsBool();
}

std::vector<std::string> Params::Strings(std::string_view name) const {
  const json::Value* value = Find(name);
  return value == nullptr ? std::vector<std::string>() : TextsOf(*value);
}

std::map<std::string, std::string> Params::StringMap(std::string_view name) const {
  std::map<std::string, std::string> map;
  if (const json::Value* value = Find(name)) {
    for (const auto& [key, item] : *value->AsObject()) map[key] = TextOf(item);
  }
  return map;
}

std::vector<TagFilterParam> Params::TagFilters(std::string_view name) const {
  std::vector<TagFilterParam> filters;
  const json::Value* const value = Find(name);
  if (value == nullptr) return filters;
  for (const json::Value& filter : *value->AsArray()) {
    TagFilterParam& one = filters.emplace_back();
    if (filter.is_null()) continue;
    for (const auto& [member, content] : *filter.AsObject()) {
      if (content.is_null()) continue;
      if (FoldName(member) == "key") {
        one.key = TextOf(content);
      } else {
        one.values = TextsOf(content);
      }
    }
  }
  return filters;
}

}  // namespace iatk::rpc

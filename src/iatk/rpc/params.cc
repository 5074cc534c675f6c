#include "iatk/rpc/params.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "iatk/net/http.h"

namespace iatk::rpc {
namespace {

bool IsString(const json::Value& value) { return value.AsString() != nullptr; }

bool AllStrings(const json::Value& value) {
  return value.AsArray() != nullptr && std::ranges::all_of(*value.AsArray(), IsString);
}

bool IsTagFilter(const json::Value& value) {
  if (value.AsObject() == nullptr || value.FindString("Key") == nullptr) return false;
  return std::ranges::all_of(*value.AsObject(), [](const json::Member& member) {
    return member.first == "Key" || (member.first == "Values" && AllStrings(member.second));
  });
}

bool HasType(const json::Value& value, ParamType type) {
  switch (type) {
    case ParamType::kString:
      return IsString(value);
    case ParamType::kInteger: {
      const auto number = value.AsNumber() ? value.AsNumber()->AsInt64() : std::nullopt;
      return number && *number >= std::numeric_limits<std::int32_t>::min() &&
             *number <= std::numeric_limits<std::int32_t>::max();
    }
    case ParamType::kBoolean:
      return value.AsBool() != nullptr;
    case ParamType::kStrings:
      return AllStrings(value);
    case ParamType::kStringMap:
      return value.AsObject() != nullptr &&
             std::ranges::all_of(*value.AsObject(),
                                 [](const json::Member& m) { return IsString(m.second); });
    case ParamType::kJson:
      return true;
    case ParamType::kTagFilters:
      return value.AsArray() != nullptr && std::ranges::all_of(*value.AsArray(), IsTagFilter);
  }
  return false;
}

}  // namespace

std::optional<Params> Params::Read(const json::Value& json, std::span<const ParamSpec> specs) {
  if (json.AsObject() == nullptr) return std::nullopt;
  Params params;
  for (const auto& [name, value] : *json.AsObject()) {
    const auto spec = std::ranges::find_if(
        specs, [&name](const ParamSpec& s) { return net::EqualsIgnoreCase(s.name, name); });
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
  std::vector<std::string> strings;
  if (const json::Value* value = Find(name)) {
    for (const json::Value& item : *value->AsArray()) strings.push_back(*item.AsString());
  }
  return strings;
}

std::map<std::string, std::string> Params::StringMap(std::string_view name) const {
  std::map<std::string, std::string> map;
  if (const json::Value* value = Find(name)) {
    for (const auto& [key, item] : *value->AsObject()) map[key] = *item.AsString();
  }
  return map;
}

}  // namespace iatk::rpc

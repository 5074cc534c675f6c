// The params of a call, checked against what the method takes.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/json/value.h"

namespace iatk::rpc {

enum class ParamType { kString, kInteger, kBoolean, kStrings, kStringMap, kTagFilters, kJson };

struct ParamSpec {
  std::string_view name;
  ParamType type;
};

struct TagFilterParam {
  std::string key;
  std::vector<std::string> values;
};

/// Accessors give a param's value, or the empty value of its type if it is absent or null.
class Params {
 public:
  /// Names match without case; null has no params. nullopt if `json` is neither it nor an object,
  /// has a member that is not in `specs`, or one of another type; integers must fit 32 bits.
  static std::optional<Params> Read(const json::Value& json, std::span<const ParamSpec> specs);

  std::string String(std::string_view name) const;
  int Integer(std::string_view name, int otherwise) const;
  bool Boolean(std::string_view name) const;
  std::vector<std::string> Strings(std::string_view name) const;
  std::map<std::string, std::string> StringMap(std::string_view name) const;
  std::vector<TagFilterParam> TagFilters(std::string_view name) const;
  const json::Value* Find(std::string_view name) const;

 private:
  json::Object values_;  // by the names of the specs
};

}  // namespace iatk::rpc

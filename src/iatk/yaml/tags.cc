#include "iatk/yaml/tags.h"

#include <algorithm>
#include <array>
#include <utility>

namespace iatk::yaml {

std::optional<std::string> FunctionOfTag(std::string_view tag) {
  static constexpr std::array<std::string_view, 25> kFunctions = {
      "And",          "Base64",    "Cidr",         "Contains",  "EachMemberEquals",
      "EachMemberIn", "Equals",    "If",           "FindInMap", "ForEach",
      "GetAZs",       "GetAtt",    "ImportValue",  "Join",      "Length",
      "Not",          "Or",        "RefAll",       "Select",    "Split",
      "Sub",          "Transform", "ToJsonString", "ValueOf",   "ValueOfAll"};
  if (!tag.starts_with("!")) return std::nullopt;
  const std::string_view name = tag.substr(1);
  if (name == "Ref" || name == "Condition") return std::string(name);
  if (std::ranges::find(kFunctions, name) == kFunctions.end()) return std::nullopt;
  return "Fn::" + std::string(name);
}

json::Value LongForm(const std::string& function, json::Value content) {
  if (const std::string* const text = content.AsString();
      text != nullptr && function == "Fn::GetAtt") {
    json::Array parts;
    const std::size_t dot = text->find('.');
    parts.emplace_back(text->substr(0, dot));
    if (dot != std::string::npos) parts.emplace_back(text->substr(dot + 1));
    content = std::move(parts);
  }
  json::Object object;
  object.Append(function, std::move(content));
  return object;
}

}  // namespace iatk::yaml

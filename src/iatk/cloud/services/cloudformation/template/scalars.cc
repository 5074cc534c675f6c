#include "iatk/cloud/services/cloudformation/template/scalars.h"

#include <algorithm>

namespace iatk::cloud::cfn {

std::optional<std::string> ScalarText(const json::Value& value) {
  if (const std::string* const text = value.AsString()) return *text;
  if (const json::Number* const number = value.AsNumber()) return number->text();
  if (const bool* const flag = value.AsBool()) return *flag ? "true" : "false";
  return std::nullopt;
}

bool IsAlphanumeric(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
}

const json::Member* AsFunction(const json::Value& value) {
  const json::Object* const object = value.AsObject();
  if (object == nullptr || object->size() != 1) return nullptr;
  const json::Member& member = *object->begin();
  if (member.first == "Ref" || member.first.starts_with("Fn::")) return &member;
  return nullptr;
}

}  // namespace iatk::cloud::cfn

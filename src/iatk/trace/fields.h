// Members of documents as they are, of any shape.
#pragma once

#include <optional>
#include <string_view>

#include "iatk/json/value.h"

namespace iatk::trace {

/// The string member `key`, or "".
inline std::string_view TextOf(const json::Value& json, std::string_view key) {
  const std::string* const text = json.FindString(key);
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

/// The number member `key`.
inline std::optional<double> NumberOf(const json::Value& json, std::string_view key) {
  const json::Value* const found = json.Find(key);
  if (found == nullptr || found->AsNumber() == nullptr) return std::nullopt;
  return found->AsNumber()->AsDouble();
}

/// Whether the member `key` is true.
inline bool IsTrue(const json::Value& json, std::string_view key) {
  const json::Value* const found = json.Find(key);
  return found != nullptr && found->AsBool() != nullptr && *found->AsBool();
}

/// The elements of the array member `key`; none if there is none.
inline const json::Array& ArrayOf(const json::Value& json, std::string_view key) {
  static const json::Array none;
  const json::Value* const found = json.Find(key);
  return found == nullptr || found->AsArray() == nullptr ? none : *found->AsArray();
}

}  // namespace iatk::trace

// JSON pointers, and JSON text in and out: include/iatk/json.h.
#include "iatk/json.h"

#include <charconv>
#include <string>

#include "iatk/api/parts.h"
#include "iatk/json/parse.h"

namespace iatk::json {
namespace {

std::string Unescape(std::string_view token) {
  std::string key;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool escaped = token[i] == '~' && i + 1 < token.size();
    key += escaped ? (token[++i] == '1' ? '/' : '~') : token[i];
  }
  return key;
}

const Value* Child(const Value& value, std::string_view token) {
  if (value.AsArray() == nullptr) return value.Find(Unescape(token));
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  const bool is_index = error == std::errc() && end == token.data() + token.size() &&
                        (token.size() == 1 || token[0] != '0');
  return is_index && index < value.AsArray()->size() ? &(*value.AsArray())[index] : nullptr;
}

}  // namespace

const Value& At(const Value& value, std::string_view pointer) {
  static const Value kNone;
  const Value* at = &value;
  while (!pointer.empty()) {
    if (pointer.front() != '/') return kNone;
    pointer.remove_prefix(1);
    const std::string_view token = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(token.size());
    at = Child(*at, token);
    if (at == nullptr) return kNone;
  }
  return *at;
}

}  // namespace iatk::json

namespace iatk::v0 {

Result<json::Value> ParseJson(std::string_view text) { return ToPublic(json::Parse(text)); }

}  // namespace iatk::v0

#include "iatk/lang/input_transformer/path.h"

#include <fmt/format.h>

#include <charconv>

namespace iatk::input_transformer {
namespace {

constexpr std::size_t kMaxLength = 256;  // API reference, Target: InputPath

Error Invalid(std::string_view text) {
  return SenderError("ValidationException", fmt::format("Invalid jsonPath {}", text));
}

}  // namespace

Result<Path> ReadPath(std::string_view text) {
  if (text.empty() || text[0] != '$' || text.size() > kMaxLength) return Fail(Invalid(text));
  Path path;
  std::string_view rest = text.substr(1);
  while (!rest.empty()) {
    if (rest[0] == '.') {
      rest.remove_prefix(1);
      const std::size_t end = std::min(rest.find_first_of(".["), rest.size());
      if (end == 0 || rest[0] == '.' || rest[0] == '*') return Fail(Invalid(text));
      path.emplace_back(std::string(rest.substr(0, end)));
      rest.remove_prefix(end);
      continue;
    }
    const std::size_t close = rest.find(']');
    if (rest[0] != '[' || close == std::string_view::npos || close < 2) return Fail(Invalid(text));
    const std::string_view inner = rest.substr(1, close - 1);
    rest.remove_prefix(close + 1);
    const bool quoted =
        inner.size() >= 2 && (inner[0] == '\'' || inner[0] == '"') && inner.back() == inner[0];
    if (quoted) {
      path.emplace_back(std::string(inner.substr(1, inner.size() - 2)));
      continue;
    }
    std::size_t index = 0;
    const auto parsed = std::from_chars(inner.data(), inner.data() + inner.size(), index);
    if (parsed.ec != std::errc() || parsed.ptr != inner.data() + inner.size()) {
      return Fail(Invalid(text));
    }
    path.emplace_back(index);
  }
  return path;
}

const json::Value* Follow(const Path& path, const json::Value& event) {
  const json::Value* at = &event;
  for (const auto& step : path) {
    if (const auto* name = std::get_if<std::string>(&step)) {
      at = at->Find(*name);
    } else {
      const json::Array* const array = at->AsArray();
      const std::size_t index = std::get<std::size_t>(step);
      at = array != nullptr && index < array->size() ? &(*array)[index] : nullptr;
    }
    if (at == nullptr) return nullptr;
  }
  return at;
}

}  // namespace iatk::input_transformer

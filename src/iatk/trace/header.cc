#include "iatk/trace/header.h"

#include <fmt/format.h>

#include <algorithm>

namespace iatk::trace {
namespace {

bool AllHex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

std::string_view Trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool IsName(std::string_view text, std::string_view lower_case_name) {
  return std::ranges::equal(text, lower_case_name, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
  });
}

}  // namespace

std::string TraceHeader::ToString() const {
  std::string text = "Root=" + root;
  if (!parent.empty()) text += ";Parent=" + parent;
  if (sampled) text += *sampled ? ";Sampled=1" : ";Sampled=0";
  if (!rest.empty()) text += ";" + rest;
  return text;
}

bool IsTraceId(std::string_view text) {
  return text.size() == 35 && text.starts_with("1-") && text[10] == '-' &&
         AllHex(text.substr(2, 8)) && AllHex(text.substr(11));
}

bool IsSegmentId(std::string_view text) { return text.size() == 16 && AllHex(text); }

std::optional<TraceHeader> ParseTraceHeader(std::string_view text) {
  constexpr std::size_t kMaxBytes = 1024;
  if (text.size() > kMaxBytes) return std::nullopt;
  TraceHeader header;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(';'), text.size());
    const std::string_view field = Trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = field.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = Trim(field.substr(0, equals));
    const std::string_view value = Trim(field.substr(equals + 1));
    if (IsName(name, "root")) {
      header.root = value;
    } else if (IsName(name, "parent")) {
      if (IsSegmentId(value)) header.parent = value;
    } else if (IsName(name, "sampled")) {
      if (value == "1" || value == "0") header.sampled = value == "1";
    } else if (!IsName(name, "self")) {
      if (!header.rest.empty()) header.rest += ';';
      header.rest += field;
    }
  }
  if (!IsTraceId(header.root)) return std::nullopt;
  return header;
}

std::string NewTraceId(const Clock& clock, IdSource& ids) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(clock.Now()).time_since_epoch();
  return fmt::format("1-{:08x}-{}", static_cast<std::uint32_t>(seconds.count()), ids.Hex(24));
}

}  // namespace iatk::trace

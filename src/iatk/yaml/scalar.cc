#include "iatk/yaml/scalar.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

namespace iatk::yaml {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsNull(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

std::string WithoutUnderscores(std::string_view text) {
  std::string out;
  std::ranges::copy_if(text, std::back_inserter(out), [](char c) { return c != '_'; });
  return out;
}

int DigitOf(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::numeric_limits<int>::max();
}

// `digits` to the decimal text of its value; nullopt if one is not of `base`, there is none, or the
// value passes 63 bits.
std::optional<std::uint64_t> InBase(std::string_view digits, int base) {
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  std::uint64_t value = 0;
  bool any = false;
  for (const char c : digits) {
    if (c == '_') continue;
    const int digit = DigitOf(c);
    if (digit >= base) return std::nullopt;
    if (value > (kMax - static_cast<std::uint64_t>(digit)) / static_cast<std::uint64_t>(base)) {
      return std::nullopt;
    }
    value = value * static_cast<std::uint64_t>(base) + static_cast<std::uint64_t>(digit);
    any = true;
  }
  return any ? std::optional(value) : std::nullopt;
}

json::Number Signed(bool negative, const std::string& magnitude) {
  return json::Number(negative && magnitude != "0" ? "-" + magnitude : magnitude);
}

bool TakeSign(std::string_view* text) {
  if (text->empty() || (text->front() != '-' && text->front() != '+')) return false;
  const bool negative = text->front() == '-';
  text->remove_prefix(1);
  return negative;
}

// [1-9][0-9_]*(:[0-5]?[0-9])+ and, for floats, a fraction behind the last group.
std::optional<std::uint64_t> Base60(std::string_view text) {
  if (text.find(':') == std::string_view::npos) return std::nullopt;
  std::uint64_t value = 0;
  bool first = true;
  while (true) {
    const std::size_t colon = text.find(':');
    const std::string_view group = text.substr(0, colon);
    const auto number = InBase(group, 10);
    if (!number || group.front() == '_') return std::nullopt;
    if (first ? group.front() == '0' : (group.size() > 2 || *number > 59)) return std::nullopt;
    if (!first && group.find('_') != std::string_view::npos) return std::nullopt;
    constexpr std::uint64_t kBound = std::numeric_limits<std::int64_t>::max() / 64;
    if (value > kBound || *number > kBound) return std::nullopt;
    value = value * 60 + *number;
    if (colon == std::string_view::npos) return value;
    text.remove_prefix(colon + 1);
    first = false;
  }
}

std::string WithoutLeadingZeros(std::string text) {
  const std::size_t first = text.find_first_not_of('0');
  if (first == std::string::npos) return "0";
  return text.substr(first);
}

}  // namespace

std::optional<bool> ReadBool(std::string_view text) {
  static constexpr std::array<std::string_view, 9> kTrue = {"true", "True", "TRUE", "yes", "Yes",
                                                            "YES",  "on",   "On",   "ON"};
  static constexpr std::array<std::string_view, 9> kFalse = {"false", "False", "FALSE", "no", "No",
                                                             "NO",    "off",   "Off",   "OFF"};
  if (std::ranges::find(kTrue, text) != kTrue.end()) return true;
  if (std::ranges::find(kFalse, text) != kFalse.end()) return false;
  return std::nullopt;
}

std::optional<json::Number> ReadInt(std::string_view text) {
  const bool negative = TakeSign(&text);
  if (text.empty() || !IsDigit(text.front())) return std::nullopt;
  if (text == "0") return json::Number("0");
  if (text.starts_with("0")) {
    std::optional<std::uint64_t> value;
    if (text.starts_with("0x")) {
      value = InBase(text.substr(2), 16);
    } else if (text.starts_with("0b")) {
      value = InBase(text.substr(2), 2);
    } else {
      value = InBase(text.substr(1), 8);
    }
    if (!value) return std::nullopt;
    return Signed(negative, std::to_string(*value));
  }
  if (std::ranges::all_of(text, [](char c) { return IsDigit(c) || c == '_'; })) {
    return Signed(negative, WithoutUnderscores(text));
  }
  if (const auto value = Base60(text)) return Signed(negative, std::to_string(*value));
  return std::nullopt;
}

std::optional<json::Number> ReadFloat(std::string_view text) {
  const bool negative = TakeSign(&text);
  std::size_t at = 0;
  const auto digits = [&](bool underscores) {
    const std::size_t begin = at;
    while (at < text.size() && (IsDigit(text[at]) || (underscores && text[at] == '_'))) ++at;
    return text.substr(begin, at - begin);
  };
  if (text.empty() || text.front() == '_') return std::nullopt;

  if (const std::size_t point = text.find('.');
      point != std::string_view::npos && text.find(':') < point) {
    const auto whole = Base60(text.substr(0, point));
    at = point + 1;
    const std::string fraction = WithoutUnderscores(digits(true));
    if (!whole || at != text.size()) return std::nullopt;
    return Signed(negative, std::to_string(*whole) + "." + (fraction.empty() ? "0" : fraction));
  }

  const std::string whole = WithoutUnderscores(digits(true));
  const bool has_point = at < text.size() && text[at] == '.';
  std::string fraction;
  if (has_point) {
    ++at;
    fraction = WithoutUnderscores(digits(true));
  }
  if (whole.empty() && fraction.empty()) return std::nullopt;
  std::string exponent;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    exponent = text[at++];
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) exponent += text[at++];
    const std::string_view power = digits(false);
    if (power.empty()) return std::nullopt;
    exponent += power;
  }
  if (at != text.size() || (!has_point && exponent.empty())) return std::nullopt;
  std::string number = WithoutLeadingZeros(whole);
  if (has_point) number += "." + (fraction.empty() ? "0" : fraction);
  return json::Number((negative ? "-" : "") + number + exponent);
}

json::Value ResolvePlain(std::string_view text) {
  if (IsNull(text)) return nullptr;
  if (const auto value = ReadBool(text)) return *value;
  if (auto value = ReadInt(text)) return *std::move(value);
  if (auto value = ReadFloat(text)) return *std::move(value);
  return text;
}

}  // namespace iatk::yaml

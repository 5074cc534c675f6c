#include "iatk/lang/event_pattern/tests.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "iatk/json/value.h"
#include "iatk/lang/event_pattern/letter_case.h"

namespace iatk::event_pattern {
namespace {

// A number compares by value only if the shortest text of its double is the same decimal.
std::optional<double> Comparable(const std::string& text) {
  const json::Number number(text);
  const double value = number.AsDouble();
  if (!std::isfinite(value)) return std::nullopt;
  if (!json::SameNumber(number, json::Number(value))) return std::nullopt;
  return value;
}

// How many bytes of `text` the whole of `pattern` covers at its beginning, or nullopt.
std::optional<std::size_t> CoverIgnoreCase(std::string_view pattern, std::string_view text) {
  std::size_t at = 0;
  for (const CaseForms& forms : CaseFormsOf(pattern)) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with(forms.lower)) {
      at += forms.lower.size();
    } else if (rest.starts_with(forms.upper)) {
      at += forms.upper.size();
    } else {
      return std::nullopt;
    }
  }
  return at;
}

bool EndsWithIgnoreCase(std::string_view pattern, std::string_view text) {
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (CoverIgnoreCase(pattern, text.substr(at)) == text.size() - at) return true;
  }
  return false;
}

bool Equal(const Scalar& a, const Scalar& b) {
  if (a.kind != b.kind) return false;
  if (a.kind == ValueKind::kNumber) {
    if (a.text == b.text) return true;
    return a.number && b.number && *a.number == *b.number;
  }
  if (a.kind != ValueKind::kString || a.text == b.text) return true;
  // Strings that are addresses compare as addresses.
  const std::optional<Address> x = ParseAddress(a.text);
  if (!x) return false;
  const std::optional<Address> y = ParseAddress(b.text);
  return y && x->bytes == y->bytes && x->v4 == y->v4;
}

bool InRange(const Range& range, double value) {
  const bool above = range.low_open ? value > range.low : value >= range.low;
  const bool below = range.high_open ? value < range.high : value <= range.high;
  return above && below;
}

bool InBlock(const Cidr& cidr, const std::string& text) {
  const std::optional<Address> address = ParseAddress(text);
  if (!address || address->v4 != cidr.base.v4) return false;
  const std::size_t first = cidr.base.v4 ? 12 : 0;
  int left = cidr.bits;
  for (std::size_t i = first; i < 16 && left > 0; ++i, left -= 8) {
    const auto mask = static_cast<std::uint8_t>(left >= 8 ? 0xFF : 0xFF << (8 - left));
    if ((address->bytes[i] & mask) != (cidr.base.bytes[i] & mask)) return false;
  }
  return true;
}

}  // namespace

Scalar MakeString(std::string text) { return {ValueKind::kString, std::move(text), {}}; }

Scalar MakeNumber(std::string text) {
  Scalar scalar{ValueKind::kNumber, std::move(text), {}};
  scalar.number = Comparable(scalar.text);
  return scalar;
}

std::optional<Address> ParseAddress(std::string_view text) {
  if (text.size() < 2 || text.size() > 45) return std::nullopt;
  Address address;
  if (text.find(':') == std::string_view::npos) {
    // inet_pton refuses the leading zeros that Java takes.
    std::size_t begin = 0;
    for (std::size_t part = 0; part < 4; ++part) {
      const std::size_t end = part == 3 ? text.size() : text.find('.', begin);
      if (end == std::string_view::npos || end == begin || end - begin > 3) return std::nullopt;
      unsigned value = 0;
      const auto parsed = std::from_chars(text.data() + begin, text.data() + end, value);
      if (parsed.ec != std::errc() || parsed.ptr != text.data() + end || value > 255) {
        return std::nullopt;
      }
      address.bytes[12 + part] = static_cast<std::uint8_t>(value);
      begin = end + 1;
    }
    address.bytes[10] = address.bytes[11] = 0xFF;
    address.v4 = true;
    return address;
  }
  if (inet_pton(AF_INET6, std::string(text).c_str(), address.bytes.data()) != 1) {
    return std::nullopt;
  }
  return address;
}

bool MatchesWildcard(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
      continue;
    }
    const bool escaped = p + 1 < pattern.size() && pattern[p] == '\\';
    if (p < pattern.size() && pattern[p + (escaped ? 1 : 0)] == text[t]) {
      p += escaped ? 2 : 1;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool EqualsIgnoreCase(std::string_view pattern, std::string_view text) {
  return CoverIgnoreCase(pattern, text) == text.size();
}

bool Passes(const Test& test, const Scalar& value) {
  const bool is_string = value.kind == ValueKind::kString;
  const auto any = [&](auto passes) {
    return is_string && std::ranges::any_of(test.values, [&](const Scalar& one) {
             return passes(std::string_view(one.text), std::string_view(value.text));
           });
  };
  const auto prefix = [](std::string_view a, std::string_view b) { return b.starts_with(a); };
  const auto suffix = [](std::string_view a, std::string_view b) { return b.ends_with(a); };
  switch (test.op) {
    case Op::kEquals:
      return Equal(test.values.front(), value);
    case Op::kEqualsIgnoreCase:
      return any(EqualsIgnoreCase);
    case Op::kPrefix:
      return any(prefix);
    case Op::kPrefixIgnoreCase:
      return any(
          [](std::string_view a, std::string_view b) { return CoverIgnoreCase(a, b).has_value(); });
    case Op::kSuffix:
      return any(suffix);
    case Op::kSuffixIgnoreCase:
      return any(EndsWithIgnoreCase);
    case Op::kWildcard:
      return any(MatchesWildcard);
    case Op::kNumeric:
      return value.kind == ValueKind::kNumber && value.number && InRange(test.range, *value.number);
    case Op::kCidr:
      return is_string && InBlock(test.cidr, value.text);
    case Op::kExists:
      return true;
    case Op::kNotExists:
      return false;
    case Op::kAnythingBut:
      return std::ranges::none_of(test.values,
                                  [&](const Scalar& one) { return Equal(one, value); });
    case Op::kAnythingButIgnoreCase:
      return !any(EqualsIgnoreCase);
    case Op::kAnythingButPrefix:
      return !any(prefix);
    case Op::kAnythingButSuffix:
      return !any(suffix);
    case Op::kAnythingButWildcard:
      return !any(MatchesWildcard);
  }
  return false;
}

}  // namespace iatk::event_pattern

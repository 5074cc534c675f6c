#include "iatk/lang/json_schema/formats.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include "iatk/base/time_text.h"
#include "iatk/json/decimal.h"
#include "iatk/lang/json_schema/regex.h"

namespace iatk::json_schema {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsHex(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// Takes `digits` digits off the front: their number.
std::optional<int> TakeNumber(std::string_view* text, std::size_t digits) {
  if (text->size() < digits || !std::ranges::all_of(text->substr(0, digits), IsDigit)) {
    return std::nullopt;
  }
  int value = 0;
  std::from_chars(text->data(), text->data() + digits, value);
  text->remove_prefix(digits);
  return value;
}

bool TakeChar(std::string_view* text, char c) {
  if (!text->starts_with(c)) return false;
  text->remove_prefix(1);
  return true;
}

bool IsDate(std::string_view text) {
  const auto year = TakeNumber(&text, 4);
  if (!year || !TakeChar(&text, '-')) return false;
  const auto month = TakeNumber(&text, 2);
  if (!month || !TakeChar(&text, '-')) return false;
  const auto day = TakeNumber(&text, 2);
  return day && text.empty() &&
         std::chrono::year_month_day(std::chrono::year(*year),
                                     std::chrono::month(static_cast<unsigned>(*month)),
                                     std::chrono::day(static_cast<unsigned>(*day)))
             .ok();
}

// RFC 3339: a second of 60 is the last one before midnight in UTC.
bool IsTime(std::string_view text) {
  const auto hour = TakeNumber(&text, 2);
  if (!hour || *hour > 23 || !TakeChar(&text, ':')) return false;
  const auto minute = TakeNumber(&text, 2);
  if (!minute || *minute > 59 || !TakeChar(&text, ':')) return false;
  const auto second = TakeNumber(&text, 2);
  if (!second || *second > 60) return false;
  if (TakeChar(&text, '.')) {
    const std::size_t digits =
        static_cast<std::size_t>(std::ranges::find_if_not(text, IsDigit) - text.begin());
    if (digits == 0) return false;
    text.remove_prefix(digits);
  }
  int offset = 0;
  if (!TakeChar(&text, 'Z') && !TakeChar(&text, 'z')) {
    const int sign = text.starts_with('-') ? -1 : 1;
    if (!TakeChar(&text, '+') && !TakeChar(&text, '-')) return false;
    const auto hours = TakeNumber(&text, 2);
    if (!hours || *hours > 23 || !TakeChar(&text, ':')) return false;
    const auto minutes = TakeNumber(&text, 2);
    if (!minutes || *minutes > 59) return false;
    offset = sign * (*hours * 60 + *minutes);
  }
  constexpr int kDay = 24 * 60;
  const int utc = (*hour * 60 + *minute - offset + 2 * kDay) % kDay;
  return text.empty() && (*second < 60 || utc == kDay - 1);
}

bool IsDateTime(std::string_view text) {
  return text.size() > 11 && (text[10] == 'T' || text[10] == 't') && IsDate(text.substr(0, 10)) &&
         IsTime(text.substr(11));
}

// RFC 3339, appendix A: units in their order, with no gap, weeks alone.
bool IsDuration(std::string_view text) {
  if (!TakeChar(&text, 'P') || text.empty()) return false;
  const auto units = [&text](std::string_view order) {
    std::size_t next = 0;
    std::size_t taken = 0;
    while (!text.empty() && IsDigit(text[0])) {
      const std::size_t digits =
          static_cast<std::size_t>(std::ranges::find_if_not(text, IsDigit) - text.begin());
      const std::size_t unit = digits < text.size() ? order.find(text[digits]) : std::string::npos;
      if (unit == std::string::npos || (taken > 0 ? unit != next : false)) return false;
      next = unit + 1;
      ++taken;
      text.remove_prefix(digits + 1);
    }
    return taken > 0;
  };
  if (text.back() == 'W') return units("W") && text.empty();
  if (text[0] != 'T' && !units("YMD")) return false;
  return text.empty() || (TakeChar(&text, 'T') && units("HMS") && text.empty());
}

bool IsIpv4(std::string_view text) {
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && !TakeChar(&text, '.')) return false;
    const std::size_t digits =
        static_cast<std::size_t>(std::ranges::find_if_not(text, IsDigit) - text.begin());
    if (digits == 0 || digits > 3 || (digits > 1 && text[0] == '0')) return false;
    if (*TakeNumber(&text, digits) > 255) return false;
  }
  return text.empty();
}

bool IsIpv6(std::string_view text) {
  int groups = 0;
  bool gap = false;
  if (text.starts_with("::")) {
    gap = true;
    text.remove_prefix(2);
  } else if (text.starts_with(':')) {
    return false;
  }
  while (!text.empty()) {
    if (text.find('.') != std::string_view::npos && text.find(':') == std::string_view::npos) {
      groups += 2;
      if (!IsIpv4(text)) return false;
      text = {};
      break;
    }
    const std::size_t digits =
        static_cast<std::size_t>(std::ranges::find_if_not(text, IsHex) - text.begin());
    if (digits == 0 || digits > 4) return false;
    text.remove_prefix(digits);
    ++groups;
    if (text.empty()) break;
    if (!TakeChar(&text, ':') || text.empty()) return false;
    if (text.starts_with(':')) {
      if (gap) return false;
      gap = true;
      text.remove_prefix(1);
    }
  }
  return gap ? groups < 8 : groups == 8;
}

bool IsHostname(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  while (true) {
    const std::size_t end = std::min(text.find('.'), text.size());
    const std::string_view label = text.substr(0, end);
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-' ||
        !std::ranges::all_of(label, [](char c) { return IsLetter(c) || IsDigit(c) || c == '-'; })) {
      return false;
    }
    // RFC 5891, section 4.2.3.1: "--" there is for encoded names, all of which begin with "xn".
    if (label.size() > 3 && label.substr(2, 2) == "--" && !label.starts_with("xn") &&
        !label.starts_with("XN")) {
      return false;
    }
    if (end == text.size()) return true;
    text.remove_prefix(end + 1);
  }
}

bool IsEmail(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0) return false;
  const std::string_view local = text.substr(0, at);
  const std::string_view domain = text.substr(at + 1);
  if (domain.starts_with('[') && domain.ends_with(']')) {
    const std::string_view literal = domain.substr(1, domain.size() - 2);
    if (!(literal.starts_with("IPv6:") ? IsIpv6(literal.substr(5)) : IsIpv4(literal))) return false;
  } else if (!IsHostname(domain)) {
    return false;
  }
  if (local.size() >= 2 && local.front() == '"' && local.back() == '"') {
    for (std::size_t i = 1; i + 1 < local.size(); ++i) {
      if (local[i] == '\\') {
        if (++i + 1 >= local.size()) return false;
      } else if (local[i] == '"') {
        return false;
      }
    }
    return true;
  }
  if (local.front() == '.' || local.back() == '.' || local.find("..") != std::string_view::npos) {
    return false;
  }
  static constexpr std::string_view kMarks = ".!#$%&'*+-/=?^_`{|}~";
  return std::ranges::all_of(local, [](char c) {
    return IsLetter(c) || IsDigit(c) || kMarks.find(c) != std::string_view::npos;
  });
}

bool AreUriCharacters(std::string_view text, std::string_view marks) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size() || !IsHex(text[i + 1]) || !IsHex(text[i + 2])) return false;
      i += 2;
    } else if (!IsLetter(text[i]) && !IsDigit(text[i]) &&
               marks.find(text[i]) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

bool IsAuthority(std::string_view text) {
  constexpr std::string_view kName = "-._~!$&'()*+,;=";
  const std::size_t at = text.rfind('@');
  if (at != std::string_view::npos) {
    if (!AreUriCharacters(text.substr(0, at), "-._~!$&'()*+,;=:")) return false;
    text.remove_prefix(at + 1);
  }
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || !IsIpv6(text.substr(1, end - 1))) return false;
    text.remove_prefix(end + 1);
    return text.empty() || (TakeChar(&text, ':') && std::ranges::all_of(text, IsDigit));
  }
  const std::size_t colon = std::min(text.find(':'), text.size());
  if (!AreUriCharacters(text.substr(0, colon), kName)) return false;
  return colon == text.size() || std::ranges::all_of(text.substr(colon + 1), IsDigit);
}

bool IsUri(std::string_view text, bool may_be_relative) {
  const std::size_t colon = text.find(':');
  const bool scheme = colon != std::string_view::npos && colon < text.find_first_of("/?#") &&
                      colon > 0 && IsLetter(text[0]) &&
                      std::ranges::all_of(text.substr(0, colon), [](char c) {
                        return IsLetter(c) || IsDigit(c) || c == '+' || c == '-' || c == '.';
                      });
  if (!scheme && !may_be_relative) return false;
  if (scheme) text.remove_prefix(colon + 1);
  constexpr std::string_view kPath = "-._~!$&'()*+,;=:@/";
  constexpr std::string_view kQuery = "-._~!$&'()*+,;=:@/?";
  if (const std::size_t hash = text.find('#'); hash != std::string_view::npos) {
    if (!AreUriCharacters(text.substr(hash + 1), kQuery)) return false;
    text = text.substr(0, hash);
  }
  if (const std::size_t query = text.find('?'); query != std::string_view::npos) {
    if (!AreUriCharacters(text.substr(query + 1), kQuery)) return false;
    text = text.substr(0, query);
  }
  if (text.starts_with("//")) {
    const std::size_t end = std::min(text.find('/', 2), text.size());
    if (!IsAuthority(text.substr(2, end - 2))) return false;
    text.remove_prefix(end);
  }
  return AreUriCharacters(text, kPath);
}

bool IsUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !IsHex(text[i])) return false;
  }
  return true;
}

bool IsJsonPointer(std::string_view text) {
  if (!text.empty() && text[0] != '/') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '~' && (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1'))) {
      return false;
    }
  }
  return true;
}

bool IsRelativeJsonPointer(std::string_view text) {
  const std::size_t digits =
      static_cast<std::size_t>(std::ranges::find_if_not(text, IsDigit) - text.begin());
  if (digits == 0 || (digits > 1 && text[0] == '0')) return false;
  text.remove_prefix(digits);
  return text == "#" || IsJsonPointer(text);
}

bool IsBase64(std::string_view text) {
  if (text.size() % 4 != 0) return false;
  std::size_t padding = 0;
  while (padding < 2 && text.ends_with('=')) {
    text.remove_suffix(1);
    ++padding;
  }
  return std::ranges::all_of(
      text, [](char c) { return IsLetter(c) || IsDigit(c) || c == '+' || c == '/'; });
}

bool IsRegex(std::string_view text) { return Regex::Compile(text).has_value(); }

bool HasNumberFormat(std::string_view format, const json::Number& number) {
  if (format == "int32" || format == "int64") {
    const std::optional<std::int64_t> whole = number.AsInt64();
    return whole && (format == "int64" || (*whole >= INT32_MIN && *whole <= INT32_MAX));
  }
  if (format == "double") return std::isfinite(number.AsDouble());
  if (format == "float") return std::isfinite(static_cast<float>(number.AsDouble()));
  return true;
}

struct StringFormat {
  std::string_view name;
  bool (*holds)(std::string_view text);
};

constexpr std::array<StringFormat, 15> kStringFormats = {{
    {"date-time", IsDateTime},
    {"date", IsDate},
    {"time", IsTime},
    {"duration", IsDuration},
    {"email", IsEmail},
    {"hostname", IsHostname},
    {"ipv4", IsIpv4},
    {"ipv6", IsIpv6},
    {"uri", [](std::string_view text) { return IsUri(text, false); }},
    {"uri-reference", [](std::string_view text) { return IsUri(text, true); }},
    {"uuid", IsUuid},
    {"json-pointer", IsJsonPointer},
    {"relative-json-pointer", IsRelativeJsonPointer},
    {"regex", IsRegex},
    {"byte", IsBase64},
}};

}  // namespace

bool HasFormat(std::string_view format, const json::Value& value) {
  if (const json::Number* number = value.AsNumber()) return HasNumberFormat(format, *number);
  if (value.AsString() == nullptr) return true;
  const auto* known = std::ranges::find(kStringFormats, format, &StringFormat::name);
  return known == kStringFormats.end() || known->holds(*value.AsString());
}

std::string SampleOfFormat(std::string_view format, Time now, IdSource& ids) {
  std::string time = FormatIso8601(now, Fraction::kMillis);
  const auto word = [&ids] { return ids.FromAlphabet(8, "abcdefghijklmnopqrstuvwxyz"); };
  if (format == "date-time") return time;
  if (format == "date") return time.substr(0, 10);
  if (format == "time") return time.substr(11);
  if (format == "duration") return fmt::format("PT{}M", 1 + ids.Below(59));
  if (format == "email" || format == "idn-email") return word() + "@example.com";
  if (format == "hostname" || format == "idn-hostname") return word() + ".example.com";
  if (format == "ipv4") return fmt::format("192.0.2.{}", 1 + ids.Below(254));
  if (format == "ipv6") return fmt::format("2001:db8::{:x}", 1 + ids.Below(0xFFFE));
  if (format == "uri" || format == "iri" || format == "uri-template")
    return "https://example.com/" + word();
  if (format == "uri-reference" || format == "iri-reference") return "/" + word();
  if (format == "uuid") return ids.Uuid();
  if (format == "json-pointer") return "/" + word();
  if (format == "relative-json-pointer") return "0/" + word();
  if (format == "regex") return "^" + word() + "$";
  if (format == "byte") return ids.FromAlphabet(8, kAlphabetAlphanumeric);
  return "";
}

}  // namespace iatk::json_schema

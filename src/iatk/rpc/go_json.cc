#include "iatk/rpc/go_json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "iatk/json/write.h"

namespace iatk::rpc {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view kSpace = " \t\r\n";

// The length of the UTF-8 character that `text` begins with, 0 if it begins with none.
std::size_t CharacterLength(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return 0;
  }
  // Longer than need be, a surrogate, or past U+10FFFF.
  if (first == 0xE0 && byte(1) < 0xA0) return 0;
  if (first == 0xED && byte(1) > 0x9F) return 0;
  if (first == 0xF0 && byte(1) < 0x90) return 0;
  if (first == 0xF4 && byte(1) > 0x8F) return 0;
  return length;
}

// The code of the escape \uXXXX that `text` begins with, or -1.
int EscapedCode(std::string_view text) {
  if (text.size() < 6 || !text.starts_with("\\u")) return -1;
  int code = 0;
  const char* const end = text.data() + 6;
  const auto [stop, error] = std::from_chars(text.data() + 2, end, code, 16);
  return error == std::errc() && stop == end && text[2] != '-' ? code : -1;
}

bool IsHighSurrogate(int code) { return code >= 0xD800 && code < 0xDC00; }
bool IsLowSurrogate(int code) { return code >= 0xDC00 && code < 0xE000; }

}  // namespace

bool FirstValue::Add(std::string_view chunk) {
  if (whole_) return true;
  text_ += chunk;
  for (; looked_at_ < text_.size() && !whole_; ++looked_at_) {
    const char c = text_[looked_at_];
    if (escaped_) {
      escaped_ = false;
    } else if (in_string_) {
      escaped_ = c == '\\';
      in_string_ = c != '"';
      whole_ = !in_string_ && depth_ == 0;
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      ++depth_;
    } else if (c == '}' || c == ']') {
      whole_ = depth_ <= 1;
      if (depth_ > 0) --depth_;
    }
  }
  if (whole_) text_.resize(looked_at_);
  return whole_ || text_.size() > kMaxBytes;
}

std::string_view FirstValue::text() const {
  const std::string_view text = text_;
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos ||
      std::string_view("{[\"").find(text[begin]) != std::string_view::npos) {
    return text;
  }
  // A number or a word ends where no character of one follows.
  const std::size_t end = text.find_first_of(" \t\r\n{}[]\",:", begin);
  return text.substr(0, end);
}

std::string ReplaceWhatIsNoUnicode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    if (const int code = EscapedCode(rest); code >= 0) {
      if (IsHighSurrogate(code) && IsLowSurrogate(EscapedCode(rest.substr(6)))) {
        out += rest.substr(0, 12);
        i += 12;
        continue;
      }
      out += IsHighSurrogate(code) || IsLowSurrogate(code) ? kReplacement : rest.substr(0, 6);
      i += 6;
    } else if (rest[0] == '\\' && rest.size() > 1 && static_cast<unsigned char>(rest[1]) < 0x80) {
      out += rest.substr(0, 2);
      i += 2;
    } else if (const std::size_t length = CharacterLength(rest); length > 0) {
      out += rest.substr(0, length);
      i += length;
    } else {
      out += kReplacement;
      ++i;
    }
  }
  return out;
}

std::string FoldName(std::string_view name) {
  constexpr std::string_view kLongS = "\xC5\xBF";
  constexpr std::string_view kKelvin = "\xE2\x84\xAA";
  std::string folded;
  while (!name.empty()) {
    std::size_t length = 1;
    if (name.starts_with(kLongS)) {
      folded += 's';
      length = kLongS.size();
    } else if (name.starts_with(kKelvin)) {
      folded += 'k';
      length = kKelvin.size();
    } else {
      const char c = name[0];
      folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    name.remove_prefix(length);
  }
  return folded;
}

std::string WriteAsGo(const json::Value& value) {
  // Replies can be long, and most of their text stays as it is.
  static const std::array<bool, 256> kSpecial = [] {
    std::array<bool, 256> special{};
    for (const char c : {'\\', '<', '>', '&', '\xE2'})
      special[static_cast<unsigned char>(c)] = true;
    return special;
  }();
  const std::string json = json::Write(value);
  std::string out;
  out.reserve(json.size());
  std::size_t plain = 0;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (!kSpecial[static_cast<unsigned char>(json[i])]) continue;
    const std::string_view rest = std::string_view(json).substr(i);
    std::string_view instead;
    std::size_t length = 1;
    if (rest[0] == '\\') {
      length = 2;
      if (rest[1] == 'b') instead = "\\u0008";
      if (rest[1] == 'f') instead = "\\u000c";
    } else if (rest[0] == '<') {
      instead = "\\u003c";
    } else if (rest[0] == '>') {
      instead = "\\u003e";
    } else if (rest[0] == '&') {
      instead = "\\u0026";
    } else if (rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9")) {
      instead = rest[2] == '\xA8' ? "\\u2028" : "\\u2029";
      length = 3;
    }
    if (!instead.empty()) {
      out.append(json, plain, i - plain);
      out += instead;
      plain = i + length;
    }
    i += length - 1;
  }
  out.append(json, plain);
  return out;
}

std::string NumberAsGo(double number) {
  std::array<char, 32> buffer{};
  const auto shortest =
      std::to_chars(buffer.begin(), buffer.end(), number, std::chars_format::scientific);
  std::string_view text(buffer.data(), static_cast<std::size_t>(shortest.ptr - buffer.data()));
  std::string out;
  if (text.starts_with('-')) {
    out += '-';
    text.remove_prefix(1);
  }
  const std::size_t e = text.find('e');
  if (!std::isfinite(number) || e == std::string_view::npos) return "0";
  const double size = std::abs(number);
  if (size != 0 && (size < 1e-6 || size >= 1e21)) {
    out += text.substr(0, e + 2);
    text.remove_prefix(e + 2);
    out += text.starts_with('0') ? text.substr(1) : text;
    return out;
  }
  std::string digits(1, text[0]);
  if (e > 2) digits += text.substr(2, e - 2);
  int exponent = 0;
  const std::size_t sign = text[e + 1] == '+' ? e + 2 : e + 1;
  std::from_chars(text.data() + sign, text.data() + text.size(), exponent);
  if (exponent < 0) {
    return out + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  }
  const auto whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() <= whole) return out + digits + std::string(whole - digits.size(), '0');
  return out + digits.substr(0, whole) + "." + digits.substr(whole);
}

}  // namespace iatk::rpc

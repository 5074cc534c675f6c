// The words of JSON text, for those who read it.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

static_assert(std::endian::native == std::endian::little);

namespace iatk::json {

/// The length of the JSON number that `text` begins with, or 0.
std::size_t NumberLength(std::string_view text);
/// The nearest double to a JSON number; values past its range give an infinity.
double NumberToDouble(std::string_view text);

/// The code of four hexadecimal digits that `text` begins with, or -1.
int HexCode(std::string_view text);
void AppendUtf8(std::uint32_t code, std::string* out);

bool IsUtf8(std::string_view text);

inline bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// Eight characters of a string, and which of them do not stand for themselves: a quote, a
/// backslash, a control character. Strings are short, and a loop over single characters is mostly
/// the guess where it ends.
struct EightChars {
  static constexpr std::size_t kCount = sizeof(std::uint64_t);

  explicit EightChars(const char* from) { std::memcpy(&chars, from, kCount); }

  /// How many stand for themselves before the first that does not.
  std::size_t Plain() const {
    constexpr std::uint64_t kOnes = 0x0101010101010101;
    constexpr std::uint64_t kHighs = 0x8080808080808080;
    const auto zeros = [](std::uint64_t bytes) { return (bytes - kOnes) & ~bytes & kHighs; };
    // The lowest byte that is marked is one; those above it may be marked for nothing.
    const std::uint64_t marks = zeros(chars ^ (kOnes * '"')) | zeros(chars ^ (kOnes * '\\')) |
                                ((chars - kOnes * 0x20) & ~chars & kHighs);
    return static_cast<std::size_t>(std::countr_zero(marks)) / 8;
  }

  std::uint64_t chars = 0;
};

inline bool IsPlain(char c) {
  return c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20;
}

/// The first place in `text`, at or after `at`, of a character that does not stand for itself in a
/// string, or its size.
inline std::size_t EndOfPlain(std::string_view text, std::size_t at) {
  for (; at + EightChars::kCount <= text.size(); at += EightChars::kCount) {
    const std::size_t plain = EightChars(text.data() + at).Plain();
    if (plain < EightChars::kCount) return at + plain;
  }
  while (at < text.size() && IsPlain(text[at])) ++at;
  return at;
}

}  // namespace iatk::json

// The words of JSON text, for those who read it.
#pragma once

#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

/// Some characters of a string, and which of them do not stand for themselves: a quote, a
/// backslash, a control character. Strings are short, and a loop over single characters is mostly
/// the guess where it ends.
class Chars {
 public:
#ifdef __SSE2__
  static constexpr std::size_t kCount = 16;

  explicit Chars(const char* from)
      : chars_(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))) {}

  /// How many stand for themselves before the first that does not.
  std::size_t Plain() const {
    const auto are = [this](char c) { return _mm_cmpeq_epi8(chars_, _mm_set1_epi8(c)); };
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(chars_, _mm_set1_epi8(0x1f)), chars_);
    const __m128i marks = _mm_or_si128(_mm_or_si128(are('"'), are('\\')), control);
    const auto bits = static_cast<std::uint32_t>(_mm_movemask_epi8(marks));
    return static_cast<std::size_t>(std::countr_zero(bits | std::uint32_t{1} << kCount));
  }

  void Store(char* to) const { _mm_storeu_si128(reinterpret_cast<__m128i*>(to), chars_); }

 private:
  __m128i chars_;
#else
  static constexpr std::size_t kCount = sizeof(std::uint64_t);

  explicit Chars(const char* from) { std::memcpy(&chars_, from, kCount); }

  std::size_t Plain() const {
    constexpr std::uint64_t kOnes = 0x0101010101010101;
    constexpr std::uint64_t kHighs = 0x8080808080808080;
    const auto zeros = [](std::uint64_t bytes) { return (bytes - kOnes) & ~bytes & kHighs; };
    // The lowest byte that is marked is one; those above it may be marked for nothing.
    const std::uint64_t marks = zeros(chars_ ^ (kOnes * '"')) | zeros(chars_ ^ (kOnes * '\\')) |
                                ((chars_ - kOnes * 0x20) & ~chars_ & kHighs);
    return static_cast<std::size_t>(std::countr_zero(marks)) / 8;
  }

  void Store(char* to) const { std::memcpy(to, &chars_, kCount); }

 private:
  std::uint64_t chars_ = 0;
#endif
};

inline bool IsPlain(char c) {
  return c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20;
}

/// The first character from `at` on that does not stand for itself in a string, or `end`.
inline const char* EndOfPlain(const char* at, const char* end) {
  for (; end - at >= static_cast<std::ptrdiff_t>(Chars::kCount); at += Chars::kCount) {
    const std::size_t plain = Chars(at).Plain();
    if (plain < Chars::kCount) return at + plain;
  }
  while (at < end && IsPlain(*at)) ++at;
  return at;
}

}  // namespace iatk::json

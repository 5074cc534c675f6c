// The words of JSON text, for those who read it.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace iatk::json {

/// The length of the JSON number that `text` begins with, or 0.
std::size_t NumberLength(std::string_view text);
/// The nearest double to a JSON number; values past its range give an infinity.
double NumberToDouble(std::string_view text);

bool IsUtf8(std::string_view text);

inline bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// Whether a character of a string stands for itself: no quote, no backslash, no control character.
inline bool IsPlain(char c) {
  static constexpr std::array<bool, 256> kPlain = [] {
    std::array<bool, 256> plain{};
    for (std::size_t code = 0x20; code < plain.size(); ++code) plain[code] = true;
    plain['"'] = false;
    plain['\\'] = false;
    return plain;
  }();
  return kPlain[static_cast<unsigned char>(c)];
}

/// The first place in `text`, at or after `at`, that is not IsPlain, or its size.
inline std::size_t EndOfPlain(std::string_view text, std::size_t at) {
  while (at < text.size() && IsPlain(text[at])) ++at;
  return at;
}

}  // namespace iatk::json

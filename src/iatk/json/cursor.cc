#include "iatk/json/cursor.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace iatk::json {
namespace {

// What the letter of an escape stands for, or NUL.
constexpr std::array<char, 256> kMeanings = [] {
  std::array<char, 256> meanings{};
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kStandFor = "\"\\/\b\f\n\r\t";
  for (std::size_t i = 0; i < kLetters.size(); ++i) {
    meanings[static_cast<unsigned char>(kLetters[i])] = kStandFor[i];
  }
  return meanings;
}();

// The length of the number that `text` begins with, and the number, if it has no exponent and so
// few digits that they are a double, and the power of ten for its fraction too: the quotient of the
// two is the nearest double. Else 0.
std::size_t ShortNumber(std::string_view text, double* out) {
  constexpr std::size_t kMostDigits = 15;
  constexpr std::array kPowers = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  std::int64_t digits = 0;
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const auto take_digits = [&](std::size_t most) {
    const char* const begin = text.data() + at;
    const char* const end = begin + std::min(most, text.size() - at);
    const char* next = begin;
    std::int64_t value = digits;
    for (; next < end; ++next) {
      const auto digit = static_cast<unsigned char>(*next - '0');
      if (digit > 9) break;
      value = value * 10 + digit;
    }
    digits = value;
    at += static_cast<std::size_t>(next - begin);
    return static_cast<std::size_t>(next - begin);
  };
  const bool is_zero = at < text.size() && text[at] == '0';
  const std::size_t whole = take_digits(is_zero ? 1 : kMostDigits);
  if (whole == 0) return 0;
  std::size_t fraction = 0;
  if (at < text.size() && text[at] == '.') {
    ++at;
    fraction = take_digits(kMostDigits - whole);
    if (fraction == 0) return 0;
  }
  const char next = at < text.size() ? text[at] : '\0';
  const bool more_digits = next >= '0' && next <= '9' && (!is_zero || fraction > 0);
  if (more_digits || next == '.' || next == 'e' || next == 'E') return 0;
  const double value = static_cast<double>(digits) / kPowers[fraction];
  *out = text[0] == '-' ? -value : value;
  return at;
}

}  // namespace

char Cursor::PeekBehindSpace() {
  while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
  return at_ < text_.size() ? text_[at_] : '\0';
}

bool Cursor::String(std::string* out) {
  if (!Take('"')) return false;
  std::string_view written;
  if (!TakePlain(&written)) return Decode(out);
  out->assign(written);
  return true;
}

bool Cursor::String(char* room, std::string_view* out) {
  char* end = nullptr;
  if (!Take('"') || !Decode(room, &end)) return false;
  *out = std::string_view(room, end);
  return true;
}

bool Cursor::Decode(std::string* out) {
  // No string that follows is longer.
  if (!room_) room_ = std::make_unique_for_overwrite<char[]>(RoomFor(text_.size() - at_));
  char* end = nullptr;
  if (!Decode(room_.get(), &end)) return false;
  out->assign(room_.get(), end);
  return true;
}

bool Cursor::Decode(char* room, char** room_end) {
  const char* at = text_.data() + at_;
  const char* const text_end = text_.data() + text_.size();
  char* end = room;
  while (at < text_end) {
    if (text_end - at >= static_cast<std::ptrdiff_t>(Chars::kCount)) {
      const Chars chars(at);
      const std::size_t plain = chars.Plain();
      chars.Store(end);
      end += plain;
      at += plain;
      if (plain == Chars::kCount) continue;
    }
    const char c = *at++;
    if (c == '\\') {
      if (at == text_end) return false;
      const auto letter = static_cast<unsigned char>(*at++);
      const char meaning = kMeanings[letter];
      if (meaning != '\0') {
        *end++ = meaning;
        continue;
      }
      std::string code;
      at_ = static_cast<std::size_t>(at - text_.data());
      if (letter != 'u' || !TakeCode(&code)) return false;
      at = text_.data() + at_;
      end = std::ranges::copy(code, end).out;
    } else if (c == '"') {
      at_ = static_cast<std::size_t>(at - text_.data());
      *room_end = end;
      return true;
    } else if (IsPlain(c)) {
      *end++ = c;
    } else {
      return false;
    }
  }
  return false;
}

bool Cursor::TakeCode(std::string* out) {
  const int high = HexCode(text_.substr(at_));
  if (high < 0) return false;
  at_ += 4;
  if (high < 0xD800 || high >= 0xE000) {
    AppendUtf8(static_cast<std::uint32_t>(high), out);
    return true;
  }
  if (high >= 0xDC00 || !text_.substr(at_).starts_with("\\u")) return false;
  const int low = HexCode(text_.substr(at_ + 2));
  if (low < 0xDC00 || low >= 0xE000) return false;
  at_ += 6;
  AppendUtf8(static_cast<std::uint32_t>(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)), out);
  return true;
}

bool Cursor::Number(double* out) {
  Peek();
  const std::string_view rest = text_.substr(at_);
  std::size_t length = ShortNumber(rest, out);
  if (length == 0) {
    length = NumberLength(rest);
    *out = NumberToDouble(rest.substr(0, length));
  }
  at_ += length;
  return length > 0;
}

bool Cursor::Skip() {
  const auto word = [this](std::string_view expected) {
    if (!text_.substr(at_).starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  };
  switch (Peek()) {
    case '{':
      return Object([this](std::string_view) { return Skip(); });
    case '[':
      return Array([this] { return Skip(); });
    case '"': {
      std::string_view written;
      std::string decoded;
      return Text(&written, &decoded);
    }
    case 't':
      return word("true");
    case 'f':
      return word("false");
    case 'n':
      return word("null");
    default:
      break;
  }
  const std::size_t length = NumberLength(text_.substr(at_));
  at_ += length;
  return length > 0;
}

bool Cursor::Skip(std::string_view* written) {
  Peek();
  const std::size_t begin = at_;
  if (!Skip()) return false;
  *written = text_.substr(begin, at_ - begin);
  return true;
}

}  // namespace iatk::json

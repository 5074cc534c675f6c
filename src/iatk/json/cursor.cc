#include "iatk/json/cursor.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

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

// The digits that a text begins with, eight at most.
struct Digits {
  std::uint64_t number;
  std::size_t count;
};

Digits TakeEight(const char* at, const char* end) {
  constexpr std::size_t kEight = sizeof(std::uint64_t);
  std::uint64_t chars = 0;
  const auto left = static_cast<std::size_t>(end - at);
  left >= kEight ? std::memcpy(&chars, at, kEight) : std::memcpy(&chars, at, left);
  // Digits become their numbers; a byte that is none is marked, and perhaps some that follow it.
  chars ^= 0x3030303030303030;
  const std::uint64_t marks = ((chars + 0x7676767676767676) | chars) & 0x8080808080808080;
  const auto count = static_cast<std::size_t>(std::countr_zero(marks)) / 8;
  if (count == 0) return {0, 0};
  // As if zeros stood before them.
  chars <<= 8 * (kEight - count);
  chars = chars * 10 + (chars >> 8);
  constexpr std::uint64_t kPairs = 0x000000FF000000FF;
  const std::uint64_t number = ((chars & kPairs) * (100 + (std::uint64_t{1'000'000} << 32)) +
                                (chars >> 16 & kPairs) * (1 + (std::uint64_t{10'000} << 32))) >>
                               32;
  return {number, count};
}

// The length of the number that a text begins with, and the number, if it has no exponent and so
// few digits that they are a double, and the power of ten for its fraction too: the quotient of the
// two is the nearest double. Else 0.
std::size_t ShortNumber(const char* const begin, const char* const end, double* out) {
  constexpr std::size_t kMostDigits = 15;
  constexpr std::array<std::uint64_t, 9> kTens = {
      1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000};
  constexpr std::array kPowers = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  std::uint64_t number = 0;
  const char* at = begin;
  const auto take_digits = [&] {
    const char* const first = at;
    // More than these are too many anyway.
    for (int i = 0; i < 2; ++i) {
      const Digits digits = TakeEight(at, end);
      number = number * kTens[digits.count] + digits.number;
      at += digits.count;
      if (digits.count < 8) break;
    }
    return static_cast<std::size_t>(at - first);
  };
  if (at < end && *at == '-') ++at;
  const char first = at < end ? *at : '\0';
  const std::size_t whole = take_digits();
  if (whole == 0 || whole > kMostDigits || (first == '0' && whole > 1)) return 0;
  std::size_t fraction = 0;
  if (at < end && *at == '.') {
    ++at;
    fraction = take_digits();
    if (fraction == 0 || whole + fraction > kMostDigits) return 0;
  }
  if (at < end && (*at | 0x20) == 'e') return 0;
  const double value = static_cast<double>(number) / kPowers[fraction];
  *out = *begin == '-' ? -value : value;
  return static_cast<std::size_t>(at - begin);
}

}  // namespace

template <Quotes kQuotes>
char BasicCursor<kQuotes>::PeekBehindSpace() {
  // A line break in a string is escaped.
  const auto is_space = [](char c) { return kQuotes == Quotes::kBare ? IsSpace(c) : c == ' '; };
  while (at_ < end_ && is_space(*at_)) ++at_;
  return at_ < end_ ? *at_ : '\0';
}

template <Quotes kQuotes>
bool BasicCursor<kQuotes>::String(std::string* out) {
  if (!TakeQuote()) return false;
  std::string_view written;
  if (!TakePlain(&written)) return Decode(out);
  out->assign(written);
  return true;
}

template <Quotes kQuotes>
bool BasicCursor<kQuotes>::Decode(std::string* out) {
  if (kQuotes == Quotes::kEscaped) return false;
  // No string that follows is longer.
  if (!room_) room_ = std::make_unique_for_overwrite<char[]>(left() + Chars::kCount);
  char* end = nullptr;
  if (!Decode(room_.get(), &end)) return false;
  out->assign(room_.get(), end);
  return true;
}

template <Quotes kQuotes>
bool BasicCursor<kQuotes>::Decode(char* room, char** room_end) {
  char* end = room;
  while (at_ < end_) {
    if (end_ - at_ >= static_cast<std::ptrdiff_t>(Chars::kCount)) {
      const Chars chars(at_);
      const std::size_t plain = chars.Plain();
      chars.Store(end);
      end += plain;
      at_ += plain;
      if (plain == Chars::kCount) continue;
    }
    const char c = *at_++;
    if (c == '\\') {
      if (at_ == end_) return false;
      const auto letter = static_cast<unsigned char>(*at_++);
      const char meaning = kMeanings[letter];
      if (meaning != '\0') {
        *end++ = meaning;
        continue;
      }
      std::string code;
      if (letter != 'u' || !TakeCode(&code)) return false;
      end = std::ranges::copy(code, end).out;
    } else if (c == '"') {
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

template <Quotes kQuotes>
bool BasicCursor<kQuotes>::TakeCode(std::string* out) {
  const std::string_view rest(at_, end_);
  const int high = HexCode(rest);
  if (high < 0) return false;
  at_ += 4;
  if (high < 0xD800 || high >= 0xE000) {
    AppendUtf8(static_cast<std::uint32_t>(high), out);
    return true;
  }
  if (high >= 0xDC00 || !rest.substr(4).starts_with("\\u")) return false;
  const int low = HexCode(rest.substr(6));
  if (low < 0xDC00 || low >= 0xE000) return false;
  at_ += 6;
  AppendUtf8(static_cast<std::uint32_t>(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)), out);
  return true;
}

template <Quotes kQuotes>
bool BasicCursor<kQuotes>::Number(double* out) {
  Peek();
  std::size_t length = ShortNumber(at_, end_, out);
  if (length == 0) {
    const std::string_view rest(at_, end_);
    length = NumberLength(rest);
    *out = NumberToDouble(rest.substr(0, length));
  }
  at_ += length;
  return length > 0;
}

template <Quotes kQuotes>
bool BasicCursor<kQuotes>::Skip() {
  const auto word = [this](std::string_view expected) {
    if (!std::string_view(at_, end_).starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  };
  switch (Peek()) {
    case '{':
      return Object([this](std::string_view) { return Skip(); });
    case '[':
      return Array([this] { return Skip(); });
    case kQuote.front(): {
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
  const std::size_t length = NumberLength({at_, end_});
  at_ += length;
  return length > 0;
}

template <Quotes kQuotes>
bool BasicCursor<kQuotes>::Skip(std::string_view* written) {
  Peek();
  const char* const begin = at_;
  if (!Skip()) return false;
  *written = {begin, at_};
  return true;
}

template class BasicCursor<Quotes::kBare>;
template class BasicCursor<Quotes::kEscaped>;

}  // namespace iatk::json

#include "iatk/json/cursor.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace iatk::json {
namespace {

// What the letter of an escape stands for, or NUL.
char MeaningOf(char letter) {
  switch (letter) {
    case '"':
    case '\\':
    case '/':
      return letter;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

}  // namespace

bool Cursor::String(std::string* out) {
  std::string_view written;
  std::string decoded;
  if (!Text(&written, &decoded)) return false;
  if (decoded.empty()) {
    out->assign(written);
  } else {
    *out = std::move(decoded);
  }
  return true;
}

bool Cursor::Decode(std::string* out) {
  // No string that follows is longer.
  if (!room_) {
    room_ = std::make_unique_for_overwrite<char[]>(text_.size() - at_ + EightChars::kCount);
  }
  char* end = room_.get();
  while (at_ < text_.size()) {
    if (at_ + EightChars::kCount <= text_.size()) {
      const EightChars eight(text_.data() + at_);
      const std::size_t plain = eight.Plain();
      std::memcpy(end, &eight.chars, EightChars::kCount);
      end += plain;
      at_ += plain;
      if (plain == EightChars::kCount) continue;
    }
    const char c = text_[at_++];
    if (IsPlain(c)) {
      *end++ = c;
    } else if (c == '"') {
      out->assign(room_.get(), end);
      return true;
    } else if (c != '\\' || at_ == text_.size()) {
      return false;
    } else if (const char letter = text_[at_++]; letter != 'u') {
      const char meaning = MeaningOf(letter);
      if (meaning == '\0') return false;
      *end++ = meaning;
    } else {
      std::string code;
      if (!TakeCode(&code)) return false;
      end = std::ranges::copy(code, end).out;
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
  const std::size_t length = NumberLength(text_.substr(at_));
  if (length == 0) return false;
  *out = NumberToDouble(text_.substr(at_, length));
  at_ += length;
  return true;
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

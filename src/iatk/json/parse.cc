#include "iatk/json/parse.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "iatk/json/lexing.h"

namespace iatk::json {
namespace {

Error Invalid(std::string_view why) {
  return SenderError("InvalidJson", fmt::format("Invalid JSON: {}", why));
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// No library at hand reads numbers as text at any size and keeps duplicate members, so this is a
// reader of our own. The text's UTF-8 is checked before.
class Reader {
 public:
  Reader(std::string_view text, std::size_t max_depth) : text_(text), max_depth_(max_depth) {}

  Result<Value> ReadDocument() {
    IATK_TRY(Value value, ReadValue(0));
    SkipSpace();
    if (at_ != text_.size()) return Fail(At("text after the value"));
    return value;
  }

 private:
  Result<Value> ReadValue(std::size_t depth) {
    SkipSpace();
    switch (Peek()) {
      case '{':
        return ReadObject(depth);
      case '[':
        return ReadArray(depth);
      case '"': {
        IATK_TRY(std::string text, ReadString());
        return Value(std::move(text));
      }
      case 't':
        return ReadLiteral("true", Value(true));
      case 'f':
        return ReadLiteral("false", Value(false));
      case 'n':
        return ReadLiteral("null", Value());
      default:
        break;
    }
    const std::size_t length = NumberLength(text_.substr(at_));
    if (length == 0) return Fail(At("expected a value"));
    Number number(std::string(text_.substr(at_, length)));
    at_ += length;
    return Value(std::move(number));
  }

  Result<Value> ReadLiteral(std::string_view word, Value value) {
    if (!text_.substr(at_).starts_with(word)) return Fail(At("expected a value"));
    at_ += word.size();
    return value;
  }

  Result<Value> ReadArray(std::size_t depth) {
    IATK_CHECK(Enter(depth));
    Array array;
    SkipSpace();
    if (Take(']')) return Value(std::move(array));
    while (true) {
      IATK_TRY(Value item, ReadValue(depth + 1));
      array.push_back(std::move(item));
      SkipSpace();
      if (Take(']')) return Value(std::move(array));
      if (!Take(',')) return Fail(At("expected ',' or ']'"));
    }
  }

  Result<Value> ReadObject(std::size_t depth) {
    IATK_CHECK(Enter(depth));
    Object object;
    SkipSpace();
    if (Take('}')) return Value(std::move(object));
    while (true) {
      SkipSpace();
      if (Peek() != '"') return Fail(At("expected a member's name"));
      IATK_TRY(std::string key, ReadString());
      SkipSpace();
      if (!Take(':')) return Fail(At("expected ':'"));
      IATK_TRY(Value item, ReadValue(depth + 1));
      object.Append(std::move(key), std::move(item));
      SkipSpace();
      if (Take('}')) return Value(std::move(object));
      if (!Take(',')) return Fail(At("expected ',' or '}'"));
    }
  }

  Result<void> Enter(std::size_t depth) {
    if (depth >= max_depth_) {
      return Fail(At(fmt::format("nested deeper than {} levels", max_depth_)));
    }
    ++at_;
    return {};
  }

  Result<std::string> ReadString() {
    ++at_;
    std::string out;
    while (true) {
      const std::size_t plain = at_;
      const char* const begin = text_.data();
      at_ = static_cast<std::size_t>(EndOfPlain(begin + at_, begin + text_.size()) - begin);
      out.append(text_, plain, at_ - plain);
      if (Take('"')) return out;
      if (!Take('\\')) {
        return Fail(At(at_ == text_.size() ? "a string that does not end"
                                           : "a control character in a string"));
      }
      IATK_CHECK(ReadEscape(&out));
    }
  }

  Result<void> ReadEscape(std::string* out) {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (const std::size_t i = kLetters.find(Peek());
        Peek() != '\0' && i != std::string_view::npos) {
      out->push_back(kMeanings[i]);
      ++at_;
      return {};
    }
    if (!Take('u')) return Fail(At("an unknown escape"));
    IATK_TRY(std::uint32_t code, ReadHex4());
    if (code >= 0xD800 && code < 0xDC00 && text_.substr(at_).starts_with("\\u")) {
      at_ += 2;
      IATK_TRY(const std::uint32_t low, ReadHex4());
      if (low < 0xDC00 || low >= 0xE000) return Fail(At("an unpaired surrogate"));
      code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
    } else if (code >= 0xD800 && code < 0xE000) {
      return Fail(At("an unpaired surrogate"));
    }
    AppendUtf8(code, out);
    return {};
  }

  Result<std::uint32_t> ReadHex4() {
    const int code = HexCode(text_.substr(at_));
    if (code < 0) return Fail(At("a \\u escape without four hexadecimal digits"));
    at_ += 4;
    return static_cast<std::uint32_t>(code);
  }

  void SkipSpace() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
  }

  // The next byte, or NUL at the end: no byte that JSON allows outside a string is NUL.
  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool Take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  Error At(std::string_view why) const {
    return Invalid(at_ >= text_.size() ? fmt::format("{} at the end of the text", why)
                                       : fmt::format("{} at offset {}", why, at_));
  }

  std::string_view text_;
  std::size_t max_depth_;
  std::size_t at_ = 0;
};

}  // namespace

std::size_t NumberLength(std::string_view text) {
  std::size_t at = 0;
  const auto skip = [&](char c) {
    const bool found = at < text.size() && text[at] == c;
    if (found) ++at;
    return found;
  };
  const auto digits = [&] {
    const std::size_t begin = at;
    while (at < text.size() && IsDigit(text[at])) ++at;
    return at > begin;
  };
  skip('-');
  if (!skip('0') && !digits()) return 0;
  if (skip('.') && !digits()) return 0;
  if (skip('e') || skip('E')) {
    if (!skip('+')) skip('-');
    if (!digits()) return 0;
  }
  return at;
}

void AppendUtf8(std::uint32_t code, std::string* out) {
  const auto put = [out](std::uint32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0U | code >> 6U);
    put(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    put(0xE0U | code >> 12U);
    put(0x80U | (code >> 6U & 0x3FU));
    put(0x80U | (code & 0x3FU));
  } else {
    put(0xF0U | code >> 18U);
    put(0x80U | (code >> 12U & 0x3FU));
    put(0x80U | (code >> 6U & 0x3FU));
    put(0x80U | (code & 0x3FU));
  }
}

int HexCode(std::string_view text) {
  if (text.size() < 4) return -1;
  int code = 0;
  for (const char c : text.substr(0, 4)) {
    int digit = 0;
    if (IsDigit(c)) {
      digit = c - '0';
    } else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
      digit = (c | 0x20) - 'a' + 10;
    } else {
      return -1;
    }
    code = code * 16 + digit;
  }
  return code;
}

bool IsUtf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

bool IsNumber(std::string_view text) { return !text.empty() && NumberLength(text) == text.size(); }

Result<Value> Parse(std::string_view text, const ParseLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return Fail(Invalid(fmt::format("longer than {} bytes", limits.max_bytes)));
  }
  if (!IsUtf8(text)) {
    return Fail(Invalid("text that is not UTF-8"));
  }
  return Reader(text, limits.max_depth).ReadDocument();
}

}  // namespace iatk::json

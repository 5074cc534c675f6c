#include "iatk/json/cursor.h"

#include "iatk/json/lexing.h"

namespace iatk::json {
namespace {

constexpr std::string_view kEscapes = "\"\\/bfnrt";
constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";

}  // namespace

void Cursor::SkipSpace() {
  while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
}

char Cursor::Peek() {
  SkipSpace();
  return at_ < text_.size() ? text_[at_] : '\0';
}

bool Cursor::Take(char c) {
  if (Peek() != c) return false;
  ++at_;
  return true;
}

bool Cursor::Enter(char bracket) {
  if (depth_left_ == 0 || !Take(bracket)) return false;
  --depth_left_;
  return true;
}

bool Cursor::Leave(char bracket) {
  if (!Take(bracket)) return false;
  ++depth_left_;
  return true;
}

std::optional<std::string_view> Cursor::Name() {
  bool escaped = false;
  const auto name = RawString(&escaped);
  if (!name || !Take(':')) return std::nullopt;
  return name;
}

std::optional<std::string_view> Cursor::RawString(bool* escaped) {
  if (!Take('"')) return std::nullopt;
  const std::size_t begin = at_;
  while (true) {
    at_ = EndOfPlain(text_, at_);
    if (at_ == text_.size()) return std::nullopt;
    if (text_[at_] == '"') return text_.substr(begin, at_++ - begin);
    if (text_[at_] != '\\' || at_ + 1 == text_.size() ||
        kEscapes.find(text_[at_ + 1]) == std::string_view::npos) {
      return std::nullopt;
    }
    *escaped = true;
    at_ += 2;
  }
}

bool Cursor::String(std::string* out) {
  bool escaped = false;
  const auto raw = RawString(&escaped);
  if (!raw) return false;
  out->assign(*raw);
  if (!escaped) return true;
  std::size_t end = 0;
  for (std::size_t i = 0; i < raw->size(); ++i) {
    const char c = (*raw)[i];
    (*out)[end++] = c == '\\' ? kMeanings[kEscapes.find((*raw)[++i])] : c;
  }
  out->resize(end);
  return true;
}

bool Cursor::Number(double* out) {
  SkipSpace();
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
  bool escaped = false;
  switch (Peek()) {
    case '{':
      return Object([this](std::string_view) { return Skip(); });
    case '[':
      return Array([this] { return Skip(); });
    case '"':
      return RawString(&escaped).has_value();
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

bool Cursor::AtEnd() { return Peek() == '\0' && at_ == text_.size(); }

}  // namespace iatk::json

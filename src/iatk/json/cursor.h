// A walk over JSON text that builds nothing: for those who need little of it, and have much of it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "iatk/json/lexing.h"

namespace iatk::json {

/// Stands before a value. Every function takes what it names and returns true, or returns false at
/// what it can't take; after that the cursor is of no more use. What a walk from begin to end has
/// taken is what Parse takes, if the text is UTF-8 (IsUtf8).
class Cursor {
 public:
  explicit Cursor(std::string_view text, std::size_t max_depth = 512)
      : text_(text), depth_left_(max_depth) {}

  /// The first character of the value: '{', '[', '"', 't', 'f', 'n', or that of a number; NUL if
  /// there is none.
  char Peek() {
    // Mostly there is no space, or one.
    if (at_ < text_.size() && text_[at_] == ' ') ++at_;
    if (at_ < text_.size() && text_[at_] > ' ') return text_[at_];
    return PeekBehindSpace();
  }

  /// Calls `member(name)` for each member of an object, which takes the value and says whether it
  /// could. The name lasts until then.
  bool Object(auto&& member) {
    if (!Enter('{')) return false;
    if (Leave('}')) return true;
    std::string decoded;
    while (true) {
      std::string_view name;
      if (!Text(&name, &decoded) || !Take(':') || !member(name)) return false;
      if (Leave('}')) return true;
      if (!Take(',')) return false;
    }
  }

  /// Calls `element()` for each element of an array.
  bool Array(auto&& element) {
    if (!Enter('[')) return false;
    if (Leave(']')) return true;
    while (true) {
      if (!element()) return false;
      if (Leave(']')) return true;
      if (!Take(',')) return false;
    }
  }

  bool String(std::string* out);
  /// A string into memory of the caller's, which has room for RoomFor(the rest of the text). It may
  /// be that of the text itself, where all that was taken is.
  bool String(char* room, std::string_view* out);
  static std::size_t RoomFor(std::size_t size) { return size + Chars::kCount; }
  /// A string that has no escapes.
  bool Plain(std::string_view* out) { return Take('"') && TakePlain(out); }
  bool Number(double* out);
  /// Any value.
  bool Skip();
  /// Any value, as it is written.
  bool Skip(std::string_view* written);
  /// Nothing but white space is left.
  bool AtEnd() { return Peek() == '\0' && at_ == text_.size(); }

 private:
  char PeekBehindSpace();
  bool Take(char c) {
    if (Peek() != c) return false;
    ++at_;
    return true;
  }
  bool Enter(char bracket) {
    if (depth_left_ == 0 || !Take(bracket)) return false;
    --depth_left_;
    return true;
  }
  bool Leave(char bracket) {
    if (!Take(bracket)) return false;
    ++depth_left_;
    return true;
  }
  // A string's text: where it is written, or `decoded` if it has escapes.
  bool Text(std::string_view* out, std::string* decoded) {
    if (!Take('"')) return false;
    if (TakePlain(out)) return true;
    if (!Decode(decoded)) return false;
    *out = *decoded;
    return true;
  }
  // These take the rest of a string, whose opening quote was taken. One with escapes is not plain,
  // and stays there for Decode.
  bool TakePlain(std::string_view* out) {
    const std::size_t end = EndOfPlain(text_, at_);
    if (end == text_.size() || text_[end] != '"') return false;
    *out = text_.substr(at_, end - at_);
    at_ = end + 1;
    return true;
  }
  bool Decode(std::string* out);
  bool Decode(char* room, char** end);
  // An escape of a code or two, whose \\u was taken.
  bool TakeCode(std::string* out);

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_left_;
  std::unique_ptr<char[]> room_;  // for one string, without its escapes
};

}  // namespace iatk::json

// A walk over JSON text that builds nothing: for those who need little of it, and have much of it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace iatk::json {

/// Stands before a value. Every function takes what it names and returns true, or returns false at
/// what it can't take; after that the cursor is of no more use. What a walk from begin to end has
/// taken is what Parse takes, if the text is UTF-8 (IsUtf8). Some of what Parse takes a cursor does
/// not: strings that hold a \u escape.
class Cursor {
 public:
  explicit Cursor(std::string_view text, std::size_t max_depth = 512)
      : text_(text), depth_left_(max_depth) {}

  /// The first character of the value: '{', '[', '"', 't', 'f', 'n', or that of a number; NUL if
  /// there is none.
  char Peek();

  /// Calls `member(name)` for each member of an object, which takes the value and says whether it
  /// could. Names are as they are written, with their escapes.
  bool Object(auto&& member) {
    if (!Enter('{')) return false;
    if (Leave('}')) return true;
    while (true) {
      const std::optional<std::string_view> name = Name();
      if (!name || !member(*name)) return false;
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
  bool Number(double* out);
  /// Any value.
  bool Skip();
  /// Nothing but white space is left.
  bool AtEnd();

 private:
  void SkipSpace();
  bool Take(char c);
  bool Enter(char bracket);
  bool Leave(char bracket);
  std::optional<std::string_view> Name();
  // A string's text between its quotes; whether it has escapes.
  std::optional<std::string_view> RawString(bool* escaped);

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_left_;
};

}  // namespace iatk::json

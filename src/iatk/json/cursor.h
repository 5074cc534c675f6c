// A walk over JSON text that builds nothing: for those who need little of it, and have much of it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "iatk/json/lexing.h"

namespace iatk::json {

/// How the quotes of a text are written.
enum class Quotes {
  kBare,     ///< `"`
  kEscaped,  ///< `\"`: the text stands in a string of other JSON
};

/// Stands before a value. Every function takes what it names and returns true, or returns false at
/// what it can't take; after that the cursor is of no more use. What a walk from begin to end has
/// taken is what Parse takes, if the text is UTF-8 (IsUtf8). Where quotes are escaped, it takes
/// nothing else that is.
template <Quotes kQuotes>
class BasicCursor {
 public:
  explicit BasicCursor(std::string_view text, std::size_t max_depth = 512)
      : at_(text.data()), end_(text.data() + text.size()), depth_left_(max_depth) {}

  /// The first character of the value: '{', '[', '"' or '\\', 't', 'f', 'n', or that of a number;
  /// NUL if there is none.
  char Peek() {
    SkipOneSpace();
    if (at_ < end_ && *at_ > ' ') return *at_;
    return PeekBehindSpace();
  }
  bool PeekString() { return Peek() == kQuote[0]; }

  /// Calls `member(name)` for each member of an object, which takes the value and says whether it
  /// could. The name lasts until then.
  bool Object(auto&& member) {
    if (!Enter('{')) return false;
    if (Leave('}')) return true;
    std::string decoded;
    while (true) {
      std::string_view name;
      if (!Text(&name, &decoded) || !Take(':') || !member(name)) return false;
      if (Take(',')) continue;
      return Leave('}');
    }
  }

  /// Calls `element()` for each element of an array.
  bool Array(auto&& element) {
    if (!Enter('[')) return false;
    if (Leave(']')) return true;
    while (true) {
      if (!element()) return false;
      if (Take(',')) continue;
      return Leave(']');
    }
  }

  bool String(std::string* out);
  /// A string that has no escapes.
  bool Plain(std::string_view* out) { return TakeQuote() && TakePlain(out); }
  bool Number(double* out);
  /// Any value.
  bool Skip();
  /// Any value, as it is written.
  bool Skip(std::string_view* written);
  /// Nothing but white space is left.
  bool AtEnd() { return Peek() == '\0' && at_ == end_; }
  /// How much of the text is left.
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

  /// A string which is JSON text, of which `take(inner)` takes the value. The cursor stays before
  /// it if something in that text is escaped besides its quotes, or it is not taken to its end.
  bool Within(std::size_t max_depth, std::string_view* written, auto&& take)
    requires(kQuotes == Quotes::kBare)
  {
    if (!PeekString()) return false;
    const char* const begin = at_ + 1;
    BasicCursor<Quotes::kEscaped> inner({begin, end_}, max_depth);
    // The string ends with a quote that is not escaped.
    if (!take(inner) || inner.Peek() != '"') return false;
    *written = {begin, inner.at_};
    at_ = inner.at_ + 1;
    return true;
  }

 private:
  template <Quotes>
  friend class BasicCursor;

  static constexpr std::string_view kQuote = kQuotes == Quotes::kBare ? "\"" : "\\\"";

  // Mostly there is no space, or one.
  void SkipOneSpace() {
    if (at_ < end_ && *at_ == ' ') ++at_;
  }
  char PeekBehindSpace();
  // In line, since that is where most of a walk's time goes.
  [[gnu::always_inline]] bool Take(char c) {
    if ((at_ == end_ || *at_ != c) && PeekBehindSpace() != c) return false;
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
  bool TakeQuote() {
    SkipOneSpace();
    if (!IsQuote(at_)) {
      PeekBehindSpace();
      if (!IsQuote(at_)) return false;
    }
    at_ += kQuote.size();
    return true;
  }
  bool IsQuote(const char* at) const {
    if (end_ - at < static_cast<std::ptrdiff_t>(kQuote.size())) return false;
    return at[0] == kQuote.front() && at[kQuote.size() - 1] == kQuote.back();
  }
  // A string's text: where it is written, or `decoded` if it has escapes.
  bool Text(std::string_view* out, std::string* decoded) {
    if (!TakeQuote()) return false;
    if (TakePlain(out)) return true;
    if (!Decode(decoded)) return false;
    *out = *decoded;
    return true;
  }
  // These take the rest of a string, whose opening quote was taken. One with escapes is not plain,
  // and stays there for Decode.
  bool TakePlain(std::string_view* out) {
    const char* const end = EndOfPlain(at_, end_);
    if (!IsQuote(end)) return false;
    *out = {at_, end};
    at_ = end + kQuote.size();
    return true;
  }
  bool Decode(std::string* out);
  // Into memory that has room for what is left, and Chars::kCount characters.
  bool Decode(char* room, char** end);
  // An escape of a code or two, whose \\u was taken.
  bool TakeCode(std::string* out);

  const char* at_;
  const char* end_;
  std::size_t depth_left_;
  std::unique_ptr<char[]> room_;  // for one string, without its escapes
};

using Cursor = BasicCursor<Quotes::kBare>;

}  // namespace iatk::json

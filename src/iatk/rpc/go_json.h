// JSON as Go's encoding/json reads and writes it, where that differs from our own reader and
// writer: the original kit's core is a Go program, and what it says on its standard output is a
// contract. Go documentation, package encoding/json: Decoder, Unmarshal, Marshal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "iatk/json/value.h"

namespace iatk::rpc {

/// Takes the first JSON value from a stream that may go on with anything, or stay open.
class FirstValue {
 public:
  static constexpr std::size_t kMaxBytes = 16U * 1024U * 1024U;

  /// Adds what came next. True once the value is whole, or too long to be taken; a number or a
  /// word is whole only where the stream ends.
  bool Add(std::string_view chunk);

  /// The value's text; what came so far if it is not whole.
  std::string_view text() const;

 private:
  std::string text_;
  std::size_t looked_at_ = 0;
  std::size_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
  bool whole_ = false;
};

/// `text` as Go reads it: bytes that are no UTF-8, and escapes of half a surrogate pair, count as
/// U+FFFD.
std::string ReplaceWhatIsNoUnicode(std::string_view text);

/// A member's name by which Go finds the field: without case, as U+017F (ſ) and U+212A (K) are
/// letters of "s" and "k" too.
std::string FoldName(std::string_view name);

/// Compact text with Go's escapes: "<", ">", "&", U+2028, U+2029, and control characters but tab,
/// line feed and carriage return as \uXXXX.
std::string WriteAsGo(const json::Value& value);

/// A number as Go writes a float64: 1.0 is 1, 1e3 is 1000, from 1e21 and below 1e-6 with exponent.
std::string NumberAsGo(double number);

}  // namespace iatk::rpc

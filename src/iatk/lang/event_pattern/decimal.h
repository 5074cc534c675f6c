// Numbers of events as decimals that compare without becoming doubles.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

namespace iatk::event_pattern {

/// A decimal of at most 19 significant digits, in a form that orders as its value does.
struct Decimal {
  /// Zero: 0. Else the decimal exponent of the first digit, made positive; negative for numbers
  /// below zero.
  std::int32_t magnitude = 0;
  /// The digits, shifted to 19; their complement for numbers below zero.
  std::uint64_t digits = 0;

  friend auto operator<=>(const Decimal&, const Decimal&) = default;
};

/// A number's text, read.
struct NumberReading {
  Decimal value;
  const char* end = nullptr;  ///< behind the last character of the number
  std::uint32_t digits = 0;   ///< significant ones, perhaps counting zeros at the end
  /// Whether `value` is the number; false for more than 19 digits and for exponents past a
  /// double's.
  bool exact = false;
};

/// Reads the JSON number at the beginning of [begin, end). Text that is no number gives a reading
/// without digits.
NumberReading ReadNumber(const char* begin, const char* end);

/// A number's sign, exponent and first seven digits. Of two numbers, the lesser has the lesser
/// sketch, or the same.
using NumberSketch = std::int64_t;
inline constexpr NumberSketch kNoSketch = INT64_MIN;

NumberSketch SketchOf(const Decimal& value);

/// The sketch of the JSON number [begin, end): much less work than ReadNumber where it has many
/// digits. kNoSketch for a number that must be read in full.
NumberSketch SketchNumber(const char* begin, const char* end);

/// Whether numeric tests apply to the number: whether it is the shortest decimal of the nearest
/// double. Others ("12345678901234567891", "1e400", "0.1000000000000000055") pass none.
bool IsComparable(const NumberReading& reading, const char* begin);

/// The decimal of a double: its shortest text.
Decimal DecimalOf(double value);

}  // namespace iatk::event_pattern

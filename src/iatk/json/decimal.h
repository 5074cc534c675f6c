// Numbers as exact decimals: they compare and divide without becoming doubles.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace iatk::json {

/// (-1 if `negative`) × `digits` × 10^`exponent`, in the one form a value has: no zeros at either
/// end of the digits, no digits and no sign for 0. Exponents past ±2^61 are those bounds.
struct Decimal {
  bool negative = false;
  std::string digits;
  std::int64_t exponent = 0;

  friend bool operator==(const Decimal&, const Decimal&) = default;
  friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);

  bool is_whole() const { return exponent >= 0; }
};

/// `number` must be a JSON number.
Decimal ToDecimal(std::string_view number);

/// The digits that IsMultipleOf takes in a unit.
inline constexpr std::size_t kMostUnitDigits = 18;

/// Whether `value` is a whole number of `unit`s, which is not 0 and has at most kMostUnitDigits
/// digits.
bool IsMultipleOf(const Decimal& value, const Decimal& unit);

}  // namespace iatk::json

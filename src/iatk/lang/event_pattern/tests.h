// The tests that a pattern makes on one value of an event.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace iatk::event_pattern {

enum class ValueKind : std::uint8_t { kString, kNumber, kTrue, kFalse, kNull };

/// A scalar of an event or a pattern. `text` is a string's content or a number's text.
struct Scalar {
  ValueKind kind = ValueKind::kNull;
  std::string text;
  /// Of a number that a double holds without loss: such numbers compare by value, others by text.
  std::optional<double> number;
};

Scalar MakeString(std::string text);
Scalar MakeNumber(std::string text);

enum class Op : std::uint8_t {
  kEquals,
  kEqualsIgnoreCase,
  kPrefix,
  kPrefixIgnoreCase,
  kSuffix,
  kSuffixIgnoreCase,
  kWildcard,
  kNumeric,
  kCidr,
  kExists,
  kNotExists,
  kAnythingBut,            ///< none of `values`
  kAnythingButIgnoreCase,  ///< none of them, without case
  kAnythingButPrefix,
  kAnythingButSuffix,
  kAnythingButWildcard,
};

struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false;   ///< low itself is out
  bool high_open = false;  ///< high itself is out
};

/// An address as 16 bytes; IPv4 in the last four, behind the prefix ::ffff:0:0/96.
struct Address {
  std::array<std::uint8_t, 16> bytes{};
  bool v4 = false;
};
std::optional<Address> ParseAddress(std::string_view text);

struct Cidr {
  Address base;
  int bits = 0;  ///< of the prefix, counted in the address's own family
};

struct Test {
  Op op = Op::kEquals;
  std::vector<Scalar> values;  ///< the operands; of kCidr, the block as written
  Range range;
  Cidr cidr;
};

/// Whether a present value passes. kNotExists never does: it is about values that are absent.
bool Passes(const Test& test, const Scalar& value);

/// `pattern` with * for any run of characters; \* and \\ stand for themselves.
bool MatchesWildcard(std::string_view pattern, std::string_view text);

/// Without case as Java compares (letter_case.h): each character of the pattern by its lower or its
/// upper case.
bool EqualsIgnoreCase(std::string_view pattern, std::string_view text);

}  // namespace iatk::event_pattern

#include "iatk/json/decimal.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace iatk::json {
namespace {

__extension__ using Wide = unsigned __int128;

// Of two numbers that are not negative.
std::strong_ordering CompareMagnitudes(const Decimal& a, const Decimal& b) {
  if (a.digits.empty() || b.digits.empty()) return a.digits.size() <=> b.digits.size();
  const std::int64_t point_a = a.exponent + static_cast<std::int64_t>(a.digits.size());
  const std::int64_t point_b = b.exponent + static_cast<std::int64_t>(b.digits.size());
  if (point_a != point_b) return point_a <=> point_b;
  return a.digits.compare(b.digits) <=> 0;
}

}  // namespace

Decimal ToDecimal(std::string_view text) {
  Decimal d;
  if (text.starts_with('-')) {
    d.negative = true;
    text.remove_prefix(1);
  }
  if (const std::size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
    std::string_view power = text.substr(e + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    const auto parsed = std::from_chars(power.data(), power.data() + power.size(), d.exponent);
    constexpr std::int64_t kFar = std::numeric_limits<std::int64_t>::max() / 4;
    if (parsed.ec == std::errc::result_out_of_range) d.exponent = power[0] == '-' ? -kFar : kFar;
    d.exponent = std::clamp(d.exponent, -kFar, kFar);
    text = text.substr(0, e);
  }
  const std::size_t point = text.find('.');
  d.digits = text.substr(0, point);
  if (point != std::string_view::npos) {
    const std::string_view fraction = text.substr(point + 1);
    d.digits += fraction;
    d.exponent -= static_cast<std::int64_t>(fraction.size());
  }
  d.digits.erase(0, std::min(d.digits.find_first_not_of('0'), d.digits.size()));
  const std::size_t last = d.digits.find_last_not_of('0');
  const std::size_t kept = last == std::string::npos ? 0 : last + 1;
  d.exponent += static_cast<std::int64_t>(d.digits.size() - kept);
  d.digits.resize(kept);
  if (d.digits.empty()) return {};
  return d;
}

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
  if (a.negative != b.negative) return b.negative <=> a.negative;
  return a.negative ? CompareMagnitudes(b, a) : CompareMagnitudes(a, b);
}

bool IsMultipleOf(const Decimal& value, const Decimal& unit) {
  if (value.digits.empty()) return true;
  // The digits end in no zero, so that no power of ten divides them.
  if (value.exponent < unit.exponent) return false;
  std::uint64_t divisor = 0;
  std::from_chars(unit.digits.data(), unit.digits.data() + unit.digits.size(), divisor);
  const auto times = [divisor](std::uint64_t a, std::uint64_t b) {
    return static_cast<std::uint64_t>(static_cast<Wide>(a) * b % divisor);
  };
  std::uint64_t rest = 0;
  for (const char digit : value.digits) {
    rest = static_cast<std::uint64_t>(
        (static_cast<Wide>(rest) * 10 + static_cast<unsigned>(digit - '0')) % divisor);
  }
  std::uint64_t power = 10 % divisor;
  for (std::int64_t left = value.exponent - unit.exponent; left > 0; left /= 2) {
    if (left % 2 == 1) rest = times(rest, power);
    power = times(power, power);
  }
  return rest == 0;
}

}  // namespace iatk::json

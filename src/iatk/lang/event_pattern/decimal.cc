#include "iatk/lang/event_pattern/decimal.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

namespace iatk::event_pattern {
namespace {

constexpr std::uint32_t kDigits = 19;
constexpr std::int32_t kBias = 1000;        // makes the exponents of doubles positive
constexpr std::int64_t kMaxExponent = 400;  // past every double
constexpr std::uint32_t kSketched = 7;      // digits of a sketch
constexpr std::uint32_t kSketchBits = 24;   // that they take

constexpr std::array<std::uint64_t, 20> kPowers = [] {
  std::array<std::uint64_t, 20> powers{};
  powers[0] = 1;
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Eight digits at once, where the machine's byte order allows.
bool AreDigits(std::uint64_t word) {
  return ((word & 0xF0F0F0F0F0F0F0F0U) |
          (((word + 0x0606060606060606U) & 0xF0F0F0F0F0F0F0F0U) >> 4U)) == 0x3333333333333333U;
}

std::uint64_t DigitsOf(std::uint64_t word) {
  word -= 0x3030303030303030U;
  word = word * 10 + (word >> 8U);
  constexpr std::uint64_t kMask = 0x000000FF000000FFU;
  constexpr std::uint64_t kFirst = 0x000F424000000064U;   // 100 + (1000000 << 32)
  constexpr std::uint64_t kSecond = 0x0000271000000001U;  // 1 + (10000 << 32)
  return ((word & kMask) * kFirst + ((word >> 16U) & kMask) * kSecond) >> 32U;
}

// How many digits a number below 10^19 has; 0 has none.
std::uint32_t DigitCount(std::uint64_t value) {
  const auto least = static_cast<std::uint32_t>(std::bit_width(value) * 1233 >> 12U);
  return least + (value >= kPowers[least] ? 1U : 0U);
}

struct Run {
  std::uint64_t value = 0;
  std::uint32_t digits = 0;  // without zeros at the beginning
  bool overflow = false;
};

void AppendEight(std::uint64_t value, Run* run) {
  // Zeros at the beginning don't count.
  run->digits += run->value == 0 ? DigitCount(value) : 8;
  run->value = run->value * kPowers[8] + value;
}

const char* ReadDigits(const char* at, const char* end, Run* run) {
  if constexpr (std::endian::native == std::endian::little) {
    std::uint64_t word = 0;
    while (end - at >= 8 && run->digits <= kDigits - 8) {
      std::memcpy(&word, at, 8);
      if (!AreDigits(word)) break;
      AppendEight(DigitsOf(word), run);
      at += 8;
    }
  }
  for (; at < end && IsDigit(*at); ++at) {
    if (run->digits == kDigits) {
      run->overflow = true;
      continue;
    }
    run->value = run->value * 10 + static_cast<std::uint64_t>(*at - '0');
    if (run->value != 0) ++run->digits;
  }
  return at;
}

Decimal Normal(bool negative, std::uint64_t value, std::uint32_t digits, std::int64_t exponent) {
  if (value == 0) return {};
  Decimal decimal;
  decimal.magnitude = static_cast<std::int32_t>(exponent + digits) + kBias;
  decimal.digits = value * kPowers[kDigits - digits];
  if (negative) {
    decimal.magnitude = -decimal.magnitude;
    decimal.digits = ~decimal.digits;
  }
  return decimal;
}

// Reads a number that is nothing but digits and a point behind one of the first seven, as most long
// ones are. Whether it is such a one.
bool ReadDigitsAndPoint(const char* begin, const char* end, NumberReading* reading) {
  if constexpr (std::endian::native != std::endian::little) return false;
  constexpr std::uint64_t kZeros = 0x3030303030303030U;
  const bool negative = begin < end && *begin == '-';
  const char* const first = begin + (negative ? 1 : 0);
  const auto size = end - first;
  if (size < 9 || size > 20 || *first == '0') return false;
  std::uint64_t word = 0;
  std::memcpy(&word, first, 8);
  const std::uint64_t others = ~word & 0x1010101010101010U;  // of what numbers have, no digits
  if (others == 0) return false;
  const auto integer_digits = static_cast<std::uint32_t>(std::countr_zero(others) / 8);
  const auto fraction_digits = static_cast<std::uint32_t>(size) - integer_digits - 1;
  if (integer_digits == 0 || fraction_digits > 16 || first[integer_digits] != '.') return false;
  // The last eight digits, those before them, and the integer, each behind zeros.
  const auto behind_zeros = [](std::uint64_t digits, std::uint32_t zeros) {
    return zeros == 0 ? digits : digits << (8 * zeros) | kZeros >> (64 - 8 * zeros);
  };
  std::uint64_t low = 0;
  std::uint64_t middle = kZeros;
  std::memcpy(&low, end - 8, 8);
  if (fraction_digits < 8) {
    const std::uint64_t mask = ~std::uint64_t{0} << (8 * (8 - fraction_digits));
    low = (low & mask) | (kZeros & ~mask);
  } else if (fraction_digits > 8) {
    std::memcpy(&middle, first + integer_digits + 1, 8);
    middle = behind_zeros(middle, 16 - fraction_digits);
  }
  const std::uint64_t integer = behind_zeros(word, 8 - integer_digits);
  if (!AreDigits(integer) || !AreDigits(middle) || !AreDigits(low)) return false;
  reading->digits = integer_digits + fraction_digits;
  reading->value = Normal(
      negative,
      DigitsOf(integer) * kPowers[fraction_digits] + DigitsOf(middle) * kPowers[8] + DigitsOf(low),
      reading->digits, -static_cast<std::int64_t>(fraction_digits));
  reading->end = end;
  reading->exact = true;
  return true;
}

// More than 19 digits were written: those that count may still be few.
void ReadLong(const char* begin, const char* end, bool negative, std::int64_t written_exponent,
              NumberReading* reading) {
  std::uint64_t value = 0;
  std::uint32_t digits = 0;
  std::int64_t zeros = 0;     // after the last digit that counts
  std::int64_t fraction = 0;  // digits read behind the point
  bool in_fraction = false;
  for (const char* at = begin; at < end && (IsDigit(*at) || *at == '.'); ++at) {
    if (*at == '.') {
      in_fraction = true;
      continue;
    }
    if (in_fraction) ++fraction;
    if (*at == '0') {
      if (value != 0) ++zeros;
      continue;
    }
    if (value != 0 && static_cast<std::int64_t>(digits) + zeros + 1 > kDigits) {
      reading->digits = kDigits + 1;
      return;
    }
    for (; zeros > 0; --zeros) {
      value *= 10;
      ++digits;
    }
    value = value * 10 + static_cast<std::uint64_t>(*at - '0');
    ++digits;
  }
  const std::int64_t exponent = written_exponent - fraction + zeros;
  reading->digits = digits;
  if (value != 0 && std::abs(exponent + digits) > kMaxExponent) return;
  reading->value = Normal(negative, value, digits, exponent);
  reading->exact = true;
}

}  // namespace

NumberReading ReadNumber(const char* begin, const char* end) {
  NumberReading reading;
  if (ReadDigitsAndPoint(begin, end, &reading)) return reading;
  const char* at = begin;
  const bool negative = at < end && *at == '-';
  if (negative) ++at;
  const char* const first = at;
  Run run;
  at = ReadDigits(at, end, &run);
  std::int64_t fraction = 0;
  if (at < end && *at == '.') {
    const char* const point = at++;
    at = ReadDigits(at, end, &run);
    fraction = at - point - 1;
  }
  const char* const mantissa_end = at;
  std::int64_t exponent = 0;
  if (at < end && (*at == 'e' || *at == 'E')) {
    ++at;
    const bool down = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) ++at;
    for (; at < end && IsDigit(*at); ++at) {
      if (exponent < 100'000'000) exponent = exponent * 10 + (*at - '0');
    }
    if (down) exponent = -exponent;
  }
  reading.end = at;
  if (run.overflow) {
    ReadLong(first, mantissa_end, negative, exponent, &reading);
    return reading;
  }
  reading.digits = run.digits;
  exponent -= fraction;
  if (run.value != 0 && std::abs(exponent + run.digits) > kMaxExponent) return reading;
  reading.value = Normal(negative, run.value, run.digits, exponent);
  reading.exact = true;
  return reading;
}

NumberSketch SketchOf(const Decimal& value) {
  const auto sketch = [](std::int32_t magnitude, std::uint64_t digits) {
    return static_cast<NumberSketch>(magnitude) << kSketchBits |
           static_cast<NumberSketch>(digits / kPowers[kDigits - kSketched]);
  };
  return value.magnitude < 0 ? -sketch(-value.magnitude, ~value.digits)
                             : sketch(value.magnitude, value.digits);
}

NumberSketch SketchNumber(const char* begin, const char* end) {
  if constexpr (std::endian::native != std::endian::little) return kNoSketch;
  const bool negative = begin < end && *begin == '-';
  const char* const first = begin + (negative ? 1 : 0);
  const auto size = end - first;
  if (size < 9 || size > 24 || *first == '0') return kNoSketch;
  std::uint64_t word = 0;
  std::uint64_t middle = 0;
  std::uint64_t last = 0;
  std::memcpy(&word, first, 8);
  std::memcpy(&last, end - 8, 8);
  std::memcpy(&middle, size > 16 ? first + 8 : end - 8, 8);
  // Of the characters of numbers, only e and E have this bit, and only digits have the other.
  constexpr std::uint64_t kLetters = 0x4040404040404040U;
  constexpr std::uint64_t kDigitBits = 0x1010101010101010U;
  const std::uint64_t points = ~word & kDigitBits;
  if (((word | middle | last) & kLetters) != 0 || points == 0) return kNoSketch;
  const auto integer_digits = static_cast<std::uint32_t>(std::countr_zero(points) / 8);
  if (integer_digits == 0) return kNoSketch;
  // Seven digits without the point, behind a zero.
  const std::uint64_t integer = (std::uint64_t{1} << (integer_digits * 8)) - 1;
  const std::uint64_t digits = ((word & integer) | ((word >> 8U) & ~integer)) << 8U | '0';
  const auto sketch = static_cast<NumberSketch>(kBias + static_cast<std::int32_t>(integer_digits))
                          << kSketchBits |
                      static_cast<NumberSketch>(DigitsOf(digits));
  return negative ? -sketch : sketch;
}

namespace {

enum class Shortest : std::uint8_t { kYes, kNo, kUnknown };

// Whether a decimal of 16 or 17 digits is the shortest of those that are nearest to the same
// double. Knows it, in whole numbers, for magnitudes that are common.
Shortest IsShortest(const Decimal& decimal) {
  const std::uint64_t digits = decimal.magnitude < 0 ? ~decimal.digits : decimal.digits;
  const std::int32_t exponent = std::abs(decimal.magnitude) - kBias - 17;
  if (digits % 100 != 0 || exponent >= 0 || exponent < -18) return Shortest::kUnknown;
  // The decimal is mantissa / divisor. This is a double next to it, if not the nearest: a whole
  // number with so many binary places.
  const std::uint64_t mantissa = digits / 100;
  const std::uint64_t divisor = kPowers[static_cast<std::size_t>(-exponent)];
  const auto bits =
      std::bit_cast<std::uint64_t>(static_cast<double>(mantissa) / static_cast<double>(divisor));
  constexpr int kPlaces = 52;
  constexpr std::uint64_t kOne = std::uint64_t{1} << kPlaces;
  const int places = 1023 + kPlaces - static_cast<int>(bits >> kPlaces);
  // The decimals of as many digits are `step` apart, those of one less ten times as far.
  const std::uint64_t unit = mantissa % 10 == 0 ? 10 : 1;
  if (places < 1 || places > (unit == 1 ? 57 : 54)) return Shortest::kUnknown;
  std::uint64_t whole = (bits & (kOne - 1)) | kOne;
  // What the decimal is more than that double, in parts of the last place. The terms overflow, and
  // their difference does not.
  auto above =
      static_cast<std::int64_t>((mantissa << static_cast<unsigned>(places)) - whole * divisor);
  const auto part = static_cast<std::int64_t>(divisor);
  if (above * 2 > part) {
    above -= part;
    ++whole;
  } else if (above * 2 < -part) {
    above += part;
    --whole;
  }
  if (whole <= kOne || whole + 1 >= kOne * 2) {
    return Shortest::kUnknown;  // doubles are not as far from each other on both sides
  }
  const std::int64_t distance = std::abs(above) * 2;
  if (distance >= part) return Shortest::kUnknown;
  const auto step = static_cast<std::int64_t>(unit << static_cast<unsigned>(places));
  const auto behind = static_cast<std::int64_t>(mantissa / unit % 10);
  const std::int64_t below_by = (behind * step - above) * 2;
  const std::int64_t above_by = ((10 - behind) * step + above) * 2;
  if (behind == 0 || below_by == part || above_by == part) return Shortest::kUnknown;
  if (below_by < part || above_by < part) return Shortest::kNo;
  if (distance == step) return Shortest::kUnknown;
  return distance < step ? Shortest::kYes : Shortest::kNo;
}

}  // namespace

bool IsComparable(const NumberReading& reading, const char* begin) {
  if (!reading.exact) return false;
  // A double holds every decimal of 15 digits, away from the ends of its range.
  const std::int32_t magnitude = std::abs(reading.value.magnitude);
  if (magnitude == 0) return true;
  if (reading.digits <= 15 && magnitude > kBias - 290 && magnitude < kBias + 290) return true;
  if (reading.digits <= 17) {
    const Shortest shortest = IsShortest(reading.value);
    if (shortest != Shortest::kUnknown) return shortest == Shortest::kYes;
  }
  double value = 0;
  const auto parsed = std::from_chars(begin, reading.end, value);
  if (parsed.ec != std::errc() || !std::isfinite(value)) return false;
  return DecimalOf(value) == reading.value;
}

Decimal DecimalOf(double value) {
  std::array<char, 32> text{};
  const auto written =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific);
  return ReadNumber(text.data(), written.ptr).value;
}

}  // namespace iatk::event_pattern

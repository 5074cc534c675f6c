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

const char* ReadDigits(const char* at, const char* end, Run* run) {
  if constexpr (std::endian::native == std::endian::little) {
    std::uint64_t word = 0;
    while (end - at >= 8 && run->digits <= kDigits - 8) {
      std::memcpy(&word, at, 8);
      if (!AreDigits(word)) break;
      const std::uint64_t eight = DigitsOf(word);
      if (run->value == 0) {
        // Zeros at the beginning don't count.
        run->digits += DigitCount(eight);
      } else {
        run->digits += 8;
      }
      run->value = run->value * 100000000 + eight;
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

NumberSketch SketchNumber(const char* begin, const char* end) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  constexpr std::uint64_t kHighBits = kOnes << 7U;
  constexpr std::uint32_t kSketched = 7;
  if constexpr (std::endian::native != std::endian::little) return {};
  const bool negative = begin < end && *begin == '-';
  const char* const first = begin + (negative ? 1 : 0);
  const char* at = first;
  std::uint64_t word = 0;
  while (true) {
    if (end - at < 8) return {};
    std::memcpy(&word, at, 8);
    // The high bit of each byte that is no digit and no point (nor '/', which no number has).
    const std::uint64_t others = (((word & ~kHighBits) + kOnes * (0x7F - '9')) | word |
                                  ~((word | kHighBits) - kOnes * '.')) &
                                 kHighBits;
    if (others != 0) {
      at += std::countr_zero(others) / 8;
      break;
    }
    at += 8;
  }
  if (at - first <= 8 || *first == '0' || (*at | 0x20) == 'e') return {};
  std::memcpy(&word, first, 8);
  const std::uint64_t points = word ^ (kOnes * '.');
  const std::uint64_t found = (points - kOnes) & ~points & kHighBits;
  if (found == 0) return {};
  const auto integer_digits = static_cast<std::uint32_t>(std::countr_zero(found) / 8);
  if (integer_digits == 0) return {};
  // Seven digits without the point, behind a zero.
  const std::uint64_t integer = (std::uint64_t{1} << (integer_digits * 8)) - 1;
  const std::uint64_t digits = ((word & integer) | ((word >> 8U) & ~integer)) << 8U | '0';
  const std::uint64_t unit = kPowers[kDigits - kSketched];
  const std::uint64_t value = DigitsOf(digits) * unit;
  NumberSketch sketch;
  sketch.end = at;
  sketch.low = {static_cast<std::int32_t>(integer_digits) + kBias, value};
  sketch.high = {sketch.low.magnitude, value + unit - 1};
  if (negative) {
    sketch.low = {-sketch.low.magnitude, ~sketch.high.digits};
    sketch.high = {sketch.low.magnitude, ~value};
  }
  return sketch;
}

bool IsComparable(const NumberReading& reading, const char* begin) {
  if (!reading.exact) return false;
  // A double holds every decimal of 15 digits, away from the ends of its range.
  const std::int32_t magnitude = std::abs(reading.value.magnitude);
  if (magnitude == 0) return true;
  if (reading.digits <= 15 && magnitude > kBias - 290 && magnitude < kBias + 290) return true;
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

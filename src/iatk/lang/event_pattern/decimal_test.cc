#include "iatk/lang/event_pattern/decimal.h"

#include <gtest/gtest.h>

#include <charconv>
#include <random>
#include <string>

namespace iatk::event_pattern {
namespace {

NumberSketch Sketch(const std::string& text) {
  return SketchNumber(text.data(), text.data() + text.size());
}

NumberReading Read(const std::string& text) {
  return ReadNumber(text.data(), text.data() + text.size());
}

// A number of `digits` digits behind a first one that is not 0.
std::string Number(std::minstd_rand* chance, unsigned integer_digits, unsigned digits) {
  const auto below = [chance](unsigned limit) {
    return static_cast<unsigned>((*chance)()) / 7 % limit;
  };
  std::string number = below(2) == 0 ? "-" : "";
  number += static_cast<char>('1' + below(9));
  for (unsigned n = 0; n < digits; ++n) {
    if (n == integer_digits) number += '.';
    number += static_cast<char>('0' + below(10));
  }
  return number;
}

TEST(SketchNumberTest, IsThatOfTheNumberReadInFull) {
  std::minstd_rand chance(11);
  int sketched = 0;
  for (unsigned round = 0; round < 20'000; ++round) {
    const std::string number = Number(&chance, round % 9, 1 + round % 25);
    const NumberSketch sketch = Sketch(number);
    const NumberReading reading = Read(number);
    if (sketch == kNoSketch || !reading.exact) continue;
    ++sketched;
    EXPECT_EQ(sketch, SketchOf(reading.value)) << number;
  }
  EXPECT_GT(sketched, 5'000);
}

TEST(SketchNumberTest, OrdersAsNumbersDo) {
  const char* const ascending[] = {"-1e300",    "-122.4161",  "-122.41600944012424",
                                   "-122.4159", "-1",         "-0.01",
                                   "0",         "1e-300",     "0.5",
                                   "9.99999",   "9.99999999", "10",
                                   "122.4159",  "122.4161",   "1e300"};
  NumberSketch last = kNoSketch;
  for (const char* const text : ascending) {
    const NumberSketch sketch = SketchOf(Read(text).value);
    EXPECT_LE(last, sketch) << text;
    last = sketch;
  }
  EXPECT_LT(SketchOf(Read("122.4159").value), SketchOf(Read("122.4161").value));
}

TEST(SketchNumberTest, LeavesOtherNumbersToBeReadInFull) {
  for (const char* const text :
       {"5", "0.000123456789", "-0.123456789", "1.23456789e5", "1.23456789E-5", "123456789012",
        "1.234567", "", "-", "-x", ".123456789", "1.23456789012345678901234"}) {
    EXPECT_EQ(Sketch(text), kNoSketch) << text;
  }
}

TEST(IsComparableTest, HoldsForTheShortestDecimalsOfDoubles) {
  std::minstd_rand chance(5);
  int comparable = 0;
  int incomparable = 0;
  for (unsigned round = 0; round < 200'000; ++round) {
    std::string number = Number(&chance, round % 18, 14 + round % 5);
    if (round % 7 == 0) number.back() = '0';
    if (round % 3 == 0) {  // a double's own
      char text[40];
      const auto end = std::to_chars(text, text + sizeof(text), std::stod(number)).ptr;
      number.assign(text, end);
    }
    const NumberReading reading = Read(number);
    const bool expected = reading.exact && DecimalOf(std::stod(number)) == reading.value;
    EXPECT_EQ(IsComparable(reading, number.data()), expected) << number;
    ++(expected ? comparable : incomparable);
  }
  EXPECT_GT(comparable, 50'000);
  EXPECT_GT(incomparable, 50'000);
}

// With an exponent, digits are read one after the other.
TEST(ReadNumberTest, ReadsTheSameWithAnExponentOfZero) {
  std::minstd_rand chance(7);
  for (unsigned round = 0; round < 20'000; ++round) {
    const std::string number = Number(&chance, round % 9, 1 + round % 25);
    const NumberReading reading = Read(number);
    const NumberReading other = Read(number + "e0");
    EXPECT_EQ(reading.value, other.value) << number;
    EXPECT_EQ(reading.exact, other.exact) << number;
    EXPECT_EQ(reading.digits, other.digits) << number;
    EXPECT_EQ(reading.end, number.data() + number.size()) << number;
  }
}

TEST(ReadNumberTest, EndsWhereTheNumberDoes) {
  for (const char* const text :
       {"123.45678x", "123.45678 ", "123.4567.9", "12345678.", "1:3.45678"}) {
    const std::string behind = std::string(text) + ",";
    const NumberReading reading = Read(behind);
    const std::string number(behind.data(), reading.end);
    EXPECT_EQ(reading.value, Read(number).value) << text;
    EXPECT_LT(reading.end, behind.data() + behind.size()) << text;
  }
}

TEST(ReadNumberTest, CountsTheDigitsThatMatter) {
  const std::string text = "0001234567890.5 ";
  EXPECT_EQ(ReadNumber(text.data(), text.data() + text.size()).digits, 11U);
  const std::string zeros = "0000000000000000 ";
  EXPECT_EQ(ReadNumber(zeros.data(), zeros.data() + zeros.size()).value, Decimal());
}

}  // namespace
}  // namespace iatk::event_pattern

#include "iatk/lang/event_pattern/decimal.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace iatk::event_pattern {
namespace {

NumberSketch Sketch(const std::string& text) {
  return SketchNumber(text.data(), text.data() + text.size());
}

TEST(SketchNumberTest, HoldsTheNumberThatReadingItInFullGives) {
  std::minstd_rand chance(11);
  const auto below = [&chance](unsigned limit) {
    return static_cast<unsigned>(chance()) / 7 % limit;
  };
  int sketched = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string number = below(2) == 0 ? "-" : "";
    number += static_cast<char>('1' + below(9));
    for (unsigned n = below(9); n > 0; --n) number += static_cast<char>('0' + below(10));
    if (below(8) != 0) number += '.';
    for (unsigned n = 1 + below(16); n > 0; --n) number += static_cast<char>('0' + below(10));
    const std::string text = number + R"(,"y":0}         )";
    const NumberSketch sketch = Sketch(text);
    if (sketch.end == nullptr) continue;
    const NumberReading reading = ReadNumber(text.data(), text.data() + text.size());
    EXPECT_EQ(sketch.end, reading.end) << number;
    EXPECT_EQ(sketch.end - text.data(), static_cast<std::ptrdiff_t>(number.size()));
    if (!reading.exact) continue;
    ++sketched;
    EXPECT_LE(sketch.low, reading.value) << number;
    EXPECT_LE(reading.value, sketch.high) << number;
  }
  EXPECT_GT(sketched, 5'000);
}

TEST(SketchNumberTest, IsAsNarrowAsSevenDigits) {
  const NumberSketch sketch = Sketch("-122.41600944012424,        ");
  ASSERT_NE(sketch.end, nullptr);
  const std::string outside[] = {"-122.4161 ", "-122.4159 "};
  for (const std::string& text : outside) {
    const Decimal value = ReadNumber(text.data(), text.data() + text.size()).value;
    EXPECT_TRUE(value < sketch.low || sketch.high < value) << text;
  }
}

TEST(SketchNumberTest, LeavesOtherNumbersToBeReadInFull) {
  for (const char* const text :
       {"5,              ", "0.000123456789,       ", "-0.123456789,        ",
        "1.23456789e5,          ", "1.23456789E-5,         ", "123456789012,        ", "1.23456789",
        "", "-", "-x               ", ".123456789,       "}) {
    EXPECT_EQ(Sketch(text).end, nullptr) << text;
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

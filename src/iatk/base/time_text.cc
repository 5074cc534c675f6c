#include "iatk/base/time_text.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace iatk {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Fields {
  int year = 0;
  unsigned month = 0, day = 0, weekday = 0;
  int hour = 0, minute = 0, second = 0;
  int micros = 0;
};

Fields Split(Time time) {
  const auto days = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss clock(time - days);
  Fields f;
  f.year = static_cast<int>(date.year());
  f.month = static_cast<unsigned>(date.month());
  f.day = static_cast<unsigned>(date.day());
  f.weekday = std::chrono::weekday(days).c_encoding();
  f.hour = static_cast<int>(clock.hours().count());
  f.minute = static_cast<int>(clock.minutes().count());
  f.second = static_cast<int>(clock.seconds().count());
  f.micros = static_cast<int>(clock.subseconds().count());
  return f;
}

std::optional<Time> Join(const Fields& f) {
  const std::chrono::year_month_day date{std::chrono::year(f.year), std::chrono::month(f.month),
                                         std::chrono::day(f.day)};
  if (!date.ok() || f.hour > 23 || f.minute > 59 || f.second > 60) return std::nullopt;
  return Time(std::chrono::sys_days(date)) + std::chrono::hours(f.hour) +
         std::chrono::minutes(f.minute) + std::chrono::seconds(f.second) + Duration(f.micros);
}

// Takes fixed-width fields off the front of a text.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool Skip(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool SkipText(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  template <class Int>
  bool Digits(std::size_t count, Int* out) {
    if (rest_.size() < count) return false;
    Int value = 0;
    for (const char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9') return false;
      value = static_cast<Int>(value * 10 + static_cast<Int>(c - '0'));
    }
    rest_.remove_prefix(count);
    *out = value;
    return true;
  }
  bool FractionMicros(int* out) {
    int digits = 0;
    int value = 0;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      if (digits < 6) value = value * 10 + (rest_.front() - '0');
      ++digits;
      rest_.remove_prefix(1);
    }
    for (int i = digits; i < 6; ++i) value *= 10;
    *out = value;
    return digits > 0;
  }
  bool Done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

}  // namespace

std::string FormatIso8601(Time time, Fraction fraction) {
  const Fields f = Split(time);
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", f.year, f.month, f.day,
                                 f.hour, f.minute, f.second);
  if (fraction == Fraction::kMillis) text += fmt::format(".{:03}", f.micros / 1000);
  if (fraction == Fraction::kMicros) text += fmt::format(".{:06}", f.micros);
  return text + "Z";
}

std::string FormatIso8601Basic(Time time) {
  const Fields f = Split(time);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", f.year, f.month, f.day, f.hour, f.minute,
                     f.second);
}

std::string FormatHttpDate(Time time) {
  const Fields f = Split(time);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[f.weekday], f.day,
                     kMonths[f.month - 1], f.year, f.hour, f.minute, f.second);
}

std::string FormatEpochSeconds(Time time) {
  const std::int64_t micros = time.time_since_epoch().count();
  const std::int64_t magnitude = micros < 0 ? -micros : micros;
  std::string text = fmt::format("{}{}", micros < 0 ? "-" : "", magnitude / 1'000'000);
  if (const std::int64_t rest = magnitude % 1'000'000; rest != 0) {
    text += fmt::format(".{:06}", rest);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text;
}

std::optional<Time> ParseIso8601(std::string_view text) {
  Reader in(text);
  Fields f;
  if (!in.Digits(4, &f.year) || !in.Skip('-') || !in.Digits(2, &f.month) || !in.Skip('-') ||
      !in.Digits(2, &f.day) || !(in.Skip('T') || in.Skip('t') || in.Skip(' ')) ||
      !in.Digits(2, &f.hour) || !in.Skip(':') || !in.Digits(2, &f.minute) || !in.Skip(':') ||
      !in.Digits(2, &f.second)) {
    return std::nullopt;
  }
  if (in.Skip('.') && !in.FractionMicros(&f.micros)) return std::nullopt;
  std::chrono::minutes offset{0};
  if (!in.Skip('Z') && !in.Skip('z')) {
    const bool east = in.Skip('+');
    int hours = 0;
    int minutes = 0;
    if ((!east && !in.Skip('-')) || !in.Digits(2, &hours)) return std::nullopt;
    in.Skip(':');
    if (!in.Digits(2, &minutes) || hours > 23 || minutes > 59) return std::nullopt;
    offset = std::chrono::minutes((east ? 1 : -1) * (hours * 60 + minutes));
  }
  if (!in.Done()) return std::nullopt;
  const std::optional<Time> local = Join(f);
  if (!local) return std::nullopt;
  return *local - offset;
}

std::optional<Time> ParseIso8601Basic(std::string_view text) {
  Reader in(text);
  Fields f;
  if (!in.Digits(4, &f.year) || !in.Digits(2, &f.month) || !in.Digits(2, &f.day) || !in.Skip('T') ||
      !in.Digits(2, &f.hour) || !in.Digits(2, &f.minute) || !in.Digits(2, &f.second) ||
      !in.Skip('Z') || !in.Done()) {
    return std::nullopt;
  }
  return Join(f);
}

std::optional<Time> ParseHttpDate(std::string_view text) {
  const std::size_t comma = text.find(", ");
  if (comma != 3) return std::nullopt;
  Reader in(text.substr(5));
  Fields f;
  if (!in.Digits(2, &f.day) || !in.Skip(' ')) return std::nullopt;
  for (unsigned m = 0; m < kMonths.size() && f.month == 0; ++m) {
    if (in.SkipText(kMonths[m])) f.month = m + 1;
  }
  if (f.month == 0 || !in.Skip(' ') || !in.Digits(4, &f.year) || !in.Skip(' ') ||
      !in.Digits(2, &f.hour) || !in.Skip(':') || !in.Digits(2, &f.minute) || !in.Skip(':') ||
      !in.Digits(2, &f.second)) {
    return std::nullopt;
  }
  if (in.Skip('.') && !in.FractionMicros(&f.micros)) return std::nullopt;
  if (!in.SkipText(" GMT") || !in.Done()) return std::nullopt;
  return Join(f);
}

std::optional<Time> ParseEpochSeconds(std::string_view text) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  // 9e15 microseconds is past the year 2250 and still exact in a double.
  if (error != std::errc() || end != text.data() + text.size() || !(std::abs(seconds) < 9e11)) {
    return std::nullopt;
  }
  return Time(Duration(std::llround(seconds * 1e6)));
}

}  // namespace iatk

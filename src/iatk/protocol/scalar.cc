#include "iatk/protocol/scalar.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "iatk/base/digest.h"
#include "iatk/base/time_text.h"

namespace iatk::protocol {

using model::Shape;
using model::TimestampFormat;
using model::Type;

std::string FormatTimestamp(Time time, TimestampFormat format) {
  switch (format) {
    case TimestampFormat::kUnixSeconds:
      return FormatEpochSeconds(time);
    case TimestampFormat::kHttpDate:
      return FormatHttpDate(time);
    case TimestampFormat::kDefault:
    case TimestampFormat::kIso8601:
      break;
  }
  const auto rest = (time.time_since_epoch() % std::chrono::seconds(1)).count();
  if (rest == 0) return FormatIso8601(time);
  return FormatIso8601(time, rest % 1000 == 0 ? Fraction::kMillis : Fraction::kMicros);
}

std::optional<Time> ParseTimestamp(std::string_view text, TimestampFormat format) {
  text = Trim(text);
  std::optional<Time> time;
  if (format == TimestampFormat::kUnixSeconds) time = ParseEpochSeconds(text);
  if (format == TimestampFormat::kHttpDate) time = ParseHttpDate(text);
  if (!time) time = ParseIso8601(text);
  if (!time) time = ParseHttpDate(text);
  if (!time) time = ParseEpochSeconds(text);
  return time;
}

std::string FormatDouble(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  char text[32];
  const auto result = std::to_chars(text, text + sizeof text, value);
  return std::string(text, result.ptr);
}

std::optional<double> ParseDouble(std::string_view text) {
  text = Trim(text);
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  if (text.empty() || text.front() == 'i' || text.front() == 'n') return std::nullopt;
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::string ScalarText(const Shape& shape, const void* value, TimestampFormat format) {
  switch (shape.type) {
    case Type::kBoolean:
      return As<bool>(value) ? "true" : "false";
    case Type::kInteger:
      return std::to_string(As<std::int32_t>(value));
    case Type::kLong:
      return std::to_string(As<std::int64_t>(value));
    case Type::kFloat:
    case Type::kDouble:
      return FormatDouble(As<double>(value));
    case Type::kString:
      return As<std::string>(value);
    case Type::kBlob:
      return Base64Encode(As<std::string>(value));
    case Type::kTimestamp:
      return FormatTimestamp(As<Time>(value), format);
    case Type::kDocument:
    case Type::kList:
    case Type::kMap:
    case Type::kStructure:
      break;
  }
  return {};
}

namespace {

template <class T>
bool ParseInteger(std::string_view text, void* value) {
  text = Trim(text);
  T number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || result.ec != std::errc() || result.ptr != text.data() + text.size()) {
    return false;
  }
  As<T>(value) = number;
  return true;
}

}  // namespace

bool ParseScalar(const Shape& shape, std::string_view text, TimestampFormat format, void* value) {
  switch (shape.type) {
    case Type::kBoolean: {
      const std::string_view word = Trim(text);
      // AWS's query services read the words in any case of the first letter, as SDKs once wrote
      // them.
      const bool is_true = word == "true" || word == "True" || word == "TRUE";
      if (!is_true && word != "false" && word != "False" && word != "FALSE") return false;
      As<bool>(value) = is_true;
      return true;
    }
    case Type::kInteger:
      return ParseInteger<std::int32_t>(text, value);
    case Type::kLong:
      return ParseInteger<std::int64_t>(text, value);
    case Type::kFloat:
    case Type::kDouble: {
      const std::optional<double> number = ParseDouble(text);
      if (number) As<double>(value) = *number;
      return number.has_value();
    }
    case Type::kString:
      As<std::string>(value).assign(text);
      return true;
    case Type::kBlob: {
      std::optional<std::string> bytes = Base64Decode(Trim(text));
      if (bytes) As<std::string>(value) = std::move(*bytes);
      return bytes.has_value();
    }
    case Type::kTimestamp: {
      const std::optional<Time> time = ParseTimestamp(text, format);
      if (time) As<Time>(value) = *time;
      return time.has_value();
    }
    case Type::kDocument:
    case Type::kList:
    case Type::kMap:
    case Type::kStructure:
      break;
  }
  return false;
}

bool IsScalar(const Shape& shape) {
  return shape.type != Type::kDocument && shape.type != Type::kList && shape.type != Type::kMap &&
         shape.type != Type::kStructure;
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

}  // namespace iatk::protocol

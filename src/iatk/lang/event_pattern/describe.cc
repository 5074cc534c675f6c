#include "iatk/lang/event_pattern/describe.h"

#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "iatk/json/value.h"
#include "iatk/json/write.h"

namespace iatk::event_pattern {
namespace {

std::string NumberText(double value) { return json::Number(value).text(); }

std::string Quoted(std::string_view text) {
  std::string out;
  json::WriteString(text, &out);
  return out;
}

std::string List(const std::vector<Scalar>& values, std::string_view separator,
                 std::string_view last) {
  std::string out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += i + 1 == values.size() ? last : separator;
    out += ToJsonText(values[i]);
  }
  return out;
}

std::string RangeJson(const Range& range) {
  if (range.low == range.high) return fmt::format(R"(["=",{}])", NumberText(range.low));
  std::string out = "[";
  if (std::isfinite(range.low)) {
    out += fmt::format(R"("{}",{})", range.low_open ? ">" : ">=", NumberText(range.low));
  }
  if (std::isfinite(range.high)) {
    if (out.size() > 1) out += ',';
    out += fmt::format(R"("{}",{})", range.high_open ? "<" : "<=", NumberText(range.high));
  }
  return out + "]";
}

std::string RangeInWords(const Range& range) {
  if (range.low == range.high) return fmt::format("the number {}", NumberText(range.low));
  std::string out = "a number";
  if (std::isfinite(range.low)) {
    out += fmt::format(" {} {}", range.low_open ? ">" : ">=", NumberText(range.low));
  }
  if (std::isfinite(range.high)) {
    if (std::isfinite(range.low)) out += " and";
    out += fmt::format(" {} {}", range.high_open ? "<" : "<=", NumberText(range.high));
  }
  return out;
}

// The operator inside {"anything-but": {…}}, or of {"prefix": {…}}; empty if there is none.
std::string_view InnerNameOf(Op op) {
  switch (op) {
    case Op::kPrefixIgnoreCase:
    case Op::kSuffixIgnoreCase:
    case Op::kAnythingButIgnoreCase:
      return "equals-ignore-case";
    case Op::kAnythingButPrefix:
      return "prefix";
    case Op::kAnythingButSuffix:
      return "suffix";
    case Op::kAnythingButWildcard:
      return "wildcard";
    default:
      return "";
  }
}

std::string_view OuterNameOf(Op op) {
  switch (op) {
    case Op::kEquals:
      return "equals";
    case Op::kEqualsIgnoreCase:
      return "equals-ignore-case";
    case Op::kPrefix:
    case Op::kPrefixIgnoreCase:
      return "prefix";
    case Op::kSuffix:
    case Op::kSuffixIgnoreCase:
      return "suffix";
    case Op::kWildcard:
      return "wildcard";
    case Op::kNumeric:
      return "numeric";
    case Op::kCidr:
      return "cidr";
    case Op::kExists:
    case Op::kNotExists:
      return "exists";
    default:
      return "anything-but";
  }
}

}  // namespace

std::string_view NameOf(Op op) {
  switch (op) {
    case Op::kPrefixIgnoreCase:
      return "prefix equals-ignore-case";
    case Op::kSuffixIgnoreCase:
      return "suffix equals-ignore-case";
    case Op::kAnythingButIgnoreCase:
      return "anything-but equals-ignore-case";
    case Op::kAnythingButPrefix:
      return "anything-but prefix";
    case Op::kAnythingButSuffix:
      return "anything-but suffix";
    case Op::kAnythingButWildcard:
      return "anything-but wildcard";
    default:
      return OuterNameOf(op);
  }
}

std::string ToJsonText(const Scalar& scalar) {
  return scalar.kind == ValueKind::kString ? Quoted(scalar.text) : scalar.text;
}

std::string ToPatternJson(const Test& test) {
  std::string operand;
  switch (test.op) {
    case Op::kEquals:
      return ToJsonText(test.values.front());
    case Op::kNumeric:
      operand = RangeJson(test.range);
      break;
    case Op::kExists:
      operand = "true";
      break;
    case Op::kNotExists:
      operand = "false";
      break;
    default:
      operand = test.values.size() == 1 ? ToJsonText(test.values[0])
                                        : "[" + List(test.values, ",", ",") + "]";
  }
  const std::string_view inner = InnerNameOf(test.op);
  if (!inner.empty()) operand = fmt::format(R"({{"{}":{}}})", inner, operand);
  return fmt::format(R"({{"{}":{}}})", OuterNameOf(test.op), operand);
}

std::string InWords(const Test& test) {
  std::string operands = List(test.values, ", ", " or ");
  switch (test.op) {
    case Op::kEquals:
      return operands;
    case Op::kEqualsIgnoreCase:
      return operands + " in any case";
    case Op::kPrefix:
      return "a string that begins with " + operands;
    case Op::kPrefixIgnoreCase:
      return "a string that begins with " + operands + " in any case";
    case Op::kSuffix:
      return "a string that ends with " + operands;
    case Op::kSuffixIgnoreCase:
      return "a string that ends with " + operands + " in any case";
    case Op::kWildcard:
      return "a string like " + operands;
    case Op::kNumeric:
      return RangeInWords(test.range);
    case Op::kCidr:
      return "an IP address in " + test.values.front().text;
    case Op::kExists:
      return "any value";
    case Op::kNotExists:
      return "no value";
    case Op::kAnythingBut:
      return "a value other than " + operands;
    case Op::kAnythingButIgnoreCase:
      return "a value other than " + operands + " in any case";
    case Op::kAnythingButPrefix:
      return "a value that does not begin with " + operands;
    case Op::kAnythingButSuffix:
      return "a value that does not end with " + operands;
    case Op::kAnythingButWildcard:
      return "a value that is not like " + operands;
  }
  return operands;
}

}  // namespace iatk::event_pattern

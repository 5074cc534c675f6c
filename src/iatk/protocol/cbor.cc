#include "iatk/protocol/cbor.h"

#include <bit>
#include <cmath>
#include <limits>

#include "iatk/base/digest.h"
#include "iatk/protocol/uri.h"

namespace iatk::protocol {
namespace {

constexpr int kMaxDepth = 256;
constexpr unsigned kIndefinite = 31;

Error Malformed(std::string_view what) {
  return SenderError("SerializationException", "Malformed CBOR: " + std::string(what));
}

double HalfToDouble(unsigned half) {
  const int exponent = static_cast<int>((half >> 10U) & 0x1fU);
  const double mantissa = half & 0x3ffU;
  double value = 0;
  if (exponent == 0) {
    value = std::ldexp(mantissa, -24);
  } else if (exponent != 31) {
    value = std::ldexp(mantissa + 1024, exponent - 25);
  } else {
    value = mantissa == 0 ? std::numeric_limits<double>::infinity()
                          : std::numeric_limits<double>::quiet_NaN();
  }
  return (half & 0x8000U) != 0 ? -value : value;
}

}  // namespace

void CborWriter::BigEndian(std::uint64_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
    out_ += static_cast<char>((value >> static_cast<unsigned>(shift)) & 0xffU);
  }
}

void CborWriter::Head(unsigned major, std::uint64_t argument) {
  const unsigned high = major << 5U;
  if (argument < 24) {
    out_ += static_cast<char>(high | static_cast<unsigned>(argument));
  } else if (argument <= 0xff) {
    out_ += static_cast<char>(high | 24U);
    BigEndian(argument, 1);
  } else if (argument <= 0xffff) {
    out_ += static_cast<char>(high | 25U);
    BigEndian(argument, 2);
  } else if (argument <= 0xffffffff) {
    out_ += static_cast<char>(high | 26U);
    BigEndian(argument, 4);
  } else {
    out_ += static_cast<char>(high | 27U);
    BigEndian(argument, 8);
  }
}

void CborWriter::Text(std::string_view text) {
  Head(3, text.size());
  out_ += text;
}

void CborWriter::Bytes(std::string_view bytes) {
  Head(2, bytes.size());
  out_ += bytes;
}

void CborWriter::Integer(std::int64_t value) {
  if (value >= 0) {
    Head(0, static_cast<std::uint64_t>(value));
  } else {
    Head(1, static_cast<std::uint64_t>(-(value + 1)));
  }
}

void CborWriter::Float(double value) {
  const bool narrow = !std::isfinite(value) ||
                      (std::fabs(value) <= static_cast<double>(std::numeric_limits<float>::max()) &&
                       static_cast<double>(static_cast<float>(value)) == value);
  if (narrow) {
    out_ += '\xfa';
    BigEndian(std::bit_cast<std::uint32_t>(static_cast<float>(value)), 4);
  } else {
    out_ += '\xfb';
    BigEndian(std::bit_cast<std::uint64_t>(value), 8);
  }
}

Result<CborReader::Head> CborReader::TakeHead() {
  if (rest_.empty()) return Fail(Malformed("unexpected end"));
  const unsigned first = static_cast<unsigned char>(rest_.front());
  rest_.remove_prefix(1);
  Head head{first >> 5U, first & 31U, first & 31U};
  if (head.info < 24 || head.info == kIndefinite) return head;
  if (head.info > 27) return Fail(Malformed("reserved length"));
  const std::size_t size = std::size_t{1} << (head.info - 24);
  if (rest_.size() < size) return Fail(Malformed("unexpected end"));
  head.argument = 0;
  for (std::size_t i = 0; i < size; ++i) {
    head.argument = (head.argument << 8U) | static_cast<unsigned char>(rest_[i]);
  }
  rest_.remove_prefix(size);
  return head;
}

Result<CborReader::Kind> CborReader::Peek() const {
  if (rest_.empty()) return Fail(Malformed("unexpected end"));
  const unsigned first = static_cast<unsigned char>(rest_.front());
  switch (first >> 5U) {
    case 0:
    case 1:
      return Kind::kInteger;
    case 2:
      return Kind::kBytes;
    case 3:
      return Kind::kText;
    case 4:
      return Kind::kArray;
    case 5:
      return Kind::kMap;
    case 6:
      return Kind::kTag;
    default:
      return (first & 31U) >= 25 && (first & 31U) <= 27 ? Kind::kFloat : Kind::kSimple;
  }
}

bool CborReader::TakeNull() {
  if (rest_.empty() || (rest_.front() != '\xf6' && rest_.front() != '\xf7')) return false;
  rest_.remove_prefix(1);
  return true;
}

bool CborReader::TakeBreak() {
  if (rest_.empty() || rest_.front() != '\xff') return false;
  rest_.remove_prefix(1);
  return true;
}

Result<std::optional<std::uint64_t>> CborReader::Open(unsigned major) {
  IATK_TRY(const Head head, TakeHead());
  if (head.major != major) return Fail(Malformed(major == 4 ? "not an array" : "not a map"));
  if (head.info == kIndefinite) return std::optional<std::uint64_t>();
  // Each item takes a byte at least: a longer count is a lie.
  if (head.argument > rest_.size()) return Fail(Malformed("length past the end"));
  return std::optional(head.argument);
}

Result<std::string> CborReader::String(unsigned major) {
  IATK_TRY(Head head, TakeHead());
  if (head.major != major) return Fail(Malformed(major == 3 ? "not a text" : "not bytes"));
  const bool chunked = head.info == kIndefinite;
  std::string text;
  while (true) {
    if (chunked) {
      if (TakeBreak()) return text;
      IATK_TRY(head, TakeHead());
      if (head.major != major || head.info == kIndefinite) return Fail(Malformed("bad chunk"));
    }
    if (head.argument > rest_.size()) return Fail(Malformed("length past the end"));
    text.append(rest_.substr(0, head.argument));
    rest_.remove_prefix(head.argument);
    if (!chunked) return text;
  }
}

Result<std::string> CborReader::Text() {
  IATK_TRY(std::string text, String(3));
  if (!IsUtf8(text)) return Fail(Malformed("text is not UTF-8"));
  return text;
}

Result<std::int64_t> CborReader::Integer() {
  IATK_TRY(const Kind kind, Peek());
  if (kind == Kind::kFloat) {
    IATK_TRY(const double number, Number());
    constexpr double kLimit = 9223372036854774784.0;
    if (std::trunc(number) != number || std::fabs(number) > kLimit) {
      return Fail(Malformed("not an integer"));
    }
    return static_cast<std::int64_t>(number);
  }
  IATK_TRY(const Head head, TakeHead());
  if (head.major > 1 || head.info == kIndefinite) return Fail(Malformed("not an integer"));
  if (head.argument > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return Fail(Malformed("integer out of range"));
  }
  const auto value = static_cast<std::int64_t>(head.argument);
  return head.major == 0 ? value : -1 - value;
}

Result<double> CborReader::Number() {
  IATK_TRY(const Kind kind, Peek());
  if (kind == Kind::kInteger) {
    IATK_TRY(const Head head, TakeHead());
    if (head.info == kIndefinite) return Fail(Malformed("not a number"));
    const auto value = static_cast<double>(head.argument);
    return head.major == 0 ? value : -1 - value;
  }
  if (kind != Kind::kFloat) return Fail(Malformed("not a number"));
  IATK_TRY(const Head head, TakeHead());
  if (head.info == 25) return HalfToDouble(static_cast<unsigned>(head.argument));
  if (head.info == 26) {
    return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(head.argument)));
  }
  return std::bit_cast<double>(head.argument);
}

Result<bool> CborReader::Boolean() {
  IATK_TRY(const Head head, TakeHead());
  if (head.major != 7 || (head.info != 20 && head.info != 21)) {
    return Fail(Malformed("not a boolean"));
  }
  return head.info == 21;
}

Result<std::uint64_t> CborReader::Tag() {
  IATK_TRY(const Head head, TakeHead());
  if (head.major != 6 || head.info == kIndefinite) return Fail(Malformed("not a tag"));
  return head.argument;
}

Result<void> CborReader::Skip(int depth) {
  if (depth > kMaxDepth) return Fail(Malformed("nested too deeply"));
  IATK_TRY(const Kind kind, Peek());
  switch (kind) {
    case Kind::kBytes:
      IATK_CHECK(Bytes());
      return {};
    case Kind::kText:
      IATK_CHECK(Text());
      return {};
    case Kind::kArray:
    case Kind::kMap: {
      const bool is_map = kind == Kind::kMap;
      IATK_TRY(const std::optional<std::uint64_t> size, Open(is_map ? 5 : 4));
      for (std::uint64_t i = 0; size ? i < *size : !TakeBreak(); ++i) {
        if (is_map) IATK_CHECK(Skip(depth + 1));
        IATK_CHECK(Skip(depth + 1));
      }
      return {};
    }
    case Kind::kTag:
      IATK_CHECK(Tag());
      return Skip(depth + 1);
    case Kind::kInteger:
    case Kind::kSimple:
    case Kind::kFloat: {
      IATK_TRY(const Head head, TakeHead());
      if (head.info == kIndefinite) return Fail(Malformed("unexpected break"));
      return {};
    }
  }
  return {};
}

Result<json::Value> CborReader::Json(int depth) {
  if (depth > kMaxDepth) return Fail(Malformed("nested too deeply"));
  if (TakeNull()) return json::Value();
  IATK_TRY(const Kind kind, Peek());
  switch (kind) {
    case Kind::kInteger: {
      IATK_TRY(const std::int64_t number, Integer());
      return json::Value(number);
    }
    case Kind::kFloat: {
      IATK_TRY(const double number, Number());
      return json::Value(number);
    }
    case Kind::kBytes: {
      IATK_TRY(const std::string bytes, Bytes());
      return json::Value(Base64Encode(bytes));
    }
    case Kind::kText: {
      IATK_TRY(std::string text, Text());
      return json::Value(std::move(text));
    }
    case Kind::kArray: {
      json::Array array;
      IATK_TRY(const std::optional<std::uint64_t> size, OpenArray());
      for (std::uint64_t i = 0; size ? i < *size : !TakeBreak(); ++i) {
        IATK_TRY(json::Value element, Json(depth + 1));
        array.push_back(std::move(element));
      }
      return json::Value(std::move(array));
    }
    case Kind::kMap: {
      json::Object object;
      IATK_TRY(const std::optional<std::uint64_t> size, OpenMap());
      for (std::uint64_t i = 0; size ? i < *size : !TakeBreak(); ++i) {
        IATK_TRY(std::string key, Text());
        IATK_TRY(json::Value value, Json(depth + 1));
        object.Append(std::move(key), std::move(value));
      }
      return json::Value(std::move(object));
    }
    case Kind::kTag:
      IATK_CHECK(Tag());
      return Json(depth + 1);
    case Kind::kSimple: {
      IATK_TRY(const bool boolean, Boolean());
      return json::Value(boolean);
    }
  }
  return json::Value();
}

}  // namespace iatk::protocol

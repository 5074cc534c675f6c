#include "iatk/json/value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "iatk/json/decimal.h"
#include "iatk/json/lexing.h"

namespace iatk::json {
namespace {

std::string NumberText(double value) {
  if (!std::isfinite(value)) return "0";
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), end};
}

}  // namespace

Number::Number(std::int64_t value) : text_(std::to_string(value)) {}
Number::Number(double value) : text_(NumberText(value)) {}

double Number::AsDouble() const { return NumberToDouble(text_); }

double NumberToDouble(std::string_view text) {
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc::result_out_of_range) return value;
  const Decimal d = ToDecimal(text);
  if (d.exponent + static_cast<std::int64_t>(d.digits.size()) <= 0) return 0;
  const double infinity = std::numeric_limits<double>::infinity();
  return d.negative ? -infinity : infinity;
}

std::optional<std::int64_t> Number::AsInt64() const {
  std::int64_t value = 0;
  const char* const end = text_.data() + text_.size();
  if (const auto plain = std::from_chars(text_.data(), end, value);
      plain.ec == std::errc() && plain.ptr == end) {
    return value;
  }
  const Decimal d = ToDecimal(text_);
  if (d.digits.empty()) return 0;
  if (d.exponent < 0 || d.digits.size() > 19 ||
      d.exponent > 19 - static_cast<std::int64_t>(d.digits.size())) {
    return std::nullopt;
  }
  const std::string whole =
      (d.negative ? "-" : "") + d.digits + std::string(static_cast<std::size_t>(d.exponent), '0');
  const auto parsed = std::from_chars(whole.data(), whole.data() + whole.size(), value);
  if (parsed.ec != std::errc()) return std::nullopt;
  return value;
}

Object::Object(std::initializer_list<Member> members) : members_(members) {}

const Value* Object::Find(std::string_view key) const {
  for (auto it = members_.rbegin(); it != members_.rend(); ++it) {
    if (it->first == key) return &it->second;
  }
  return nullptr;
}

Value* Object::Find(std::string_view key) {
  return const_cast<Value*>(std::as_const(*this).Find(key));
}

Value& Object::operator[](std::string_view key) {
  if (Value* found = Find(key)) return *found;
  return Append(std::string(key), Value());
}

Value& Object::Set(std::string_view key, Value value) {
  Value& member = (*this)[key];
  member = std::move(value);
  return member;
}

Value& Object::Append(std::string key, Value value) {
  return members_.emplace_back(std::move(key), std::move(value)).second;
}

bool Object::Erase(std::string_view key) {
  return std::erase_if(members_, [key](const Member& m) { return m.first == key; }) > 0;
}

const Value* Value::Find(std::string_view key) const {
  const Object* object = AsObject();
  return object == nullptr ? nullptr : object->Find(key);
}

Value* Value::Find(std::string_view key) {
  Object* object = AsObject();
  return object == nullptr ? nullptr : object->Find(key);
}

const std::string* Value::FindString(std::string_view key) const {
  const Value* found = Find(key);
  return found == nullptr ? nullptr : found->AsString();
}

bool SameNumber(const Number& a, const Number& b) {
  if (a.text() == b.text()) return true;
  return ToDecimal(a.text()) == ToDecimal(b.text());
}

bool Equal(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Value::Kind::kNull:
      return true;
    case Value::Kind::kBool:
      return *a.AsBool() == *b.AsBool();
    case Value::Kind::kNumber:
      return SameNumber(*a.AsNumber(), *b.AsNumber());
    case Value::Kind::kString:
      return *a.AsString() == *b.AsString();
    case Value::Kind::kArray:
      return std::ranges::equal(*a.AsArray(), *b.AsArray(), Equal);
    case Value::Kind::kObject: {
      // Of duplicates, the last counts.
      const auto is_in = [](const Object& object) {
        return [&object](const Member& member) { return object.Find(member.first) != nullptr; };
      };
      const Object& mine = *a.AsObject();
      const Object& others = *b.AsObject();
      return std::ranges::all_of(others, is_in(mine)) &&
             std::ranges::all_of(mine, [&](const Member& member) {
               const Value* other = others.Find(member.first);
               return other != nullptr && Equal(*mine.Find(member.first), *other);
             });
    }
  }
  return false;
}

std::string_view KindName(Value::Kind kind) {
  constexpr std::array<std::string_view, 6> names = {"null",   "boolean", "number",
                                                     "string", "array",   "object"};
  return names[static_cast<std::size_t>(kind)];
}

}  // namespace iatk::json

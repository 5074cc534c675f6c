// A JSON value that carries customers' payloads unharmed: object members keep their order, numbers
// keep the text they were written with (1.0 stays 1.0, 12345678901234567890 loses no digit).
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace iatk::json {

class Value;
using Array = std::vector<Value>;
using Member = std::pair<std::string, Value>;

/// A number as its JSON text.
class Number {
 public:
  /// `text` must be a JSON number.
  explicit Number(std::string text) : text_(std::move(text)) {}
  explicit Number(std::int64_t value);
  /// The shortest text that reads back as `value`; infinities and NaN become 0.
  explicit Number(double value);

  const std::string& text() const { return text_; }
  /// The nearest double; values past its range give an infinity.
  double AsDouble() const;
  /// The value if it is a whole number in range, however it is written (300, 3e2, 300.0).
  std::optional<std::int64_t> AsInt64() const;

 private:
  std::string text_;
};

/// Members in the order they were added. Look-up is linear: the objects of events are small.
class Object {
 public:
  Object() = default;
  Object(std::initializer_list<Member> members);

  /// The member named `key`, or nullptr. Of duplicates, the last.
  const Value* Find(std::string_view key) const;
  Value* Find(std::string_view key);
  bool Contains(std::string_view key) const { return Find(key) != nullptr; }
  /// The member named `key`, made null at the end if there is none.
  Value& operator[](std::string_view key);
  /// Replaces the member named `key` in its place, or adds it at the end.
  Value& Set(std::string_view key, Value value);
  /// Adds a member without looking for one of the same name.
  Value& Append(std::string key, Value value);
  /// Whether there was one.
  bool Erase(std::string_view key);

  using iterator = std::vector<Member>::iterator;
  using const_iterator = std::vector<Member>::const_iterator;
  bool empty() const;
  std::size_t size() const;
  const_iterator begin() const;
  const_iterator end() const;
  iterator begin();
  iterator end();

 private:
  std::vector<Member> members_;
};

class Value {
 public:
  enum class Kind { kNull, kBool, kNumber, kString, kArray, kObject };

  Value() = default;
  // A value is what it is made of: NOLINTBEGIN(google-explicit-constructor)
  Value(std::nullptr_t) {}
  Value(std::same_as<bool> auto value) : data_(value) {}
  Value(Number value) : data_(std::move(value)) {}
  Value(std::string value) : data_(std::move(value)) {}
  Value(std::string_view value) : data_(std::string(value)) {}
  Value(const char* value) : data_(std::string(value)) {}
  Value(Array value) : data_(std::move(value)) {}
  Value(Object value) : data_(std::move(value)) {}
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  Value(T value) : data_(Number(static_cast<std::int64_t>(value))) {}
  Value(double value) : data_(Number(value)) {}
  // NOLINTEND(google-explicit-constructor)

  Kind kind() const { return static_cast<Kind>(data_.index()); }
  bool is_null() const { return kind() == Kind::kNull; }

  /// The content, or nullptr if the value is of another kind.
  const bool* AsBool() const { return std::get_if<bool>(&data_); }
  const Number* AsNumber() const { return std::get_if<Number>(&data_); }
  const std::string* AsString() const { return std::get_if<std::string>(&data_); }
  const Array* AsArray() const { return std::get_if<Array>(&data_); }
  const Object* AsObject() const { return std::get_if<Object>(&data_); }
  Array* AsArray() { return std::get_if<Array>(&data_); }
  Object* AsObject() { return std::get_if<Object>(&data_); }
  std::string* AsString() { return std::get_if<std::string>(&data_); }

  /// The member `key` if this is an object that has it, else nullptr.
  const Value* Find(std::string_view key) const;
  Value* Find(std::string_view key);
  /// The string member `key`, or nullptr.
  const std::string* FindString(std::string_view key) const;

 private:
  std::variant<std::monostate, bool, Number, std::string, Array, Object> data_;
};

// Here, where Member is complete.
inline bool Object::empty() const { return members_.empty(); }
inline std::size_t Object::size() const { return members_.size(); }
inline Object::const_iterator Object::begin() const { return members_.begin(); }
inline Object::const_iterator Object::end() const { return members_.end(); }
inline Object::iterator Object::begin() { return members_.begin(); }
inline Object::iterator Object::end() { return members_.end(); }

/// Same kind and content: numbers by value (1 equals 1.0), objects whatever the order of members.
bool Equal(const Value& a, const Value& b);
/// Whether two numbers have the same value, exactly, at any length.
bool SameNumber(const Number& a, const Number& b);

/// The name of a kind as people write it: "null", "boolean", "number", "string", "array", "object".
std::string_view KindName(Value::Kind kind);

}  // namespace iatk::json

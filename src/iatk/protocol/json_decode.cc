#include <limits>
#include <optional>

#include "iatk/base/digest.h"
#include "iatk/base/time_text.h"
#include "iatk/protocol/json_codec.h"
#include "iatk/protocol/json_form.h"
#include "iatk/protocol/scalar.h"

namespace iatk::protocol {
namespace {

using model::Member;
using model::Shape;
using model::TimestampFormat;
using model::Type;

Error Serialization(std::string text) {
  return SenderError("SerializationException", std::move(text));
}

// `Value` is json::Value, whose strings it takes, or const json::Value.
template <class Value>
class Reader {
 public:
  explicit Reader(const JsonForm& form) : form_(form) {}

  Result<void> Read(const Shape& shape, TimestampFormat own, Value& value, std::string_view where,
                    void* out, bool top) {
    switch (shape.type) {
      case Type::kBoolean: {
        const bool* boolean = value.AsBool();
        if (boolean == nullptr) return Fail(Mismatch(value, "a Boolean"));
        As<bool>(out) = *boolean;
        return {};
      }
      case Type::kInteger: {
        const std::optional<std::int64_t> number = Integer(value);
        if (!number || *number < std::numeric_limits<std::int32_t>::min() ||
            *number > std::numeric_limits<std::int32_t>::max()) {
          return Fail(Mismatch(value, "an Integer"));
        }
        As<std::int32_t>(out) = static_cast<std::int32_t>(*number);
        return {};
      }
      case Type::kLong: {
        const std::optional<std::int64_t> number = Integer(value);
        if (!number) return Fail(Mismatch(value, "a Long"));
        As<std::int64_t>(out) = *number;
        return {};
      }
      case Type::kFloat:
      case Type::kDouble:
        return ReadDouble(shape, value, out);
      case Type::kString: {
        auto* text = value.AsString();
        if (text == nullptr) return Fail(Mismatch(value, "a String"));
        As<std::string>(out) = std::move(*text);
        return {};
      }
      case Type::kBlob: {
        const std::string* text = value.AsString();
        if (text == nullptr) return Fail(Mismatch(value, "a Blob"));
        std::optional<std::string> bytes = Base64Decode(*text);
        if (!bytes) return Fail(Mismatch(value, "a Blob"));
        As<std::string>(out) = std::move(*bytes);
        return {};
      }
      case Type::kTimestamp:
        return ReadTimestamp(shape, own, value, out);
      case Type::kDocument:
        As<json::Value>(out) = std::move(value);
        return {};
      case Type::kList:
        return ReadList(shape, value, where, out);
      case Type::kMap:
        return ReadMap(shape, value, where, out);
      case Type::kStructure:
        return ReadStructure(shape, value, out, top);
    }
    return {};
  }

 private:
  static std::optional<std::int64_t> Integer(Value& value) {
    const json::Number* number = value.AsNumber();
    return number == nullptr ? std::nullopt : number->AsInt64();
  }

  static Error Mismatch(Value& value, std::string_view wanted) {
    std::string_view found;
    switch (value.kind()) {
      case json::Value::Kind::kArray:
        return Serialization("Start of list found where not expected");
      case json::Value::Kind::kObject:
        return Serialization("Start of structure or map found where not expected.");
      case json::Value::Kind::kBool:
        found = *value.AsBool() ? "TRUE_VALUE" : "FALSE_VALUE";
        break;
      case json::Value::Kind::kNumber:
        found = "NUMBER_VALUE";
        break;
      case json::Value::Kind::kString:
        found = "STRING_VALUE";
        break;
      case json::Value::Kind::kNull:
        found = "NULL_VALUE";
        break;
    }
    return Serialization(std::string(found) + " can not be converted to " + std::string(wanted));
  }

  static Result<void> ReadDouble(const Shape& shape, Value& value, void* out) {
    if (const json::Number* number = value.AsNumber()) {
      As<double>(out) = number->AsDouble();
      return {};
    }
    const std::string* text = value.AsString();
    if (text != nullptr && (*text == "NaN" || text->ends_with("Infinity"))) {
      if (const std::optional<double> number = ParseDouble(*text)) {
        As<double>(out) = *number;
        return {};
      }
    }
    return Fail(Mismatch(value, shape.type == Type::kFloat ? "a Float" : "a Double"));
  }

  static Result<void> ReadTimestamp(const Shape& shape, TimestampFormat own, Value& value,
                                    void* out) {
    std::optional<Time> time;
    if (const json::Number* number = value.AsNumber()) {
      time = ParseEpochSeconds(number->text());
    } else if (const std::string* text = value.AsString()) {
      time = ParseTimestamp(*text, ResolveFormat(own, shape, TimestampFormat::kUnixSeconds));
    }
    if (!time) return Fail(Mismatch(value, "milliseconds since epoch"));
    As<Time>(out) = *time;
    return {};
  }

  // AWS's services read a null element and then refuse it when they check the input; a std::vector
  // can't hold one, so it is refused here with the same words.
  static Error NullElement(std::string_view where) {
    std::string name(where);
    if (!name.empty() && name.front() >= 'A' && name.front() <= 'Z') {
      name.front() = static_cast<char>(name.front() - 'A' + 'a');
    }
    return SenderError("ValidationException",
                       "1 validation error detected: Value '[null]' at '" + name +
                           "' failed to satisfy constraint: Member must not be null");
  }

  Result<void> ReadList(const Shape& shape, Value& value, std::string_view where, void* out) {
    auto* array = value.AsArray();
    if (array == nullptr) return Fail(Serialization("Expected list or null"));
    for (auto& element : *array) {
      if (element.is_null() && shape.element.shape->type != Type::kDocument) {
        if (form_.skip_null_elements) continue;
        return Fail(NullElement(where));
      }
      IATK_CHECK(Read(*shape.element.shape, shape.element.timestamp_format, element, where,
                      shape.list->append(out), false));
    }
    return {};
  }

  Result<void> ReadMap(const Shape& shape, Value& value, std::string_view where, void* out) {
    auto* object = value.AsObject();
    if (object == nullptr) return Fail(Serialization("Expected map or null"));
    for (auto& [key, entry] : *object) {
      if (entry.is_null() && shape.element.shape->type != Type::kDocument) {
        if (form_.skip_null_elements) continue;
        return Fail(NullElement(where));
      }
      IATK_CHECK(Read(*shape.element.shape, shape.element.timestamp_format, entry, where,
                      shape.map->insert(out, std::move(key)), false));
    }
    return {};
  }

  Result<void> ReadStructure(const Shape& shape, Value& value, void* out, bool top) {
    auto* object = value.AsObject();
    if (object == nullptr) {
      return Fail(Serialization(value.AsArray() != nullptr
                                    ? "Start of list found where not expected"
                                    : "Unexpected value type in payload"));
    }
    for (auto& [key, field] : *object) {
      const Member* member = FindMember(shape, key);
      if (member == nullptr || (top && !IsIn(form_.part, *member))) continue;
      if (field.is_null() && member->shape->type != Type::kDocument) continue;
      IATK_CHECK(Read(*member->shape, member->timestamp_format, field, member->name,
                      member->make(*member, out), false));
    }
    return {};
  }

  const Member* FindMember(const Shape& shape, std::string_view key) const {
    for (const Member& member : shape.members) {
      if (form_.NameOf(member) == key) return &member;
    }
    if (form_.wire_names) return nullptr;
    for (const Member& member : shape.members) {
      if (member.wire_name == key) return &member;
    }
    return nullptr;
  }

  const JsonForm& form_;
};

}  // namespace

Result<void> FromJson(const Shape& shape, const json::Value& value, void* object) {
  return ReadJson(shape, value, JsonForm{}, object);
}

Result<void> ReadJson(const Shape& shape, const json::Value& value, const JsonForm& form,
                      void* object) {
  return Reader<const json::Value>(form).Read(shape, TimestampFormat::kDefault, value, shape.name,
                                              object, true);
}

Result<void> ReadJson(const Shape& shape, json::Value&& value, const JsonForm& form, void* object) {
  return Reader<json::Value>(form).Read(shape, TimestampFormat::kDefault, value, shape.name, object,
                                        true);
}

}  // namespace iatk::protocol

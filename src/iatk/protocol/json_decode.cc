#include <limits>
#include <optional>

#include "iatk/base/digest.h"
#include "iatk/base/time_text.h"
#include "iatk/json/cursor.h"
#include "iatk/json/lexing.h"
#include "iatk/json/parse.h"
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

const Member* FindMember(const JsonForm& form, const Shape& shape, std::string_view key) {
  for (const Member& member : shape.members) {
    if (form.NameOf(member) == key) return &member;
  }
  if (form.wire_names) return nullptr;
  for (const Member& member : shape.members) {
    if (member.wire_name == key) return &member;
  }
  return nullptr;
}

class Reader {
 public:
  explicit Reader(const JsonForm& form) : form_(form) {}

  Result<void> Read(const Shape& shape, TimestampFormat own, const json::Value& value,
                    std::string_view where, void* out, bool top) {
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
        const std::string* text = value.AsString();
        if (text == nullptr) return Fail(Mismatch(value, "a String"));
        As<std::string>(out) = *text;
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
        As<json::Value>(out) = value;
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
  static std::optional<std::int64_t> Integer(const json::Value& value) {
    const json::Number* number = value.AsNumber();
    return number == nullptr ? std::nullopt : number->AsInt64();
  }

  static Error Mismatch(const json::Value& value, std::string_view wanted) {
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

  static Result<void> ReadDouble(const Shape& shape, const json::Value& value, void* out) {
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

  static Result<void> ReadTimestamp(const Shape& shape, TimestampFormat own,
                                    const json::Value& value, void* out) {
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

  Result<void> ReadList(const Shape& shape, const json::Value& value, std::string_view where,
                        void* out) {
    const json::Array* array = value.AsArray();
    if (array == nullptr) return Fail(Serialization("Expected list or null"));
    for (const json::Value& element : *array) {
      if (element.is_null() && shape.element.shape->type != Type::kDocument) {
        if (form_.skip_null_elements) continue;
        return Fail(NullElement(where));
      }
      IATK_CHECK(Read(*shape.element.shape, shape.element.timestamp_format, element, where,
                      shape.list->append(out), false));
    }
    return {};
  }

  Result<void> ReadMap(const Shape& shape, const json::Value& value, std::string_view where,
                       void* out) {
    const json::Object* object = value.AsObject();
    if (object == nullptr) return Fail(Serialization("Expected map or null"));
    for (const auto& [key, entry] : *object) {
      if (entry.is_null() && shape.element.shape->type != Type::kDocument) {
        if (form_.skip_null_elements) continue;
        return Fail(NullElement(where));
      }
      IATK_CHECK(Read(*shape.element.shape, shape.element.timestamp_format, entry, where,
                      shape.map->insert(out, key), false));
    }
    return {};
  }

  Result<void> ReadStructure(const Shape& shape, const json::Value& value, void* out, bool top) {
    const json::Object* object = value.AsObject();
    if (object == nullptr) {
      return Fail(Serialization(value.AsArray() != nullptr
                                    ? "Start of list found where not expected"
                                    : "Unexpected value type in payload"));
    }
    for (const auto& [key, field] : *object) {
      const Member* member = FindMember(form_, shape, key);
      if (member == nullptr || (top && !IsIn(form_.part, *member))) continue;
      if (field.is_null() && member->shape->type != Type::kDocument) continue;
      IATK_CHECK(Read(*member->shape, member->timestamp_format, field, member->name,
                      member->make(*member, out), false));
    }
    return {};
  }

  const JsonForm& form_;
};

// Reads text in one go, for answers can be large. It takes what the Reader takes; why it does not
// take something, the Reader tells.
class TextReader {
 public:
  TextReader(std::string_view text, const JsonForm& form) : at_(text), form_(form) {}

  bool ReadAll(const Shape& shape, void* out) {
    return Read(shape, TimestampFormat::kDefault, out, true) && at_.AtEnd();
  }

 private:
  bool Read(const Shape& shape, TimestampFormat own, void* out, bool top) {
    switch (shape.type) {
      case Type::kString:
        return at_.String(&As<std::string>(out));
      case Type::kList:
        return at_.Array([&] {
          if (IsAbsent(*shape.element.shape)) return form_.skip_null_elements && at_.Skip();
          return Read(*shape.element.shape, shape.element.timestamp_format, shape.list->append(out),
                      false);
        });
      case Type::kMap:
        return at_.Object([&](std::string_view key) {
          if (IsAbsent(*shape.element.shape)) return form_.skip_null_elements && at_.Skip();
          return Read(*shape.element.shape, shape.element.timestamp_format,
                      shape.map->insert(out, std::string(key)), false);
        });
      case Type::kStructure:
        return at_.Object([&](std::string_view key) {
          const Member* const member = FindMember(form_, shape, key);
          if (member == nullptr || (top && !IsIn(form_.part, *member)) ||
              IsAbsent(*member->shape)) {
            return at_.Skip();
          }
          return Read(*member->shape, member->timestamp_format, member->make(*member, out), false);
        });
      default:
        return ReadValue(shape, own, out);
    }
  }

  // A null is no value, but where any JSON is one.
  bool IsAbsent(const Shape& shape) { return at_.Peek() == 'n' && shape.type != Type::kDocument; }

  bool ReadValue(const Shape& shape, TimestampFormat own, void* out) {
    std::string_view written;
    if (!at_.Skip(&written)) return false;
    const Result<json::Value> value = json::Parse(written);
    return value && Reader(form_).Read(shape, own, *value, shape.name, out, false).has_value();
  }

  json::Cursor at_;
  const JsonForm& form_;
};

}  // namespace

Result<void> FromJson(const Shape& shape, const json::Value& value, void* object) {
  return ReadJson(shape, value, JsonForm{}, object);
}

Result<void> ReadJson(const Shape& shape, const json::Value& value, const JsonForm& form,
                      void* object) {
  return Reader(form).Read(shape, TimestampFormat::kDefault, value, shape.name, object, true);
}

Result<void> ReadJsonText(const Shape& shape, std::string_view text, const JsonForm& form,
                          void* object) {
  const bool readable = text.size() <= json::ParseLimits().max_bytes && json::IsUtf8(text);
  if (readable && TextReader(text, form).ReadAll(shape, object)) return {};
  const Result<json::Value> value = json::Parse(text);
  // differs from AWS: it gives this error no message.
  if (!value) return Fail(Serialization(value.error().message));
  return ReadJson(shape, *value, form, object);
}

}  // namespace iatk::protocol

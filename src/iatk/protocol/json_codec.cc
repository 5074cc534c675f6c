#include "iatk/protocol/json_codec.h"

#include <cmath>
#include <limits>

#include "iatk/base/digest.h"
#include "iatk/base/time_text.h"
#include "iatk/json/write.h"
#include "iatk/protocol/json_form.h"
#include "iatk/protocol/scalar.h"

namespace iatk::protocol {
namespace {

using model::Element;
using model::Member;
using model::Shape;
using model::TimestampFormat;
using model::Type;

Error Serialization(std::string text) {
  return SenderError("SerializationException", std::move(text));
}

bool IsSkipped(const Member& member, const JsonForm& form, bool top) {
  return top && !IsIn(form.part, member);
}

std::string_view NameOf(const Member& member, const JsonForm& form) {
  return form.wire_names ? member.wire_name : member.name;
}

json::Value TimestampValue(Time time, TimestampFormat format) {
  if (format == TimestampFormat::kUnixSeconds) return json::Number(FormatEpochSeconds(time));
  return FormatTimestamp(time, format);
}

// Writes text instead of building a Value: answers are written once and read by nobody here.
class Writer {
 public:
  Writer(const JsonForm& form, std::string* out) : form_(form), out_(*out) {}

  void Write(const Shape& shape, TimestampFormat own, const void* value, bool top) {
    switch (shape.type) {
      case Type::kBoolean:
        out_ += As<bool>(value) ? "true" : "false";
        break;
      case Type::kInteger:
        out_ += std::to_string(As<std::int32_t>(value));
        break;
      case Type::kLong:
        out_ += std::to_string(As<std::int64_t>(value));
        break;
      case Type::kFloat:
      case Type::kDouble: {
        const double number = As<double>(value);
        if (std::isfinite(number)) {
          out_ += FormatDouble(number);
        } else {
          json::WriteString(FormatDouble(number), &out_);
        }
        break;
      }
      case Type::kString:
        json::WriteString(As<std::string>(value), &out_);
        break;
      case Type::kBlob:
        json::WriteString(Base64Encode(As<std::string>(value)), &out_);
        break;
      case Type::kTimestamp:
        json::Write(TimestampValue(As<Time>(value),
                                   form_.wire_names
                                       ? ResolveFormat(own, shape, TimestampFormat::kUnixSeconds)
                                       : TimestampFormat::kUnixSeconds),
                    &out_);
        break;
      case Type::kDocument:
        json::Write(As<json::Value>(value), &out_);
        break;
      case Type::kList:
        WriteList(shape, value);
        break;
      case Type::kMap:
        WriteMap(shape, value);
        break;
      case Type::kStructure:
        WriteStructure(shape, value, top);
        break;
    }
  }

 private:
  void WriteList(const Shape& shape, const void* list) {
    out_ += '[';
    const std::size_t size = shape.list->size(list);
    for (std::size_t i = 0; i < size; ++i) {
      if (i != 0) out_ += ',';
      Write(*shape.element.shape, shape.element.timestamp_format, shape.list->at(list, i), false);
    }
    out_ += ']';
  }

  void WriteMap(const Shape& shape, const void* map) {
    struct Closure {
      Writer* self;
      const Element* element;
      bool first;
    } closure{this, &shape.element, true};
    out_ += '{';
    shape.map->each(map, &closure, [](void* raw, std::string_view key, const void* value) {
      auto& entry = As<Closure>(raw);
      if (!entry.first) entry.self->out_ += ',';
      entry.first = false;
      json::WriteString(key, &entry.self->out_);
      entry.self->out_ += ':';
      entry.self->Write(*entry.element->shape, entry.element->timestamp_format, value, false);
    });
    out_ += '}';
  }

  void WriteStructure(const Shape& shape, const void* object, bool top) {
    out_ += '{';
    bool first = true;
    for (const Member& member : shape.members) {
      if (IsSkipped(member, form_, top)) continue;
      const void* value = member.get(member, object);
      if (value == nullptr) continue;
      if (!first) out_ += ',';
      first = false;
      json::WriteString(NameOf(member, form_), &out_);
      out_ += ':';
      Write(*member.shape, member.timestamp_format, value, false);
    }
    out_ += '}';
  }

  const JsonForm& form_;
  std::string& out_;
};

json::Value ToValue(const Shape& shape, const void* value) {
  switch (shape.type) {
    case Type::kBoolean:
      return As<bool>(value);
    case Type::kInteger:
      return As<std::int32_t>(value);
    case Type::kLong:
      return As<std::int64_t>(value);
    case Type::kFloat:
    case Type::kDouble: {
      const double number = As<double>(value);
      if (!std::isfinite(number)) return FormatDouble(number);
      return json::Number(FormatDouble(number));
    }
    case Type::kString:
      return As<std::string>(value);
    case Type::kBlob:
      return Base64Encode(As<std::string>(value));
    case Type::kTimestamp:
      return TimestampValue(As<Time>(value), TimestampFormat::kUnixSeconds);
    case Type::kDocument:
      return As<json::Value>(value);
    case Type::kList: {
      json::Array array;
      const std::size_t size = shape.list->size(value);
      array.reserve(size);
      for (std::size_t i = 0; i < size; ++i) {
        array.push_back(ToValue(*shape.element.shape, shape.list->at(value, i)));
      }
      return array;
    }
    case Type::kMap: {
      struct Closure {
        const Element* element;
        json::Object object;
      } closure{&shape.element, {}};
      shape.map->each(value, &closure, [](void* raw, std::string_view key, const void* entry) {
        auto& self = As<Closure>(raw);
        self.object.Append(std::string(key), ToValue(*self.element->shape, entry));
      });
      return std::move(closure.object);
    }
    case Type::kStructure: {
      json::Object object;
      for (const Member& member : shape.members) {
        const void* field = member.get(member, value);
        if (field == nullptr) continue;
        object.Append(std::string(member.name), ToValue(*member.shape, field));
      }
      return object;
    }
  }
  return nullptr;
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
    if (text != nullptr && (*text == "NaN" || *text == "Infinity" || *text == "-Infinity")) {
      As<double>(out) = *ParseDouble(*text);
      return {};
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
      if (member == nullptr || IsSkipped(*member, form_, top)) continue;
      if (field.is_null() && member->shape->type != Type::kDocument) continue;
      IATK_CHECK(Read(*member->shape, member->timestamp_format, field, member->name,
                      member->make(*member, out), false));
    }
    return {};
  }

  const Member* FindMember(const Shape& shape, std::string_view key) const {
    for (const Member& member : shape.members) {
      if (NameOf(member, form_) == key) return &member;
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

json::Value ToJson(const Shape& shape, const void* object) { return ToValue(shape, object); }

Result<void> FromJson(const Shape& shape, const json::Value& value, void* object) {
  return ReadJson(shape, value, JsonForm{}, object);
}

void WriteJson(const Shape& shape, const void* object, std::string* out) {
  WriteJson(shape, object, JsonForm{}, out);
}

void WriteJson(const Shape& shape, const void* object, const JsonForm& form, std::string* out) {
  Writer(form, out).Write(shape, TimestampFormat::kDefault, object, true);
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

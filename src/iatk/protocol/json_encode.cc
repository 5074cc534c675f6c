#include <cmath>

#include "iatk/base/digest.h"
#include "iatk/base/time_text.h"
#include "iatk/json/write.h"
#include "iatk/protocol/json_codec.h"
#include "iatk/protocol/json_form.h"
#include "iatk/protocol/scalar.h"

namespace iatk::protocol {
namespace {

using model::Element;
using model::Member;
using model::Shape;
using model::TimestampFormat;
using model::Type;

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
      if ((top && !IsIn(form_.part, member))) continue;
      const void* value = member.get(member, object);
      if (value == nullptr) continue;
      if (!first) out_ += ',';
      first = false;
      json::WriteString(form_.NameOf(member), &out_);
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

}  // namespace

json::Value ToJson(const Shape& shape, const void* object) { return ToValue(shape, object); }

void WriteJson(const Shape& shape, const void* object, std::string* out) {
  WriteJson(shape, object, JsonForm{}, out);
}

void WriteJson(const Shape& shape, const void* object, const JsonForm& form, std::string* out) {
  Writer(form, out).Write(shape, TimestampFormat::kDefault, object, true);
}

}  // namespace iatk::protocol

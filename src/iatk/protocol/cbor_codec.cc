#include <limits>

#include "iatk/protocol/cbor.h"
#include "iatk/protocol/scalar.h"

namespace iatk::protocol {
namespace {

using model::Member;
using model::Shape;
using model::Type;

constexpr int kMaxDepth = 256;

Error Malformed(std::string_view what) {
  return SenderError("SerializationException", "Malformed CBOR: " + std::string(what));
}

void Write(const Shape& shape, const void* value, CborWriter* writer) {
  switch (shape.type) {
    case Type::kBoolean:
      writer->Boolean(As<bool>(value));
      break;
    case Type::kInteger:
      writer->Integer(As<std::int32_t>(value));
      break;
    case Type::kLong:
      writer->Integer(As<std::int64_t>(value));
      break;
    case Type::kFloat:
    case Type::kDouble:
      writer->Float(As<double>(value));
      break;
    case Type::kString:
      writer->Text(As<std::string>(value));
      break;
    case Type::kBlob:
      writer->Bytes(As<std::string>(value));
      break;
    case Type::kTimestamp: {
      const std::int64_t micros = As<Time>(value).time_since_epoch().count();
      writer->Tag(1);
      writer->Float(static_cast<double>(micros) / 1e6);
      break;
    }
    case Type::kDocument:
      WriteJsonAsCbor(As<json::Value>(value), writer);
      break;
    case Type::kList: {
      const std::size_t size = shape.list->size(value);
      writer->Array(size);
      for (std::size_t i = 0; i < size; ++i) {
        Write(*shape.element.shape, shape.list->at(value, i), writer);
      }
      break;
    }
    case Type::kMap: {
      struct Closure {
        const Shape* element;
        CborWriter* writer;
      } closure{shape.element.shape, writer};
      writer->Map(shape.map->size(value));
      shape.map->each(value, &closure, [](void* raw, std::string_view key, const void* entry) {
        auto& c = As<Closure>(raw);
        c.writer->Text(key);
        Write(*c.element, entry, c.writer);
      });
      break;
    }
    case Type::kStructure:
      writer->OpenMap();
      for (const Member& member : shape.members) {
        const void* field = member.get(member, value);
        if (field == nullptr) continue;
        writer->Text(member.wire_name);
        Write(*member.shape, field, writer);
      }
      writer->End();
      break;
  }
}

class Reader {
 public:
  Reader(std::string_view bytes, bool skip_null_elements)
      : in_(bytes), skip_null_elements_(skip_null_elements) {}

  Result<void> Read(const Shape& shape, int depth, void* value) {
    if (depth > kMaxDepth) return Fail(Malformed("nested too deeply"));
    switch (shape.type) {
      case Type::kBoolean: {
        IATK_TRY(As<bool>(value), in_.Boolean());
        return {};
      }
      case Type::kInteger: {
        IATK_TRY(const std::int64_t number, in_.Integer());
        if (number < std::numeric_limits<std::int32_t>::min() ||
            number > std::numeric_limits<std::int32_t>::max()) {
          return Fail(Malformed("integer out of range"));
        }
        As<std::int32_t>(value) = static_cast<std::int32_t>(number);
        return {};
      }
      case Type::kLong: {
        IATK_TRY(As<std::int64_t>(value), in_.Integer());
        return {};
      }
      case Type::kFloat:
      case Type::kDouble: {
        IATK_TRY(As<double>(value), in_.Number());
        return {};
      }
      case Type::kString: {
        IATK_TRY(As<std::string>(value), in_.Text());
        return {};
      }
      case Type::kBlob: {
        IATK_TRY(As<std::string>(value), in_.Bytes());
        return {};
      }
      case Type::kTimestamp:
        return ReadTimestamp(value);
      case Type::kDocument: {
        IATK_TRY(As<json::Value>(value), in_.Json(depth));
        return {};
      }
      case Type::kList: {
        IATK_TRY(const std::optional<std::uint64_t> size, in_.OpenArray());
        for (std::uint64_t i = 0; size ? i < *size : !in_.TakeBreak(); ++i) {
          IATK_TRY(const bool is_null, TakeNullElement());
          if (is_null) continue;
          IATK_CHECK(Read(*shape.element.shape, depth + 1, shape.list->append(value)));
        }
        return {};
      }
      case Type::kMap: {
        IATK_TRY(const std::optional<std::uint64_t> size, in_.OpenMap());
        for (std::uint64_t i = 0; size ? i < *size : !in_.TakeBreak(); ++i) {
          IATK_TRY(std::string key, in_.Text());
          IATK_TRY(const bool is_null, TakeNullElement());
          if (is_null) continue;
          IATK_CHECK(
              Read(*shape.element.shape, depth + 1, shape.map->insert(value, std::move(key))));
        }
        return {};
      }
      case Type::kStructure:
        return ReadStructure(shape, depth, value);
    }
    return {};
  }

 private:
  Result<void> ReadTimestamp(void* value) {
    IATK_TRY(const CborReader::Kind kind, in_.Peek());
    if (kind == CborReader::Kind::kTag) {
      IATK_TRY(const std::uint64_t tag, in_.Tag());
      if (tag != 1) return Fail(Malformed("not a timestamp"));
    }
    IATK_TRY(const double seconds, in_.Number());
    // The years 1 to 9999 and some; past that a double has no use as a time.
    if (!(seconds > -1e12 && seconds < 1e12)) return Fail(Malformed("timestamp out of range"));
    const double micros = seconds * 1e6;
    As<Time>(value) = Time(Duration(static_cast<std::int64_t>(micros + (micros < 0 ? -0.5 : 0.5))));
    return {};
  }

  Result<bool> TakeNullElement() {
    if (!in_.TakeNull()) return false;
    if (skip_null_elements_) return true;
    return Fail(Malformed("null element"));
  }

  Result<void> ReadStructure(const Shape& shape, int depth, void* object) {
    IATK_TRY(const std::optional<std::uint64_t> size, in_.OpenMap());
    for (std::uint64_t i = 0; size ? i < *size : !in_.TakeBreak(); ++i) {
      IATK_TRY(const std::string key, in_.Text());
      const Member* member = nullptr;
      for (const Member& candidate : shape.members) {
        if (candidate.wire_name == key) member = &candidate;
      }
      if (member == nullptr) {
        IATK_CHECK(in_.Skip(depth + 1));
        continue;
      }
      if (in_.TakeNull()) continue;
      IATK_CHECK(Read(*member->shape, depth + 1, member->make(*member, object)));
    }
    return {};
  }

  CborReader in_;
  bool skip_null_elements_;
};

}  // namespace

void WriteCbor(const Shape& shape, const void* object, std::string* out) {
  CborWriter writer(out);
  Write(shape, object, &writer);
}

Result<void> ReadCbor(const Shape& shape, std::string_view bytes, bool skip_null_elements,
                      void* object) {
  return Reader(bytes, skip_null_elements).Read(shape, 0, object);
}

void WriteJsonAsCbor(const json::Value& value, CborWriter* writer) {
  switch (value.kind()) {
    case json::Value::Kind::kNull:
      writer->Null();
      break;
    case json::Value::Kind::kBool:
      writer->Boolean(*value.AsBool());
      break;
    case json::Value::Kind::kNumber:
      if (const auto number = value.AsNumber()->AsInt64()) {
        writer->Integer(*number);
      } else {
        writer->Float(value.AsNumber()->AsDouble());
      }
      break;
    case json::Value::Kind::kString:
      writer->Text(*value.AsString());
      break;
    case json::Value::Kind::kArray:
      writer->Array(value.AsArray()->size());
      for (const json::Value& element : *value.AsArray()) WriteJsonAsCbor(element, writer);
      break;
    case json::Value::Kind::kObject:
      writer->Map(value.AsObject()->size());
      for (const auto& [key, field] : *value.AsObject()) {
        writer->Text(key);
        WriteJsonAsCbor(field, writer);
      }
      break;
  }
}

}  // namespace iatk::protocol

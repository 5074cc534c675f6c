#include "iatk/protocol/xml_codec.h"

#include "iatk/json/write.h"
#include "iatk/protocol/scalar.h"

namespace iatk::protocol {
namespace {

using model::Element;
using model::Member;
using model::Shape;
using model::TimestampFormat;
using model::Type;
using model::XmlNamespace;

Error Malformed() {
  return SenderError("MalformedXML",
                     "The XML you provided was not well-formed or did not validate against our "
                     "published schema");
}

const XmlNamespace& NamespaceOf(const XmlNamespace& own, const Shape& shape) {
  return own.uri.empty() ? shape.xml_namespace : own;
}

class Writer {
 public:
  Writer(const Naming& naming, XmlWriter* writer) : naming_(naming), writer_(*writer) {}

  void WriteStructure(const Shape& shape, const void* object, Part part) {
    for (const Member& member : shape.members) {
      if (!member.xml_attribute || !IsIn(part, member)) continue;
      if (const void* value = member.get(member, object)) {
        writer_.Attribute(member.wire_name, Text(*member.shape, member.timestamp_format, value));
      }
    }
    for (const Member& member : shape.members) {
      if (member.xml_attribute || !IsIn(part, member)) continue;
      const void* value = member.get(member, object);
      if (value == nullptr) continue;
      const Type type = member.shape->type;
      if (type == Type::kList || type == Type::kMap) {
        WriteCollection(*member.shape, naming_.Of(member), member.xml_namespace, value);
      } else {
        WriteElement(member.wire_name, *member.shape, member.timestamp_format, member.xml_namespace,
                     value);
      }
    }
  }

 private:
  static std::string Text(const Shape& shape, TimestampFormat own, const void* value) {
    if (shape.type == Type::kDocument) return json::Write(As<json::Value>(value));
    return ScalarText(shape, value, ResolveFormat(own, shape, TimestampFormat::kIso8601));
  }

  void WriteElement(std::string_view name, const Shape& shape, TimestampFormat own,
                    const XmlNamespace& ns, const void* value) {
    if (shape.type == Type::kList || shape.type == Type::kMap) {
      CollectionNames names = naming_.Of(shape);
      names.outer = name;
      WriteCollection(shape, names, ns, value);
      return;
    }
    writer_.Open(name);
    WriteXmlNamespace(NamespaceOf(ns, shape), &writer_);
    if (shape.type == Type::kStructure) {
      WriteStructure(shape, value, Part::kWhole);
    } else {
      writer_.Text(Text(shape, own, value));
    }
    writer_.Close();
  }

  void WriteCollection(const Shape& shape, const CollectionNames& names, const XmlNamespace& ns,
                       const void* value) {
    const XmlNamespace& outer_namespace = NamespaceOf(ns, shape);
    if (!names.flattened) {
      writer_.Open(names.outer);
      WriteXmlNamespace(outer_namespace, &writer_);
    }
    const std::string_view each = names.flattened ? names.outer : names.element;
    if (shape.type == Type::kList) {
      const std::size_t size = shape.list->size(value);
      for (std::size_t i = 0; i < size; ++i) {
        // Flattened, the elements stand where the list would: they are in its member's namespace.
        const XmlNamespace& element_namespace =
            names.flattened && shape.element.xml_namespace.uri.empty()
                ? ns
                : shape.element.xml_namespace;
        WriteElement(each, *shape.element.shape, shape.element.timestamp_format, element_namespace,
                     shape.list->at(value, i));
      }
    } else {
      struct Closure {
        Writer* self;
        const Shape* shape;
        const CollectionNames* names;
        std::string_view each;
        const XmlNamespace* ns;
      } closure{this, &shape, &names, each, names.flattened ? &outer_namespace : nullptr};
      shape.map->each(value, &closure, [](void* raw, std::string_view key, const void* entry) {
        auto& c = As<Closure>(raw);
        XmlWriter& writer = c.self->writer_;
        writer.Open(c.each);
        if (c.ns != nullptr) WriteXmlNamespace(*c.ns, &writer);
        writer.Open(c.names->key);
        WriteXmlNamespace(c.shape->key.xml_namespace, &writer);
        writer.Text(key);
        writer.Close();
        c.self->WriteElement(c.names->value, *c.shape->element.shape,
                             c.shape->element.timestamp_format, c.shape->element.xml_namespace,
                             entry);
        writer.Close();
      });
    }
    if (!names.flattened) writer_.Close();
  }

  const Naming& naming_;
  XmlWriter& writer_;
};

class Reader {
 public:
  explicit Reader(const Naming& naming) : naming_(naming) {}

  Result<void> ReadStructure(const Shape& shape, const XmlElement& element, Part part,
                             void* object) {
    for (const Member& member : shape.members) {
      if (!IsIn(part, member)) continue;
      IATK_CHECK(ReadMember(member, element, object));
    }
    return {};
  }

 private:
  Result<void> ReadMember(const Member& member, const XmlElement& element, void* object) {
    if (member.xml_attribute) {
      if (const std::string* text = element.Attribute(member.wire_name)) {
        return ReadText(*member.shape, member.timestamp_format, *text, member.make(member, object));
      }
      return {};
    }
    const Type type = member.shape->type;
    if (type != Type::kList && type != Type::kMap) {
      const XmlElement* child = element.Child(member.wire_name);
      if (child == nullptr) return {};
      return Read(*member.shape, member.timestamp_format, *child, member.make(member, object));
    }
    const CollectionNames names = naming_.Of(member);
    if (!names.flattened) {
      const XmlElement* child = element.Child(names.outer);
      if (child == nullptr) return {};
      return ReadCollection(*member.shape, names, *child, member.make(member, object));
    }
    void* value = nullptr;
    for (const XmlElement& child : element.children) {
      if (child.name != names.outer) continue;
      if (value == nullptr) value = member.make(member, object);
      IATK_CHECK(ReadElement(*member.shape, names, child, value));
    }
    return {};
  }

  Result<void> Read(const Shape& shape, TimestampFormat own, const XmlElement& element,
                    void* value) {
    switch (shape.type) {
      case Type::kStructure:
        return ReadStructure(shape, element, Part::kWhole, value);
      case Type::kList:
      case Type::kMap:
        return ReadCollection(shape, naming_.Of(shape), element, value);
      default:
        return ReadText(shape, own, element.text, value);
    }
  }

  static Result<void> ReadText(const Shape& shape, TimestampFormat own, std::string_view text,
                               void* value) {
    const TimestampFormat format = ResolveFormat(own, shape, TimestampFormat::kIso8601);
    if (!ParseScalar(shape, text, format, value)) return Fail(Malformed());
    return {};
  }

  Result<void> ReadCollection(const Shape& shape, const CollectionNames& names,
                              const XmlElement& element, void* value) {
    for (const XmlElement& child : element.children) {
      if (child.name == names.element) IATK_CHECK(ReadElement(shape, names, child, value));
    }
    return {};
  }

  Result<void> ReadElement(const Shape& shape, const CollectionNames& names,
                           const XmlElement& element, void* value) {
    const Element& model = shape.element;
    if (shape.type == Type::kList) {
      return Read(*model.shape, model.timestamp_format, element, shape.list->append(value));
    }
    const XmlElement* key = element.Child(names.key);
    const XmlElement* field = element.Child(names.value);
    if (key == nullptr) return Fail(Malformed());
    void* made = shape.map->insert(value, key->text);
    if (field == nullptr) return {};
    return Read(*model.shape, model.timestamp_format, *field, made);
  }

  const Naming& naming_;
};

}  // namespace

void WriteXmlStructure(const Shape& shape, const Naming& naming, const void* object, Part part,
                       XmlWriter* writer) {
  Writer(naming, writer).WriteStructure(shape, object, part);
}

void WriteXmlNamespace(const XmlNamespace& ns, XmlWriter* writer) {
  if (ns.uri.empty()) return;
  writer->Attribute(ns.prefix.empty() ? "xmlns" : "xmlns:" + std::string(ns.prefix), ns.uri);
}

Result<void> ReadXmlStructure(const Shape& shape, const Naming& naming, const XmlElement& element,
                              Part part, void* object) {
  return Reader(naming).ReadStructure(shape, element, part, object);
}

json::Value XmlToJson(const XmlElement& element) {
  if (element.children.empty()) return element.text;
  json::Object object;
  for (const XmlElement& child : element.children) object.Append(child.name, XmlToJson(child));
  return object;
}

void WriteJsonAsXml(std::string_view name, const json::Value& value, XmlWriter* writer) {
  if (const json::Array* array = value.AsArray()) {
    writer->Open(name);
    for (const json::Value& element : *array) WriteJsonAsXml("member", element, writer);
    writer->Close();
    return;
  }
  writer->Open(name);
  if (const json::Object* object = value.AsObject()) {
    for (const auto& [key, field] : *object) WriteJsonAsXml(key, field, writer);
  } else if (const std::string* text = value.AsString()) {
    writer->Text(*text);
  } else if (!value.is_null()) {
    writer->Text(json::Write(value));
  }
  writer->Close();
}

}  // namespace iatk::protocol

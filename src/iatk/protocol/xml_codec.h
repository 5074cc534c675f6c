// Modelled structs as XML elements.
#pragma once

#include "iatk/base/result.h"
#include "iatk/json/value.h"
#include "iatk/model/shape.h"
#include "iatk/protocol/naming.h"
#include "iatk/protocol/scalar.h"
#include "iatk/protocol/xml.h"

namespace iatk::protocol {

/// Writes `object` into the element just opened: its attributes, then its content. Only
/// the members of `part` are.
void WriteXmlStructure(const model::Shape& shape, const Naming& naming, const void* object,
                       Part part, XmlWriter* writer);
/// Writes the attributes that declare a namespace, if there is one.
void WriteXmlNamespace(const model::XmlNamespace& ns, XmlWriter* writer);

/// Fails with `MalformedXML` if text isn't of its member's type.
Result<void> ReadXmlStructure(const model::Shape& shape, const Naming& naming,
                              const XmlElement& element, Part part, void* object);

/// What an element holds, without a model: an object of its children, or its text.
json::Value XmlToJson(const XmlElement& element);
/// The reverse: a child named `name` with the value in it.
void WriteJsonAsXml(std::string_view name, const json::Value& value, XmlWriter* writer);

}  // namespace iatk::protocol

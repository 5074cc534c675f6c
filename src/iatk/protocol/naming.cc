#include "iatk/protocol/naming.h"

#include "iatk/protocol/scalar.h"
#include "iatk/protocol/sqs_query.h"

namespace iatk::protocol {

Naming::Naming(const model::Service* service) : is_sqs_(IsSqs(service)) {}

CollectionNames Naming::Of(const model::Shape& shape) const {
  CollectionNames names;
  const bool is_map = shape.type == model::Type::kMap;
  names.element = is_map ? "entry" : "member";
  if (!is_map && !shape.element.wire_name.empty()) names.element = shape.element.wire_name;
  names.key = shape.key.wire_name.empty() ? "key" : shape.key.wire_name;
  names.value = is_map && !shape.element.wire_name.empty() ? shape.element.wire_name : "value";
  return names;
}

CollectionNames Naming::Of(const model::Member& member) const {
  CollectionNames names = Of(*member.shape);
  names.outer = member.wire_name;
  names.flattened = IsFlattened(member);
  if (is_sqs_) {
    if (const SqsCollection* override = FindSqsCollection(member.shape->name)) {
      names.outer = override->element;
      if (!override->key.empty()) {
        names.key = override->key;
        names.value = override->value;
      }
      return names;
    }
  }
  // A shape that is flattened wherever it is used names its elements itself; the trait on the
  // member, or a name of the member's own, takes precedence.
  const bool by_shape = names.flattened && !member.flattened && member.wire_name == member.name;
  if (by_shape && member.shape->type == model::Type::kList &&
      !member.shape->element.wire_name.empty()) {
    names.outer = member.shape->element.wire_name;
  }
  return names;
}

}  // namespace iatk::protocol

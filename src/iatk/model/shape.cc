#include "iatk/model/shape.h"

#include <algorithm>

namespace iatk::model {

constinit const Shape kEmptyShape = {.type = Type::kStructure, .name = "Empty"};

const Operation* FindOperation(const Service& service, std::string_view name) {
  const auto found = std::ranges::lower_bound(service.operations, name, {}, &Operation::name);
  return found != service.operations.end() && found->name == name ? &*found : nullptr;
}

}  // namespace iatk::model

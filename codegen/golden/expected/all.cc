// Generated from AWS's service model by codegen/model_to_cpp.py.

#include "iatk/model/all.h"

#include <array>

#include "iatk/model/shop/operations.h"

namespace iatk::model {

std::span<const Service* const> AllServices() {
  static constexpr const Service* kServices[] = {&shop::kService};
  return kServices;
}

}  // namespace iatk::model

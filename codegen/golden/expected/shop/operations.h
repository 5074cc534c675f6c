// Generated from AWS's service model by codegen/model_to_cpp.py.

#pragma once

#include "iatk/model/shop/types.h"

namespace iatk::model::shop {

extern const Service kService;

namespace op {

struct ForgetOrder {
  using Input = shop::ForgetOrderRequest;
  using Output = Empty;
  static const Operation& Table();
};
struct PutOrder {
  using Input = shop::PutOrderRequest;
  using Output = shop::PutOrderResponse;
  static const Operation& Table();
};

}  // namespace op
}  // namespace iatk::model::shop

// Generated from AWS's service model by codegen/model_to_cpp.py.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "iatk/base/clock.h"
#include "iatk/json/value.h"
#include "iatk/model/boxed.h"
#include "iatk/model/shape.h"

namespace iatk::model::shop {

struct ForgetOrderRequest;
struct Category;
struct Item;
struct PutOrderRequest;
struct PutOrderResponse;
struct OrderExistsException;

struct ForgetOrderRequest {
  std::optional<std::string> order_id;
};

struct Category {
  std::optional<std::string> name;
  Boxed<Category> parent;
};

struct Item {
  std::optional<std::string> sku;
  std::optional<std::int32_t> quantity;
  std::optional<double> price;
  std::optional<Category> category;
};

struct PutOrderRequest {
  std::optional<std::string> order_id;
  std::optional<std::string> client_token;
  std::optional<bool> dry_run;
  std::optional<std::map<std::string, std::string>> meta;
  std::optional<std::vector<Item>> items;
  std::optional<std::map<std::string, std::string>> notes;
  std::optional<Time> due;
  std::optional<std::string> status;
  std::optional<std::string> label;
  std::optional<std::string> default_;
};

struct PutOrderResponse {
  std::optional<std::int32_t> version;
  std::optional<PutOrderRequest> order;
};

struct OrderExistsException {
  std::optional<std::string> message;
  std::optional<std::string> order_id;
};

}  // namespace iatk::model::shop

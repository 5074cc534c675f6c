// Generated from AWS's service model by codegen/model_to_cpp.py.

#include <array>

#include "iatk/model/access.h"
#include "iatk/model/shop/operations.h"

namespace iatk::model::shop {
namespace tables {

extern const Shape kOrderId;
extern const Shape kForgetOrderRequest;
extern const Shape kName;
extern const Shape kBoolean;
extern const Shape kHeaders;
extern const Shape kQuantity;
extern const Shape kPrice;
extern const Shape kCategory;
extern const Shape kItem;
extern const Shape kItems;
extern const Shape kTime;
extern const Shape kStatus;
extern const Shape kBlob;
extern const Shape kPutOrderRequest;
extern const Shape kPutOrderResponse;
extern const Shape kOrderExistsException;

constinit const Shape kOrderId = {.type = Type::kString, .name = "OrderId"};

constexpr Member kForgetOrderRequestMembers[] = {
    {.name = "OrderId", .wire_name = "OrderId", .shape = &kOrderId, .get = Get<&ForgetOrderRequest::order_id>, .make = Make<&ForgetOrderRequest::order_id>, .location = Location::kUri, .required = true, .index = 0},
};
constinit const Shape kForgetOrderRequest = {.type = Type::kStructure, .name = "ForgetOrderRequest", .members = kForgetOrderRequestMembers};

constexpr Constraints kNameConstraints = {.has_min = true, .has_max = true, .min = 1, .max = 64, .pattern = "[a-z]+"};
constinit const Shape kName = {.type = Type::kString, .name = "Name", .constraints = &kNameConstraints};

constinit const Shape kBoolean = {.type = Type::kBoolean, .name = "Boolean"};

constinit const Shape kHeaders = {.type = Type::kMap, .name = "Headers", .element = {.shape = &kName}, .key = {.shape = &kName}, .map = &kMapAccess<std::string>};

constexpr Constraints kQuantityConstraints = {.has_min = true, .has_max = true, .min = 1, .max = 999};
constinit const Shape kQuantity = {.type = Type::kInteger, .name = "Quantity", .constraints = &kQuantityConstraints};

constinit const Shape kPrice = {.type = Type::kDouble, .name = "Price"};

constexpr Member kCategoryMembers[] = {
    {.name = "Name", .wire_name = "Name", .shape = &kName, .get = Get<&Category::name>, .make = Make<&Category::name>, .index = 0},
    {.name = "Parent", .wire_name = "Parent", .shape = &kCategory, .get = Get<&Category::parent>, .make = Make<&Category::parent>, .index = 1},
};
constinit const Shape kCategory = {.type = Type::kStructure, .name = "Category", .members = kCategoryMembers};

constexpr Member kItemMembers[] = {
    {.name = "Sku", .wire_name = "Sku", .shape = &kName, .get = Get<&Item::sku>, .make = Make<&Item::sku>, .required = true, .index = 0},
    {.name = "Quantity", .wire_name = "Quantity", .shape = &kQuantity, .get = Get<&Item::quantity>, .make = Make<&Item::quantity>, .index = 1},
    {.name = "Price", .wire_name = "Price", .shape = &kPrice, .get = Get<&Item::price>, .make = Make<&Item::price>, .index = 2},
    {.name = "Category", .wire_name = "Category", .shape = &kCategory, .get = Get<&Item::category>, .make = Make<&Item::category>, .index = 3},
};
constinit const Shape kItem = {.type = Type::kStructure, .name = "Item", .members = kItemMembers};

constexpr Constraints kItemsConstraints = {.has_min = true, .has_max = true, .min = 1, .max = 10};
constinit const Shape kItems = {.type = Type::kList, .name = "Items", .element = {.shape = &kItem}, .list = &kListAccess<Item>, .constraints = &kItemsConstraints};

constinit const Shape kTime = {.type = Type::kTimestamp, .name = "Time", .timestamp_format = TimestampFormat::kIso8601};

constexpr std::string_view kStatusValues[] = {"OPEN", "SENT"};
constexpr Constraints kStatusConstraints = {.enum_values = kStatusValues};
constinit const Shape kStatus = {.type = Type::kString, .name = "Status", .constraints = &kStatusConstraints};

constinit const Shape kBlob = {.type = Type::kBlob, .name = "Blob"};

constexpr Member kPutOrderRequestMembers[] = {
    {.name = "OrderId", .wire_name = "OrderId", .shape = &kOrderId, .get = Get<&PutOrderRequest::order_id>, .make = Make<&PutOrderRequest::order_id>, .location = Location::kUri, .required = true, .index = 0},
    {.name = "ClientToken", .wire_name = "X-Client-Token", .shape = &kName, .get = Get<&PutOrderRequest::client_token>, .make = Make<&PutOrderRequest::client_token>, .location = Location::kHeader, .idempotency_token = true, .index = 1},
    {.name = "DryRun", .wire_name = "dryRun", .shape = &kBoolean, .get = Get<&PutOrderRequest::dry_run>, .make = Make<&PutOrderRequest::dry_run>, .location = Location::kQueryString, .index = 2},
    {.name = "Meta", .wire_name = "x-meta-", .shape = &kHeaders, .get = Get<&PutOrderRequest::meta>, .make = Make<&PutOrderRequest::meta>, .location = Location::kHeaders, .index = 3},
    {.name = "Items", .wire_name = "Items", .shape = &kItems, .get = Get<&PutOrderRequest::items>, .make = Make<&PutOrderRequest::items>, .required = true, .index = 4},
    {.name = "Notes", .wire_name = "Notes", .shape = &kHeaders, .get = Get<&PutOrderRequest::notes>, .make = Make<&PutOrderRequest::notes>, .index = 5},
    {.name = "Due", .wire_name = "Due", .shape = &kTime, .get = Get<&PutOrderRequest::due>, .make = Make<&PutOrderRequest::due>, .index = 6},
    {.name = "Status", .wire_name = "Status", .shape = &kStatus, .get = Get<&PutOrderRequest::status>, .make = Make<&PutOrderRequest::status>, .index = 7},
    {.name = "Label", .wire_name = "Label", .shape = &kBlob, .get = Get<&PutOrderRequest::label>, .make = Make<&PutOrderRequest::label>, .index = 8},
    {.name = "default", .wire_name = "default", .shape = &kName, .get = Get<&PutOrderRequest::default_>, .make = Make<&PutOrderRequest::default_>, .index = 9},
};
constinit const Shape kPutOrderRequest = {.type = Type::kStructure, .name = "PutOrderRequest", .members = kPutOrderRequestMembers};

constexpr Member kPutOrderResponseMembers[] = {
    {.name = "Version", .wire_name = "X-Version", .shape = &kQuantity, .get = Get<&PutOrderResponse::version>, .make = Make<&PutOrderResponse::version>, .location = Location::kHeader, .index = 0},
    {.name = "Order", .wire_name = "Order", .shape = &kPutOrderRequest, .get = Get<&PutOrderResponse::order>, .make = Make<&PutOrderResponse::order>, .index = 1},
};
constinit const Shape kPutOrderResponse = {.type = Type::kStructure, .name = "PutOrderResponse", .members = kPutOrderResponseMembers, .payload = &kPutOrderResponseMembers[1]};

constexpr Member kOrderExistsExceptionMembers[] = {
    {.name = "Message", .wire_name = "Message", .shape = &kName, .get = Get<&OrderExistsException::message>, .make = Make<&OrderExistsException::message>, .index = 0},
    {.name = "OrderId", .wire_name = "OrderId", .shape = &kOrderId, .get = Get<&OrderExistsException::order_id>, .make = Make<&OrderExistsException::order_id>, .index = 1},
};
constexpr ErrorTraits kOrderExistsExceptionError = {.code = "OrderExists", .http_status = 409, .sender_fault = true};
constinit const Shape kOrderExistsException = {.type = Type::kStructure, .name = "OrderExistsException", .members = kOrderExistsExceptionMembers, .error = &kOrderExistsExceptionError};

}  // namespace tables

namespace {

constexpr const Shape* kPutOrderErrors[] = {&tables::kOrderExistsException};
constexpr Operation kOperations[] = {
    {.name = "ForgetOrder", .service = &kService, .http_method = "DELETE", .request_uri = "/orders/{OrderId}", .modelled = true, .input = &tables::kForgetOrderRequest, .output = &kEmptyShape},
    {.name = "NotTyped", .service = &kService, .http_method = "POST", .request_uri = "/"},
    {.name = "PutOrder", .service = &kService, .http_method = "PUT", .request_uri = "/orders/{OrderId}", .response_code = 201, .modelled = true, .input = &tables::kPutOrderRequest, .output = &tables::kPutOrderResponse, .errors = kPutOrderErrors},
};

}  // namespace

constinit const Service kService = {.name = "shop", .endpoint_prefix = "shop", .signing_name = "shop", .service_id = "Shop", .full_name = "Shop", .api_version = "2026-01-01", .target_prefix = "", .json_version = "", .protocol = Protocol::kRestJson, .xml_namespace = "", .operations = kOperations};

namespace op {

const Operation& ForgetOrder::Table() { return kOperations[0]; }
const Operation& PutOrder::Table() { return kOperations[2]; }

}  // namespace op

}  // namespace iatk::model::shop

// awsJson1_0 and awsJson1_1; and smithy-rpc-v2-cbor, which is the same in another form.
#include "iatk/protocol/cbor.h"
#include "iatk/protocol/json_form.h"
#include "iatk/protocol/protocols.h"

namespace iatk::protocol {
namespace {

constexpr JsonForm kServerForm{.wire_names = true};
constexpr JsonForm kClientForm{.wire_names = true, .skip_null_elements = true};

std::string ContentType(const model::Service& service) {
  return "application/x-amz-json-" +
         std::string(service.json_version.empty() ? "1.0" : service.json_version);
}

}  // namespace

net::HttpRequest EncodeJsonRequest(const model::Operation& operation, const void* input) {
  const model::Service& service = *operation.service;
  net::HttpRequest request;
  request.method = "POST";
  request.target = "/";
  request.headers.Add("X-Amz-Target",
                      std::string(service.target_prefix) + '.' + std::string(operation.name));
  request.headers.Add("Content-Type", ContentType(service));
  if (service.query_compatible) request.headers.Add("x-amzn-query-mode", "true");
  WriteJson(*operation.input, input, kServerForm, &request.body);
  return request;
}

Result<void> DecodeJsonRequest(const model::Operation& operation, const net::HttpRequest& request,
                               void* input) {
  if (request.body.empty()) return {};
  return ReadJsonText(*operation.input, request.body, kServerForm, input);
}

net::HttpResponse EncodeJsonResponse(const model::Operation& operation, const void* output) {
  net::HttpResponse response;
  response.headers.Add("Content-Type", ContentType(*operation.service));
  if (operation.output != &model::kEmptyShape) {
    WriteJson(*operation.output, output, kServerForm, &response.body);
  }
  return response;
}

Result<void> DecodeJsonResponse(const model::Operation& operation,
                                const net::HttpResponse& response, void* output) {
  if (response.body.empty()) return {};
  return ReadJsonText(*operation.output, response.body, kClientForm, output);
}

net::HttpRequest EncodeCborRequest(const model::Operation& operation, const void* input) {
  const model::Service& service = *operation.service;
  net::HttpRequest request;
  request.method = "POST";
  request.target = "/service/" + std::string(service.target_prefix) + "/operation/" +
                   std::string(operation.name);
  request.headers.Add("smithy-protocol", "rpc-v2-cbor");
  request.headers.Add("Accept", "application/cbor");
  if (service.query_compatible) request.headers.Add("x-amzn-query-mode", "true");
  if (operation.input != &model::kEmptyShape) {
    request.headers.Add("Content-Type", "application/cbor");
    WriteCbor(*operation.input, input, &request.body);
  }
  return request;
}

Result<void> DecodeCborRequest(const model::Operation& operation, const net::HttpRequest& request,
                               void* input) {
  if (request.body.empty()) return {};
  return ReadCbor(*operation.input, request.body, false, input);
}

net::HttpResponse EncodeCborResponse(const model::Operation& operation, const void* output) {
  net::HttpResponse response;
  response.headers.Add("smithy-protocol", "rpc-v2-cbor");
  if (operation.output != &model::kEmptyShape) {
    response.headers.Add("Content-Type", "application/cbor");
    WriteCbor(*operation.output, output, &response.body);
  }
  return response;
}

Result<void> DecodeCborResponse(const model::Operation& operation,
                                const net::HttpResponse& response, void* output) {
  if (response.body.empty()) return {};
  return ReadCbor(*operation.output, response.body, true, output);
}

}  // namespace iatk::protocol

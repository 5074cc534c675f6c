// The four families of protocols behind codec.h. JSON and CBOR differ in little more than the form
// of their bodies, as do rest-json and rest-xml.
#pragma once

#include <string>
#include <string_view>

#include "iatk/base/result.h"
#include "iatk/model/shape.h"
#include "iatk/net/http.h"

namespace iatk::protocol {

net::HttpRequest EncodeJsonRequest(const model::Operation& operation, const void* input);
Result<void> DecodeJsonRequest(const model::Operation& operation, const net::HttpRequest& request,
                               void* input);
net::HttpResponse EncodeJsonResponse(const model::Operation& operation, const void* output);
Result<void> DecodeJsonResponse(const model::Operation& operation,
                                const net::HttpResponse& response, void* output);

net::HttpRequest EncodeCborRequest(const model::Operation& operation, const void* input);
Result<void> DecodeCborRequest(const model::Operation& operation, const net::HttpRequest& request,
                               void* input);
net::HttpResponse EncodeCborResponse(const model::Operation& operation, const void* output);
Result<void> DecodeCborResponse(const model::Operation& operation,
                                const net::HttpResponse& response, void* output);

net::HttpRequest EncodeQueryRequest(const model::Operation& operation, const void* input);
Result<void> DecodeQueryRequest(const model::Operation& operation, const net::HttpRequest& request,
                                void* input);
net::HttpResponse EncodeQueryResponse(const model::Operation& operation, const void* output,
                                      std::string_view request_id);
Result<void> DecodeQueryResponse(const model::Operation& operation,
                                 const net::HttpResponse& response, void* output);

Result<net::HttpRequest> EncodeRestRequest(const model::Operation& operation, const void* input);
Result<void> DecodeRestRequest(const model::Operation& operation, const net::HttpRequest& request,
                               void* input);
net::HttpResponse EncodeRestResponse(const model::Operation& operation, const void* output);
Result<void> DecodeRestResponse(const model::Operation& operation,
                                const net::HttpResponse& response, void* output);

/// The error that a failed answer says.
Error DecodeError(const model::Operation& operation, const net::HttpResponse& response);

/// Where protocols carry request ids.
void SetRequestId(const model::Service* service, std::string_view request_id,
                  net::Headers* headers);

/// The namespace of a service's query answers.
std::string_view QueryNamespace(const model::Service* service);

}  // namespace iatk::protocol

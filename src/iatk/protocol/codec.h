// AWS's wire protocols as functions between HTTP messages and modelled structs, in both directions:
// the server side for the local cloud, the client side for the kit. No I/O. Structs are passed
// type-erased; `input` and `output` must point to what operation.input and operation.output
// describe.
#pragma once

#include <string>
#include <string_view>

#include "iatk/base/error.h"
#include "iatk/base/ids.h"
#include "iatk/base/result.h"
#include "iatk/model/shape.h"
#include "iatk/net/http.h"

namespace iatk::protocol {

/// Reads a request into `input`, a fresh struct. `spoken` is the protocol that the request is
/// written in (identify.h): a service may be spoken to in others than its model's. Members that the
/// model doesn't know are passed over, as AWS does; nothing is validated but the form.
/// Fails with AWS's error for text that is not in the form of the protocol:
/// `SerializationException`, `MalformedQueryString`, `MalformedInput`, S3's `MalformedXML`.
Result<void> DecodeRequest(const model::Operation& operation, model::Protocol spoken,
                           const net::HttpRequest& request, void* input);

/// The answer to a request that went well, with its request id where the protocol puts it.
net::HttpResponse EncodeResponse(const model::Operation& operation, model::Protocol spoken,
                                 const void* output, std::string_view request_id);

/// The answer to a request that failed. `operation` is nullptr if the request named none, and
/// `service` too if even that is unknown; the model then gives nothing and `error` says it all.
/// An error that the operation's model knows takes its HTTP status and members' types from there;
/// any other takes its status from `error`. `method` is the request's: S3 answers a failed HEAD
/// without a body.
net::HttpResponse EncodeError(const model::Service* service, const model::Operation* operation,
                              model::Protocol spoken, const Error& error,
                              std::string_view request_id, std::string_view method = "POST");

/// Writes a request in the protocol of the service's model, all but what its endpoint and its
/// credentials decide: Host (see ResolveHostPrefix), and the signature (sigv4.h). Idempotency
/// tokens that are absent are made from `ids`. Fails with `ParamValidation` if a member that the
/// URI or the host needs is absent or empty.
Result<net::HttpRequest> EncodeRequest(const model::Operation& operation, const void* input,
                                       IdSource& ids);

/// What goes before the endpoint's host: "data." for "{Bucket}." and the like; empty for most.
Result<std::string> ResolveHostPrefix(const model::Operation& operation, const void* input);

/// Reads the answer to EncodeRequest's request into `output`, a fresh struct. If the answer is an
/// error, fails with it: code without namespace or URI, message, the modelled members as details,
/// service, operation, request id, status. An answer not in the form of the protocol fails with
/// `SerializationError`, retryable if its status is.
Result<void> DecodeResponse(const model::Operation& operation, const net::HttpResponse& response,
                            void* output);

}  // namespace iatk::protocol

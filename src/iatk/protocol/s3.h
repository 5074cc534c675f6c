// What S3 does its own way. "Amazon Simple Storage Service API Reference".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "iatk/base/result.h"
#include "iatk/model/shape.h"
#include "iatk/net/http.h"
#include "iatk/protocol/uri.h"

namespace iatk::protocol {

inline constexpr std::string_view kS3Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

bool IsS3(const model::Service* service);

/// The root element of an operation's answer, which the model doesn't tell: "ListBucketResult".
/// Empty for those whose root is of no account.
std::string_view S3ResponseRoot(std::string_view operation);

/// Whether a request may be for `operation`, where method, path and query alone don't tell: a copy
/// carries its source in a header, parts of an upload its id in the query.
bool S3Admits(std::string_view operation, const net::HttpRequest& request, const QueryPairs& query);

/// "/bucket/key" for a request of "/key" to "bucket.s3.eu-west-1.amazonaws.com", "bucket.s3.<any>"
/// or "bucket.localhost"; nullopt if the host names no bucket. "Virtual hosting of buckets".
/// `loose`: take any first label before "localhost" for a bucket.
std::optional<std::string> PathStyleTarget(const net::HttpRequest& request, bool loose);

/// The request as the operation reads it: the body out of its aws-chunked encoding, trailing
/// checksums among the headers. Fails if the body isn't so encoded (`IncompleteBody`), or is not
/// what its digests say (`BadDigest`, `InvalidDigest`).
Result<void> UnwrapS3Body(net::HttpRequest* request);

}  // namespace iatk::protocol

// What a request asks for: the service, the operation and the protocol it is written in. AWS gives
// each service a host of its own; the local cloud serves all of them at one, and so tells them
// apart by what the request itself says.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "iatk/base/error.h"
#include "iatk/model/shape.h"
#include "iatk/net/http.h"

namespace iatk::protocol {

/// What was found, as far as it was found: on failure `error` is set, and `service` and `protocol`
/// say as whose answer EncodeError has to write it.
struct Identified {
  const model::Service* service = nullptr;
  const model::Operation* operation = nullptr;  ///< nullptr if and only if `error` is set
  model::Protocol protocol = model::Protocol::kJson;
  /// The path-style form of the target, of a request whose host names an S3 bucket; else empty. It
  /// goes in the request's place before DecodeRequest, and after the signature is verified.
  std::string path_style_target;
  std::optional<Error> error;
};

/// Built once from the tables of all services; const and thread-safe afterwards. In order:
///   X-Amz-Target of a known service             JSON ("AmazonSQS.SendMessage")
///   smithy-protocol: rpc-v2-cbor                CBOR (/service/…/operation/…)
///   Action=…&Version=… in the query or a form   query; the service by credential scope, then by
///                                               version and action
///   else method, path and query                 the REST services: by credential scope, then by
///                                               host, then by path; and S3 for what remains
/// Fails with AWS's errors: `UnknownOperationException`, `InvalidAction` "The action X is not valid
/// for this web service.", `MissingAction`, and S3's `MethodNotAllowed`.
class Identifier {
 public:
  /// `services` and what it points to must outlive the identifier.
  explicit Identifier(std::span<const model::Service* const> services);
  ~Identifier();
  Identifier(Identifier&&) noexcept;
  Identifier& operator=(Identifier&&) noexcept;

  Identified Identify(const net::HttpRequest& request) const;

 private:
  struct Index;
  std::unique_ptr<const Index> index_;
};

}  // namespace iatk::protocol

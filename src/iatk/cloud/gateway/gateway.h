// The gateway: the way of a request through the local cloud, from HTTP to HTTP.
#pragma once

#include "iatk/cloud/dispatch/operation_table.h"
#include "iatk/cloud/dispatch/request_context.h"
#include "iatk/cloud/gateway/exchange.h"
#include "iatk/net/http.h"
#include "iatk/protocol/identify.h"

namespace iatk::cloud {

class Gateway {
 public:
  explicit Gateway(Environment& environment);

  /// Serves one request, in the fiber of its connection. Never throws: what a function lets out
  /// becomes InternalFailure, 500.
  net::HttpResponse Handle(const net::HttpRequest& request);

 private:
  Result<void> Identify(Exchange& exchange) const;
  Result<void> FindEntry(Exchange& exchange) const;
  Result<void> Decode(Exchange& exchange) const;
  Result<void> Dispatch(Exchange& exchange) const;
  net::HttpResponse Encode(const Exchange& exchange, const Result<void>& done) const;
  void Write(const Exchange& exchange, const Result<void>& done, Time began);

  Environment& environment_;
  protocol::Identifier identifier_;
};

}  // namespace iatk::cloud

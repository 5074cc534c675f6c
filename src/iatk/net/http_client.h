// A blocking HTTP client over libcurl, for the kit: proxies, CA bundles and connection reuse as
// users' environments set them.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "iatk/base/clock.h"
#include "iatk/base/result.h"
#include "iatk/net/http.h"

namespace iatk::net {

struct HttpClientOptions {
  Duration connect_timeout = std::chrono::seconds(10);
  Duration timeout = std::chrono::seconds(60);  ///< of the whole exchange
  std::string ca_bundle;                        ///< a file; empty for the system's
  /// "http://user:password@host:port", by the scheme of the origin; empty: none.
  std::string http_proxy;
  std::string https_proxy;
  std::string no_proxy;  ///< hosts and domains without one, with commas between; "*": all
};

/// A request and where it goes.
struct HttpExchange {
  std::string origin;  ///< "https://sqs.us-east-1.amazonaws.com"
  HttpRequest request;
  Duration timeout = Duration::zero();  ///< zero takes the client's
};

/// Keeps connections open between calls. Thread-safe: calls of several threads have connections of
/// their own.
class HttpClient {
 public:
  explicit HttpClient(HttpClientOptions options = {});
  ~HttpClient();

  /// Sends the request and reads the whole answer. Fails only when no answer came, with kind
  /// kReceiver, retryable, and one of the codes "ConnectionError", "ConnectTimeout", "ReadTimeout",
  /// "TlsError".
  Result<HttpResponse> Send(const HttpExchange& exchange);
  /// Sends all at once, each over a connection of its own, and returns when the last is answered.
  std::vector<Result<HttpResponse>> SendTogether(std::span<const HttpExchange> exchanges);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace iatk::net

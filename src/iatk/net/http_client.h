// A blocking HTTP client over libcurl, for the kit: proxies, CA bundles and connection reuse as
// users' environments set them.
#pragma once

#include <memory>
#include <string>

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

/// Keeps connections open between calls. Thread-safe: each call takes a connection of its own.
class HttpClient {
 public:
  explicit HttpClient(HttpClientOptions options = {});
  ~HttpClient();

  /// Sends `request` to `origin` ("https://sqs.us-east-1.amazonaws.com") and reads the whole
  /// answer. Fails only when no answer came, with kind kReceiver, retryable, and one of the codes
  /// "ConnectionError", "ConnectTimeout", "ReadTimeout", "TlsError". `timeout` of zero takes the
  /// options'.
  Result<HttpResponse> Send(const std::string& origin, const HttpRequest& request,
                            Duration timeout = Duration::zero());

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace iatk::net

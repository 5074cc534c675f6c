// An HTTP/1.1 server on an event loop: one fiber a connection, keep-alive, pipelining in order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "iatk/base/result.h"
#include "iatk/net/event_loop.h"
#include "iatk/net/http.h"

namespace iatk::net {

struct HttpServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0 takes a free one
  std::size_t max_body_bytes = std::size_t{256} * 1024 * 1024;
  std::size_t max_header_bytes = std::size_t{64} * 1024;
};

class HttpServer {
 public:
  /// Called in the fiber of the connection; may suspend it. Answers "Expect: 100-continue" and
  /// reads the whole body before the call. If the client goes away meanwhile, the handler still
  /// runs to its end and its answer is dropped.
  using Handler = std::function<HttpResponse(const HttpRequest&)>;

  /// Binds and listens; requests are served once the loop runs. Fails with code "AddressInUse" or
  /// "AddressUnusable" and a sentence that names host and port.
  static Result<std::unique_ptr<HttpServer>> Listen(EventLoop& loop, HttpServerOptions options,
                                                    Handler handler);
  /// Closes the listening socket and every connection.
  ~HttpServer();

  std::uint16_t port() const;

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace iatk::net

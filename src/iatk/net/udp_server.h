// Datagrams on an event loop: the X-Ray daemon's port.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "iatk/base/result.h"
#include "iatk/net/event_loop.h"

namespace iatk::net {

class UdpServer {
 public:
  using Handler = std::function<void(std::string_view datagram)>;  ///< on the loop's thread

  /// Port 0 takes a free one. Fails as HttpServer::Listen does.
  static Result<std::unique_ptr<UdpServer>> Listen(EventLoop& loop, const std::string& host,
                                                   std::uint16_t port, Handler handler);
  ~UdpServer();
  std::uint16_t port() const;

 private:
  struct Impl;
  explicit UdpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace iatk::net

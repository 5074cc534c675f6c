#include "iatk/net/udp_server.h"

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <utility>

#include "iatk/net/bind.h"
#include "iatk/net/event_loop_impl.h"
#include "iatk/net/reactor.h"

namespace iatk::net {
namespace {

constexpr std::size_t kLargestDatagram = std::size_t{64} * 1024;
constexpr int kDatagramsPerTurn = 64;

}  // namespace

struct UdpServer::Impl {
  Impl(EventLoop& loop, BoundSocket bound, Handler the_handler)
      : socket(loop.impl().reactor, bound.fd), port(bound.port), handler(std::move(the_handler)) {}

  void AwaitDatagrams() {
    socket.OnReadable([this] {
      Receive();
      AwaitDatagrams();
    });
  }

  void Receive() {
    std::array<char, kLargestDatagram> datagram;
    for (int i = 0; i < kDatagramsPerTurn; ++i) {
      const auto size = recv(socket.fd(), datagram.data(), datagram.size(), MSG_DONTWAIT);
      if (size < 0) return;
      handler({datagram.data(), static_cast<std::size_t>(size)});
    }
  }

  Descriptor socket;
  std::uint16_t port;
  Handler handler;
};

Result<std::unique_ptr<UdpServer>> UdpServer::Listen(EventLoop& loop, const std::string& host,
                                                     std::uint16_t port, Handler handler) {
  IATK_TRY(const auto bound, BindSocket(host, port, SOCK_DGRAM));
  auto impl = std::make_unique<Impl>(loop, bound, std::move(handler));
  impl->AwaitDatagrams();
  return std::unique_ptr<UdpServer>(new UdpServer(std::move(impl)));
}

UdpServer::UdpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
UdpServer::~UdpServer() = default;

std::uint16_t UdpServer::port() const { return impl_->port; }

}  // namespace iatk::net

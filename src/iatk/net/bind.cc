#include "iatk/net/bind.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace iatk::net {
namespace {

Error Unusable(const std::string& host, std::uint16_t port, const std::string& reason) {
  return SenderError("AddressUnusable", "Can't listen on host " + host + ", port " +
                                            std::to_string(port) + ": " + reason + ".");
}

std::uint16_t PortOf(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(address.ss_family == AF_INET6
                   ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                   : reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

Result<BoundSocket> BindTo(const addrinfo& address, const std::string& host, std::uint16_t port) {
  const int fd = socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC, 0);
  if (fd < 0) return Fail(AddressError(host, port, errno));
  const int on = 1;
  if (address.ai_socktype == SOCK_STREAM) {
    // Connections of a program that has just ended must not keep the port from the next.
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  }
  if (bind(fd, address.ai_addr, address.ai_addrlen) != 0) {
    const int reason = errno;
    close(fd);
    return Fail(AddressError(host, port, reason));
  }
  return BoundSocket{fd, PortOf(fd)};
}

}  // namespace

Error AddressError(const std::string& host, std::uint16_t port, int errno_value) {
  if (errno_value == EADDRINUSE) {
    return SenderError("AddressInUse", "Port " + std::to_string(port) + " of host " + host +
                                           " is in use by another program.");
  }
  return Unusable(host, port, std::strerror(errno_value));
}

Result<BoundSocket> BindSocket(const std::string& host, std::uint16_t port, int type) {
  addrinfo hints{};
  hints.ai_socktype = type;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int failure = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (failure != 0) return Fail(Unusable(host, port, gai_strerror(failure)));
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found, freeaddrinfo);

  Result<BoundSocket> first_failure = Fail(Unusable(host, port, "the host has no address"));
  bool tried = false;
  for (const int family : {AF_INET, AF_INET6}) {
    for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
      if (address->ai_family != family) continue;
      auto bound = BindTo(*address, host, port);
      if (bound) return bound;
      if (!tried) first_failure = std::move(bound);
      tried = true;
    }
  }
  return first_failure;
}

}  // namespace iatk::net

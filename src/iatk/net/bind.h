// Sockets bound to an address of this machine. Private to net/.
#pragma once

#include <cstdint>
#include <string>

#include "iatk/base/result.h"

namespace iatk::net {

struct BoundSocket {
  int fd;
  std::uint16_t port;
};

/// A socket of `type` (SOCK_STREAM or SOCK_DGRAM), bound, closed on exec, not yet listening. `host`
/// is an address or a name; of a name with several addresses, IPv4 comes first. Port 0 takes a free
/// one. Fails with "AddressInUse" or "AddressUnusable".
Result<BoundSocket> BindSocket(const std::string& host, std::uint16_t port, int type);

/// The error of what `errno_value` says about `host` and `port`, as BindSocket's.
Error AddressError(const std::string& host, std::uint16_t port, int errno_value);

}  // namespace iatk::net

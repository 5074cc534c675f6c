// Puts an HTTP server under load: many connections, each of which sends its next request as soon as
// it has the answer to the last. One thread, on epoll, so that the generator costs less than what
// it measures.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/clock.h"
#include "iatk/base/result.h"

namespace iatk::load {

/// What one connection says.
class Conversation {
 public:
  virtual ~Conversation() = default;
  /// The bytes of the next request, valid until the next call.
  virtual std::string_view NextRequest(Time now) = 0;
  /// The answer to it.
  virtual void OnResponse(int status, std::string_view body, Time now) = 0;
};

struct Address {
  std::string host;
  std::uint16_t port = 80;
};

/// "http://127.0.0.1:4566", with or without a slash at the end.
Result<Address> ParseEndpoint(std::string_view url);

/// Holds the conversations with the server, each on a connection of its own, for `duration` of
/// `clock`, and gives the number of answers. A connection that the server closes is opened anew.
/// Fails if the server can't be reached or doesn't speak HTTP.
Result<std::uint64_t> RunLoad(const Address& server,
                              const std::vector<std::unique_ptr<Conversation>>& conversations,
                              Duration duration, const Clock& clock);

}  // namespace iatk::load

// The local cloud: AWS's services in one process, in memory, at one HTTP endpoint.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "iatk/base/result.h"
#include "iatk/cloud/journal/journal.h"
#include "iatk/net/event_loop.h"

namespace iatk::cloud {

struct CloudOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 4566;          ///< 0 takes a free one
  std::uint16_t xray_port = 0;        ///< UDP, of the X-Ray daemon; 0 takes a free one
  std::optional<std::uint64_t> seed;  ///< of ids; unset: random
};

/// Serves while its loop runs. Everything it made (processes, its work folder, its ports) is gone
/// when it is destroyed, which must be on the loop's thread while the loop does not run; the loop's
/// fibers end with it.
class Cloud {
 public:
  /// Binds its ports and puts the services together. Fails with one sentence if a port is taken or
  /// the work folder can't be made.
  static Result<std::unique_ptr<Cloud>> Start(net::EventLoop& loop, CloudOptions options);
  ~Cloud();
  Cloud(const Cloud&) = delete;
  Cloud& operator=(const Cloud&) = delete;

  std::uint16_t port() const;
  const std::string& endpoint_url() const;  ///< "http://127.0.0.1:4566"
  const Journal& journal() const;

 private:
  struct Parts;
  explicit Cloud(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace iatk::cloud

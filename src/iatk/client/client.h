// Calls to AWS, or to whatever endpoint the user named: encode, sign, send, decode, and try again
// where that may help.
#pragma once

#include <memory>
#include <string>

#include "iatk/base/clock.h"
#include "iatk/base/ids.h"
#include "iatk/base/result.h"
#include "iatk/client/settings.h"
#include "iatk/model/shape.h"
#include "iatk/net/http_client.h"

namespace iatk::client {

struct ClientOptions {
  std::string region;   ///< empty: AWS_REGION, AWS_DEFAULT_REGION, then the profile's
  std::string profile;  ///< empty: AWS_PROFILE, then "default"
  Environment environment = ProcessEnvironment();
};

/// What one call has of its own.
struct CallOptions {
  std::string user_agent = "aws-iatk/unknown";
  Duration timeout = std::chrono::seconds(60);  ///< of each attempt
};

/// Region, endpoints and credentials are resolved once, when it is made. Thread-safe.
class Client {
 public:
  /// Fails if the settings can't be read, or give no region or no credentials.
  static Result<std::unique_ptr<Client>> Make(ClientOptions options);
  ~Client();

  const std::string& region() const;

  /// Calls an operation; Op is a generated type such as model::sqs::op::SendMessage.
  template <class Op>
  Result<typename Op::Output> Call(const typename Op::Input& input, const CallOptions& options) {
    typename Op::Output output;
    IATK_CHECK(CallErased(Op::Table(), &input, &output, options));
    return output;
  }

 private:
  struct Impl;
  explicit Client(std::unique_ptr<Impl> impl);
  Result<void> CallErased(const model::Operation& operation, const void* input, void* output,
                          const CallOptions& options);
  std::unique_ptr<Impl> impl_;
};

}  // namespace iatk::client

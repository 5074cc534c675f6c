// Calls to AWS, or to whatever endpoint the user named.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "iatk/base/clock.h"
#include "iatk/base/result.h"
#include "iatk/client/output.h"
#include "iatk/client/sender.h"
#include "iatk/client/settings.h"
#include "iatk/model/shape.h"

namespace iatk::client {

struct ClientOptions {
  std::string region;   ///< empty: AWS_REGION, AWS_DEFAULT_REGION, then the profile's
  std::string profile;  ///< empty: AWS_PROFILE, AWS_DEFAULT_PROFILE, then "default"
  Environment environment = ProcessEnvironment();
  std::optional<Timing> timing = std::nullopt;  ///< a test's; else the machine's clock
};

/// Region and endpoints are resolved once, credentials as often as they expire. Thread-safe.
class Client {
 public:
  /// Fails if the settings can't be read, give no region, or ask for credentials that can't be had
  /// (credentials/chain.h).
  static Result<std::unique_ptr<Client>> Make(ClientOptions options);
  ~Client();

  const std::string& region() const;

  /// Calls an operation; Op is a generated type such as model::sqs::op::SendMessage.
  template <class Op>
  Result<typename Op::Output> Call(const typename Op::Input& input, const CallOptions& options) {
    typename Op::Output output;
    IATK_CHECK(CallErased(Op::Table(), &input, Output::To(&output), options));
    return output;
  }
  /// Calls an operation whose answer is read by `read`, from its body.
  template <class Op, class T>
  Result<T> CallAndRead(const typename Op::Input& input, const CallOptions& options,
                        Result<void> (*read)(std::string body, T* output)) {
    T output;
    IATK_CHECK(CallErased(Op::Table(), &input, Output::To(&output, read), options));
    return output;
  }

 private:
  struct Impl;
  explicit Client(std::unique_ptr<Impl> impl);
  Result<void> CallErased(const model::Operation& operation, const void* input, Output output,
                          const CallOptions& options);
  std::unique_ptr<Impl> impl_;
};

}  // namespace iatk::client

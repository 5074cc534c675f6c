// Calls to AWS, or to whatever endpoint the user named.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "iatk/base/clock.h"
#include "iatk/base/result.h"
#include "iatk/client/operation_call.h"
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
    const OperationCall call = OperationCall::Of<Op>(input, &output);
    IATK_CHECK(CallErased({&call, 1}, options).front());
    return output;
  }
  /// Calls an operation whose answer is read by `read`, from its body.
  template <class Op, class T>
  Result<T> CallAndRead(const typename Op::Input& input, const CallOptions& options,
                        Result<void> (*read)(std::string body, T* output)) {
    T output;
    const OperationCall call{&Op::Table(), &input, Output::To(&output, read)};
    IATK_CHECK(CallErased({&call, 1}, options).front());
    return output;
  }
  /// Calls two operations that do not wait for one another, and returns when both are done.
  template <class A, class B>
  std::pair<Result<typename A::Output>, Result<typename B::Output>> CallBoth(
      const typename A::Input& a, const typename B::Input& b, const CallOptions& options) {
    typename A::Output of_a;
    typename B::Output of_b;
    const std::array calls{OperationCall::Of<A>(a, &of_a), OperationCall::Of<B>(b, &of_b)};
    const std::vector<Result<void>> done = CallErased(calls, options);
    return {done[0].map([&] { return std::move(of_a); }),
            done[1].map([&] { return std::move(of_b); })};
  }

 private:
  struct Impl;
  explicit Client(std::unique_ptr<Impl> impl);
  std::vector<Result<void>> CallErased(std::span<const OperationCall> calls,
                                       const CallOptions& options);
  std::unique_ptr<Impl> impl_;
};

}  // namespace iatk::client

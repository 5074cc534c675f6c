// An operation's way to its service and back: encode, sign, send, decode, and try again where that
// may help. AWS SDKs and Tools Reference Guide, "Retry behavior".
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "iatk/base/clock.h"
#include "iatk/base/ids.h"
#include "iatk/base/result.h"
#include "iatk/client/endpoint.h"
#include "iatk/client/operation_call.h"
#include "iatk/client/retry.h"
#include "iatk/client/settings.h"
#include "iatk/model/shape.h"
#include "iatk/net/http_client.h"
#include "iatk/protocol/sigv4.h"

namespace iatk::client {

/// Where time comes from, and how a back-off passes it; a test has its own.
struct Timing {
  const Clock* clock = nullptr;                     ///< thread-safe
  std::function<void(Duration)> sleep = &SleepFor;  ///< blocks the thread
};

/// What one call has of its own.
struct CallOptions {
  std::string user_agent = "aws-iatk/unknown";
  /// How long the service may take its time before it answers: a long poll's.
  Duration wait = Duration::zero();
  /// Whether it is tried again where that may help. Not of a long poll, which would begin anew.
  bool again = true;
};

/// Thread-safe.
class Sender {
 public:
  /// The keys to sign with, asked for at each attempt; nullopt: the request goes unsigned.
  using Keys = std::function<Result<std::optional<protocol::SigningKeys>>()>;

  /// Metadata services of the machine are never behind a proxy.
  enum class Route { kByProxy, kDirect };

  /// Proxies (HTTPS_PROXY, HTTP_PROXY, NO_PROXY), the CA bundle (AWS_CA_BUNDLE, ca_bundle,
  /// REQUESTS_CA_BUNDLE, SSL_CERT_FILE), the number of attempts (AWS_MAX_ATTEMPTS, max_attempts)
  /// and the seconds that each may take (IATK_CALL_TIMEOUT, else 60) come from the settings. Fails
  /// with `InvalidSetting` for what is no such value.
  static Result<std::unique_ptr<Sender>> Make(const Settings& settings, Timing timing, Route route);

  struct Call {
    OperationCall of;
    const Endpoint& endpoint;
  };
  /// Makes the calls side by side: what is to be tried again is so, after the longest of the
  /// pauses, when all have been answered.
  std::vector<Result<void>> Send(std::span<const Call> calls, const Keys& keys,
                                 const CallOptions& options);

  template <class Op>
  Result<typename Op::Output> SendOne(const typename Op::Input& input, const Endpoint& endpoint,
                                      const Keys& keys) {
    typename Op::Output output;
    const Call call{OperationCall::Of<Op>(input, &output), endpoint};
    IATK_CHECK(Send({&call, 1}, keys, {}).front());
    return output;
  }

  /// A plain request to what is no modelled service. One attempt.
  Result<net::HttpResponse> SendPlain(const std::string& origin, const net::HttpRequest& request,
                                      Duration timeout) {
    return http_.Send({origin, request, timeout});
  }

  const Timing& timing() const { return timing_; }

 private:
  Sender(Timing timing, net::HttpClientOptions http, int max_attempts, Duration timeout)
      : timing_(std::move(timing)),
        max_attempts_(max_attempts),
        timeout_(timeout),
        http_(std::move(http)) {}

  // A call that has not been answered for good.
  struct Pending;
  // What to wait before another attempt; nullopt: `result` is how the call ended.
  std::optional<Duration> TakeAnswer(Result<net::HttpResponse> response, const CallOptions& options,
                                     Pending* pending, Result<void>* result);

  Duration TimeoutOf(const CallOptions& options) const;
  Result<net::HttpRequest> Prepare(const Call& call, const CallOptions& options);
  void Sign(const protocol::SigningKeys& keys, Pending* pending, net::HttpRequest* request);
  // Whether the service's clock turned out to differ from the one that the request was signed by,
  // by more than a signature allows.
  bool LearnClockSkew(const Error& error, const net::HttpResponse& response, Duration signed_with);

  const Timing timing_;
  const int max_attempts_;
  const Duration timeout_;
  net::HttpClient http_;
  RetryQuota quota_;
  std::atomic<Duration::rep> skew_ = 0;  // the service's clock minus ours

  std::mutex mutex_;  // guards what follows
  std::unique_ptr<IdSource> ids_ = MakeRandomIdSource();
  protocol::SigningKeyCache signing_keys_;
};

}  // namespace iatk::client

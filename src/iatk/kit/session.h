// What the kit's functions work with: a client, and what they remember between calls.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "iatk/base/ids.h"
#include "iatk/client/client.h"

namespace iatk::kit {

/// One for a region and profile; thread-safe.
class Session {
 public:
  explicit Session(std::unique_ptr<client::Client> client)
      : client_(std::move(client)), ids_(MakeRandomIdSource()) {}

  const std::string& region() const { return client_->region(); }
  const Clock& clock() const { return clock_; }

  /// Calls an operation under the user agent of the call that runs on this thread.
  template <class Op>
  Result<typename Op::Output> Call(const typename Op::Input& input,
                                   Duration timeout = std::chrono::seconds(60)) {
    return client_->Call<Op>(input, {.user_agent = UserAgent(), .timeout = timeout});
  }

  /// The URL of a listener's queue, once it is known, so that a poll need not ask for it.
  std::optional<std::string> QueueUrlOf(const std::string& listener_id) const;
  void RememberQueueUrl(const std::string& listener_id, std::string url);
  void ForgetQueueUrl(const std::string& listener_id);

  /// A new listener id, "iatk_eb_" and an xid (github.com/rs/xid: time, machine, process, counter).
  std::string NewListenerId();

  /// Sets the user agent of calls that this thread makes until the object goes away.
  class UserAgentScope {
   public:
    explicit UserAgentScope(std::string user_agent);
    ~UserAgentScope();
    UserAgentScope(const UserAgentScope&) = delete;
    UserAgentScope& operator=(const UserAgentScope&) = delete;

   private:
    std::string previous_;
  };

 private:
  static const std::string& UserAgent();

  std::unique_ptr<client::Client> client_;
  SystemClock clock_;
  mutable std::mutex mutex_;  // guards what follows
  std::unique_ptr<IdSource> ids_;
  std::map<std::string, std::string> queue_urls_;
};

/// An error of a service as the kit's users read it: "failed to call service: SQS, operation:
/// CreateQueue, error: …"; any other error is its message.
std::string Describe(const Error& error);

/// `error` with `before` and its description as its message.
Error Wrap(std::string_view before, const Error& error);

}  // namespace iatk::kit

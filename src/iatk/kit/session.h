// What the kit's functions work with: a client, and what they remember between calls.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "iatk/base/ids.h"
#include "iatk/client/client.h"
#include "iatk/kit/listener_feed.h"

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
  Result<typename Op::Output> Call(const typename Op::Input& input) {
    return client_->Call<Op>(input, {.user_agent = UserAgent()});
  }
  /// Calls two operations that do not wait for one another, and returns when both are done.
  template <class A, class B>
  auto CallBoth(const typename A::Input& a, const typename B::Input& b) {
    return client_->CallBoth<A, B>(a, b, {.user_agent = UserAgent()});
  }
  /// The same as Call, with an answer that `read` reads from its body.
  template <class Op, class T>
  Result<T> CallAndRead(const typename Op::Input& input,
                        Result<void> (*read)(std::string body, T* output)) {
    return client_->CallAndRead<Op>(input, {.user_agent = UserAgent()}, read);
  }
  /// The same as Call for one that lets the service wait so long before it answers. If it fails, it
  /// is not tried again, since it would wait as long again.
  template <class Op>
  Result<typename Op::Output> CallAndWait(const typename Op::Input& input, Duration wait) {
    return client_->Call<Op>(
        input, {.user_agent = UserAgent(), .wait = wait, .again = wait == Duration::zero()});
  }

  /// The events of a listener: of its id, or of the URL of a queue. They are kept until the session
  /// ends or the listener is forgotten. Fails with "invalid ID" for anything else.
  Result<std::shared_ptr<ListenerFeed>> FeedOf(const std::string& listener_id);
  void ForgetFeed(const std::string& listener_id);

  /// Where the parts of a listener are. That of a listener which the session made is remembered, so
  /// that its removal need not look them up.
  struct ListenerPlace {
    std::string queue_url;
    std::string type;    ///< kBusListener or kTopicListener (listener_tags.h)
    std::string target;  ///< the ARN of the bus or the topic
  };
  void RememberListener(const std::string& listener_id, ListenerPlace place);
  /// Once: whatever comes of the removal, another looks anew.
  std::optional<ListenerPlace> RecallListener(const std::string& listener_id);

  /// A new listener id, "iatk_eb_" and an xid (github.com/rs/xid: time, machine, process, counter).
  std::string NewListenerId();
  std::string NewUuid();
  std::string NewTraceHeader();  ///< of a new trace, sampled

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

  static const std::string& UserAgent();  ///< of this thread

 private:
  std::unique_ptr<client::Client> client_;
  SystemClock clock_;
  mutable std::mutex mutex_;  // guards what follows
  std::unique_ptr<IdSource> ids_;
  std::map<std::string, std::shared_ptr<ListenerFeed>> feeds_;
  std::map<std::string, ListenerPlace> places_;
};

/// Calls `run(i)` for each i below `count`, under this thread's user agent. What is not done within
/// 20 ms is done several at a time: a near endpoint has answered by then, in less than more
/// connections take to be made.
void InParallel(std::size_t count, const std::function<void(std::size_t)>& run);

/// Whether an error says that the resource is not there.
bool IsGone(const Error& error);

/// An error of a service as the kit's users read it: "failed to call service: SQS, operation:
/// CreateQueue, error: …"; any other error is its message.
std::string Describe(const Error& error);

/// `error` with `before` and its description as its message.
Error Wrap(std::string_view before, const Error& error);

}  // namespace iatk::kit

// The way of events from a listener's queue into its log.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/kit/event_log.h"

namespace iatk::model::sqs {
struct DeleteMessageBatchRequest;
struct DeleteMessageBatchResult;
}  // namespace iatk::model::sqs

namespace iatk::kit {

class Session;

/// What a wait has cost so far, and what went wrong without ending it.
struct FeedCounts {
  std::uint64_t polls = 0;       ///< ReceiveMessage calls
  std::uint64_t events = 0;      ///< that came, duplicates included
  std::uint64_t duplicates = 0;  ///< of these
  std::string last_error;        ///< of a call that failed; empty if none did
};

/// One for each listener of a session. Thread-safe: one thread receives at a time, all read the
/// same log, so a wait costs the same calls however many wait with it.
class ListenerFeed {
 public:
  /// `listener_id` is a listener's id, whose queue is looked up by name; or the URL of a queue that
  /// is not the kit's: its messages are left in it.
  ListenerFeed(Session& session, std::string listener_id);

  /// Saves the look-up.
  void SetQueueUrl(std::string url);

  /// Waits until an event of number `from` or above is there, or `until` has come. The last look is
  /// taken at `until` itself. Fails where a further call can't help: the queue is gone, access
  /// denied.
  Result<void> WaitFor(std::uint64_t from, Time until);

  std::vector<ReceivedEvent> Read(std::uint64_t from, std::size_t most) const;
  std::uint64_t end() const;
  /// The number of the event of that id, if it came and is still in the log.
  std::optional<std::uint64_t> Find(std::string_view event_id) const;
  FeedCounts counts() const;

  /// The events before number `end` were handed over: deletes them from the queue, as far as they
  /// are still there. One call for each ten; what fails is tried again with the next.
  void HandOver(std::uint64_t end);

  /// Takes up to `most` events from the place that the last poll left off; at most one receive that
  /// goes well, which waits `wait` (whole seconds, up to 20), and one delete for each ten events.
  Result<std::vector<ReceivedEvent>> Poll(Duration wait, std::size_t most);
  /// The last `count` events that were polled are polled again.
  void Unpoll(std::uint64_t count);

  /// Waits until the control event of this token (control_event.h) has come through, or `until`.
  /// Control events are never in the log. They stay in the queue until the next deletion.
  Result<bool> WaitForControl(const std::string& token, Time until);

  /// Messages that are to be deleted, ten at most.
  struct Deletion {
    std::string queue_url;
    std::vector<std::string> receipts;

    model::sqs::DeleteMessageBatchRequest Request() const;
  };
  /// For who makes the call: then FinishDeletion takes what came of it. nullopt: there is nothing
  /// to be deleted.
  std::optional<Deletion> StartDeletion();
  void FinishDeletion(const Deletion& deletion,
                      const Result<model::sqs::DeleteMessageBatchResult>& output);
  /// Held by whoever lets control events through the listener's rule.
  std::mutex& control_mutex() { return control_mutex_; }

 private:
  Result<std::string> QueueUrl();
  // One ReceiveMessage. Gives up the lock while it runs, or waits for the thread that is at it.
  Result<void> Receive(std::unique_lock<std::mutex>& lock, Duration wait, std::size_t most);
  void Pause(std::unique_lock<std::mutex>& lock, Time until, Duration longest, Duration* pause);
  Result<void> ReceiveUntil(std::unique_lock<std::mutex>& lock, Time until, const auto& is_there);
  void Delete(std::unique_lock<std::mutex>& lock);
  // These have the lock.
  std::optional<Deletion> TakeDeletion();
  // Whether all went well.
  bool TakeOutput(const Deletion& deletion,
                  const Result<model::sqs::DeleteMessageBatchResult>& output);

  Session& session_;
  const std::string id_;
  const bool consumes_;

  std::mutex control_mutex_;
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable received_;
  bool receiving_ = false;
  std::optional<std::string> queue_url_;
  EventLog log_;
  std::uint64_t polled_ = 0;
  std::uint64_t polls_ = 0;
  std::string last_error_;
  std::set<std::string> controls_;  // the tokens of control events that came
};

}  // namespace iatk::kit

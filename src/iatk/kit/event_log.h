// What a listener has received, in order and kept, so that several waits read the same events.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/clock.h"
#include "iatk/kit/recent_ids.h"

namespace iatk::kit {

/// An event as it came out of a listener's queue.
struct ReceivedEvent {
  std::uint64_t number = 0;     ///< its place in the log, from 0
  std::string body;             ///< as the queue had it, to the byte
  std::string message_id;       ///< SQS's
  std::string event_id;         ///< the body's `id`; empty if it has none
  std::string trace_header;     ///< the message's AWSTraceHeader; empty if it has none
  Time received_at;             ///< when the kit had it, on the kit's clock
  std::optional<Time> sent_at;  ///< when the queue took it, on the service's clock
  /// The bus or topic delivered an event of this id before: EventBridge delivers at least once.
  bool duplicate = false;
};

/// A message on its way into the log.
struct IncomingMessage {
  ReceivedEvent event;  ///< without number and duplicate
  std::string receipt_handle;
};

/// The events of one listener. Not thread-safe.
///
/// An event leaves the queue only after it was handed over: its receipt waits here until then. A
/// message that comes again because it has not been deleted yet, or although it has, is the same
/// event and is not told twice. Events that were handed over are forgotten, oldest first, once
/// there are more than kMaxEvents or kMaxBytes.
class EventLog {
 public:
  static constexpr std::size_t kMaxEvents = 100'000;
  static constexpr std::size_t kMaxBytes = std::size_t{256} << 20;

  /// Whether the message was new.
  bool Add(IncomingMessage message);

  std::uint64_t first() const { return first_; }  ///< the number of the oldest event that is kept
  std::uint64_t end() const { return first_ + events_.size(); }
  std::uint64_t duplicates() const { return duplicates_; }
  /// So many events wait to be handed over that no more can be taken.
  bool full() const { return events_.size() >= kMaxEvents || bytes_ >= kMaxBytes; }

  /// Up to `most` events from number `from` on; fewer if some are forgotten.
  std::vector<ReceivedEvent> Read(std::uint64_t from, std::size_t most) const;

  /// The number of the first event of that id; nullopt if none is kept.
  std::optional<std::uint64_t> Find(std::string_view event_id) const;

  /// All before number `end` have been handed over.
  void HandOver(std::uint64_t end);
  /// Up to `most` receipts of events that were handed over and are still in the queue. They are the
  /// caller's: `Keep` gives back those that could not be deleted.
  std::vector<std::string> TakeReceipts(std::size_t most);
  void Keep(std::string receipt_handle) { to_delete_.push_back(std::move(receipt_handle)); }

 private:
  struct Waiting {
    std::uint64_t number;
    std::string message_id;
    std::string receipt_handle;
  };
  void Forget();

  std::deque<ReceivedEvent> events_;
  std::uint64_t first_ = 0;
  std::uint64_t handed_over_ = 0;
  std::uint64_t duplicates_ = 0;
  std::size_t bytes_ = 0;
  std::deque<Waiting> waiting_;        // receipts of events not handed over, by number
  std::deque<std::string> to_delete_;  // receipts of those that were
  RecentIds messages_;
  RecentIds event_ids_;
};

}  // namespace iatk::kit

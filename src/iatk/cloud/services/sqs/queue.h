// A queue: messages that wait, are ready, or are in flight. Standard and FIFO queues differ in
// which of the ready ones comes next.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "iatk/base/clock.h"
#include "iatk/base/result.h"
#include "iatk/cloud/services/sqs/attributes.h"
#include "iatk/cloud/services/sqs/message.h"
#include "iatk/net/event_loop.h"

namespace iatk::cloud {

class Queue {
 public:
  Queue(net::EventLoop& loop, std::string name, std::string arn, QueueAttributes attributes,
        Time now);

  const std::string& name() const { return name_; }
  const std::string& arn() const { return arn_; }
  bool fifo() const { return attributes.fifo(); }
  Time created() const { return created_; }

  /// Adds a message that becomes visible after `delay`. For a FIFO queue, one whose deduplication
  /// id came within five minutes is taken but not added; the content of the first one is returned.
  MessageContent Send(MessageContent content, Duration delay, Time now);

  struct Receipt {
    std::string handle;
    Message message;  ///< as it is after being received
  };
  struct Received {
    std::vector<Receipt> receipts;
    std::vector<MessageContent> dead;  ///< received too often: they belong in the dead-letter queue
    bool over_limit = false;           ///< too many are in flight to give out another
  };
  /// Takes up to `max` ready messages out of sight for `visibility`. Without `redrives`, messages
  /// stay however often they were received: their dead-letter queue is gone.
  Received Receive(std::size_t max, Duration visibility, Time now, bool redrives = true);

  /// Deletes the message of a receipt; of one that is gone already, nothing. Fails for a text that
  /// is no receipt handle, and in a FIFO queue for a receipt whose visibility has run out.
  Result<void> Delete(const std::string& handle, Time now);
  Result<void> ChangeVisibility(const std::string& handle, Duration visibility, Time now);
  void Purge();
  /// Takes the oldest visible message out for good: a dead-letter queue's redrive.
  std::optional<MessageContent> TakeOldest(Time now);

  struct Counts {
    std::size_t visible = 0;
    std::size_t delayed = 0;
    std::size_t in_flight = 0;
  };
  Counts CountMessages(Time now);
  /// When the next waiting message becomes visible; nullopt if none waits.
  std::optional<Time> NextVisible() const;

  /// Notified when a message may have become ready, and when the queue is deleted.
  const std::shared_ptr<net::Signal>& arrival() const { return arrival_; }

  QueueAttributes attributes;
  std::map<std::string, std::string> tags;
  Time modified;
  std::optional<Time> purged;

 private:
  using Waiting = std::multimap<Time, std::uint64_t>;
  struct Entry {
    Message message;
    Waiting::iterator waiting;  ///< while it is not ready
    bool is_waiting = false;
  };
  // Messages of one FIFO group that are ready, and how many are in flight, which holds the others.
  struct Group {
    std::set<std::uint64_t> ready;
    std::size_t in_flight = 0;
  };

  void Expire(Time now);
  void WakeDue(Time now);
  void Wait(Entry& entry, Time until);
  void MakeReady(Entry& entry);
  std::optional<std::uint64_t> NextReady(const std::set<std::string>& own_groups);
  void TakeFromReady(Entry& entry);
  void EndFlight(Entry& entry);
  void Erase(std::uint64_t sequence);
  std::string HandleOf(const Message& message) const;

  std::string name_;
  std::string arn_;
  Time created_;
  std::shared_ptr<net::Signal> arrival_;
  std::uint64_t last_sequence_ = 0;
  std::map<std::uint64_t, Entry> messages_;  // by arrival, oldest first
  std::deque<std::uint64_t> ready_;          // standard; may name messages that are gone
  std::map<std::string, Group> groups_;      // FIFO
  Waiting waiting_;                          // delayed and in flight, by when they become visible
  std::size_t in_flight_ = 0;
  struct Sent {
    MessageContent content;
    Time when;
  };
  std::unordered_map<std::string, Sent> sent_;  // by deduplication id
  std::deque<std::pair<Time, std::string>> sent_order_;
};

}  // namespace iatk::cloud

#include "iatk/cloud/services/sqs/queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "iatk/base/digest.h"
#include "iatk/cloud/services/sqs/errors.h"
#include "iatk/cloud/services/sqs/limits.h"

namespace iatk::cloud {
namespace {

struct ReceiptName {
  std::uint64_t sequence = 0;
  int receive_count = 0;
};

// A handle is opaque to users: base64 of the queue's name, the message and the receive it is from.
std::optional<ReceiptName> ReadHandle(const std::string& handle, const std::string& queue) {
  const std::optional<std::string> text = Base64Decode(handle);
  if (!text || !text->starts_with(queue + " ")) return std::nullopt;
  ReceiptName name;
  const char* const end = text->data() + text->size();
  const auto first = std::from_chars(text->data() + queue.size() + 1, end, name.sequence);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != ' ') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, name.receive_count);
  if (second.ec != std::errc() || second.ptr != end) return std::nullopt;
  return name;
}

}  // namespace

Queue::Queue(net::EventLoop& loop, std::string name, std::string arn, QueueAttributes initial,
             Time now)
    : attributes(std::move(initial)),
      modified(now),
      name_(std::move(name)),
      arn_(std::move(arn)),
      created_(now),
      arrival_(std::make_shared<net::Signal>(loop)) {}

MessageContent Queue::Send(MessageContent content, Duration delay, Time now) {
  Expire(now);
  if (fifo()) {
    while (!sent_order_.empty() &&
           sent_order_.front().first + sqs_limits::kDeduplicationInterval <= now) {
      const auto found = sent_.find(sent_order_.front().second);
      if (found != sent_.end() && found->second.when == sent_order_.front().first) {
        sent_.erase(found);
      }
      sent_order_.pop_front();
    }
    std::string key = content.deduplication_id;
    if (attributes.deduplicates_by_group()) key = content.group_id + '\n' + key;
    if (const auto found = sent_.find(key); found != sent_.end()) return found->second.content;
    content.sequence_number = fmt::format("{:020}", 18'000'000'000'000'000'000ULL + last_sequence_);
    sent_.insert_or_assign(key, Sent{content, now});
    sent_order_.emplace_back(now, key);
  }
  content.sent = now;
  const std::uint64_t sequence = ++last_sequence_;
  Entry& entry = messages_.emplace_hint(messages_.end(), sequence, Entry())->second;
  entry.message.sequence = sequence;
  entry.message.content = content;
  if (delay > Duration::zero()) {
    Wait(entry, now + delay);
  } else {
    MakeReady(entry);
  }
  arrival_->NotifyAll();
  return content;
}

void Queue::Wait(Entry& entry, Time until) {
  entry.message.visible_at = until;
  entry.waiting = waiting_.emplace(until, entry.message.sequence);
  entry.is_waiting = true;
}

void Queue::MakeReady(Entry& entry) {
  if (fifo()) {
    groups_[entry.message.content.group_id].ready.insert(entry.message.sequence);
  } else {
    ready_.push_back(entry.message.sequence);
  }
}

void Queue::EndFlight(Entry& entry) {
  if (!entry.message.in_flight) return;
  entry.message.in_flight = false;
  --in_flight_;
  if (fifo()) --groups_[entry.message.content.group_id].in_flight;
}

void Queue::WakeDue(Time now) {
  while (!waiting_.empty() && waiting_.begin()->first <= now) {
    Entry& entry = messages_.at(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
    entry.is_waiting = false;
    EndFlight(entry);
    MakeReady(entry);
  }
}

void Queue::Expire(Time now) {
  const auto kept = attributes.Seconds("MessageRetentionPeriod");
  while (!messages_.empty() && messages_.begin()->second.message.content.sent + kept <= now) {
    Erase(messages_.begin()->first);
  }
}

void Queue::Erase(std::uint64_t sequence) {
  const auto found = messages_.find(sequence);
  if (found == messages_.end()) return;
  Entry& entry = found->second;
  EndFlight(entry);
  if (entry.is_waiting) {
    waiting_.erase(entry.waiting);
  } else if (fifo()) {
    groups_[entry.message.content.group_id].ready.erase(sequence);
  }
  if (fifo()) {
    const auto group = groups_.find(entry.message.content.group_id);
    if (group->second.ready.empty() && group->second.in_flight == 0) groups_.erase(group);
  }
  messages_.erase(found);
}

std::optional<std::uint64_t> Queue::NextReady(const std::set<std::string>& own_groups) {
  if (!fifo()) {
    while (!ready_.empty()) {
      const std::uint64_t sequence = ready_.front();
      const auto found = messages_.find(sequence);
      if (found != messages_.end() && !found->second.is_waiting) return sequence;
      ready_.pop_front();
    }
    return std::nullopt;
  }
  std::optional<std::uint64_t> next;
  for (const auto& [name, group] : groups_) {
    const bool held = group.in_flight > 0 && !own_groups.contains(name);
    if (held || group.ready.empty()) continue;
    if (!next || *group.ready.begin() < *next) next = *group.ready.begin();
  }
  return next;
}

void Queue::TakeFromReady(Entry& entry) {
  if (fifo()) {
    groups_[entry.message.content.group_id].ready.erase(entry.message.sequence);
  } else {
    ready_.pop_front();
  }
}

Queue::Received Queue::Receive(std::size_t max, Duration visibility, Time now, bool redrives) {
  Expire(now);
  WakeDue(now);
  Received received;
  std::set<std::string> own_groups;
  const std::size_t limit =
      fifo() ? sqs_limits::kMaxInFlightFifo : sqs_limits::kMaxInFlightStandard;
  while (received.receipts.size() < max) {
    const std::optional<std::uint64_t> sequence = NextReady(own_groups);
    if (!sequence) break;
    if (in_flight_ >= limit) {
      received.over_limit = true;
      break;
    }
    Entry& entry = messages_.at(*sequence);
    const auto& redrive = attributes.redrive_policy();
    if (redrives && redrive && entry.message.receive_count >= redrive->max_receive_count) {
      received.dead.push_back(entry.message.content);
      TakeFromReady(entry);
      Erase(*sequence);
      continue;
    }
    TakeFromReady(entry);
    ++entry.message.receive_count;
    if (!entry.message.first_received) entry.message.first_received = now;
    entry.message.in_flight = true;
    ++in_flight_;
    if (fifo()) {
      ++groups_[entry.message.content.group_id].in_flight;
      own_groups.insert(entry.message.content.group_id);
    }
    Wait(entry, now + visibility);
    received.receipts.push_back({HandleOf(entry.message), entry.message});
  }
  return received;
}

std::string Queue::HandleOf(const Message& message) const {
  return Base64Encode(fmt::format("{} {} {}", name_, message.sequence, message.receive_count));
}

Result<void> Queue::Delete(const std::string& handle, Time now) {
  WakeDue(now);
  const std::optional<ReceiptName> name = ReadHandle(handle, name_);
  if (!name) return Fail(sqs_errors::ReceiptHandleIsInvalid(handle));
  const auto found = messages_.find(name->sequence);
  if (found == messages_.end()) return {};
  const Message& message = found->second.message;
  if (fifo() && (!message.in_flight || message.receive_count != name->receive_count)) {
    return Fail(sqs_errors::ReceiptHandleHasExpired(handle));
  }
  Erase(name->sequence);
  arrival_->NotifyAll();
  return {};
}

Result<void> Queue::ChangeVisibility(const std::string& handle, Duration visibility, Time now) {
  WakeDue(now);
  const std::optional<ReceiptName> name = ReadHandle(handle, name_);
  if (!name) return Fail(sqs_errors::ReceiptHandleIsInvalid(handle));
  const auto found = messages_.find(name->sequence);
  if (found == messages_.end() || !found->second.message.in_flight) {
    return Fail(sqs_errors::MessageNotInflight());
  }
  Entry& entry = found->second;
  waiting_.erase(entry.waiting);
  Wait(entry, now + visibility);
  arrival_->NotifyAll();
  return {};
}

void Queue::Purge() {
  messages_.clear();
  ready_.clear();
  groups_.clear();
  waiting_.clear();
  in_flight_ = 0;
}

std::optional<MessageContent> Queue::TakeOldest(Time now) {
  Expire(now);
  WakeDue(now);
  const std::optional<std::uint64_t> sequence = NextReady({});
  if (!sequence) return std::nullopt;
  Entry& entry = messages_.at(*sequence);
  MessageContent content = std::move(entry.message.content);
  entry.message.content.group_id = content.group_id;
  TakeFromReady(entry);
  Erase(*sequence);
  return content;
}

Queue::Counts Queue::CountMessages(Time now) {
  Expire(now);
  WakeDue(now);
  Counts counts;
  counts.in_flight = in_flight_;
  counts.delayed = waiting_.size() - in_flight_;
  counts.visible = messages_.size() - waiting_.size();
  return counts;
}

std::optional<Time> Queue::NextVisible() const {
  if (waiting_.empty()) return std::nullopt;
  return waiting_.begin()->first;
}

}  // namespace iatk::cloud

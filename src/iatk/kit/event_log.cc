#include "iatk/kit/event_log.h"

#include <algorithm>
#include <utility>

namespace iatk::kit {

bool EventLog::Add(IncomingMessage message) {
  if (!messages_.Insert(message.event.message_id)) {
    const auto waiting =
        std::ranges::find(waiting_, message.event.message_id, &Waiting::message_id);
    if (waiting == waiting_.end()) {
      to_delete_.push_back(std::move(message.receipt_handle));
    } else {
      // The newest receipt is the one that deletes.
      waiting->receipt_handle = std::move(message.receipt_handle);
    }
    return false;
  }
  ReceivedEvent& event = events_.emplace_back(std::move(message.event));
  event.number = first_ + events_.size() - 1;
  event.duplicate = !event.event_id.empty() && !event_ids_.Insert(event.event_id);
  duplicates_ += event.duplicate ? 1 : 0;
  bytes_ += event.body.size();
  waiting_.push_back({event.number, event.message_id, std::move(message.receipt_handle)});
  Forget();
  return true;
}

std::vector<ReceivedEvent> EventLog::Read(std::uint64_t from, std::size_t most) const {
  std::vector<ReceivedEvent> read;
  for (std::uint64_t n = std::max(from, first_); n < end() && read.size() < most; ++n) {
    read.push_back(events_[n - first_]);
  }
  return read;
}

std::optional<std::uint64_t> EventLog::Find(std::string_view event_id) const {
  const auto found = std::ranges::find(events_, event_id, &ReceivedEvent::event_id);
  if (found == events_.end()) return std::nullopt;
  return found->number;
}

void EventLog::HandOver(std::uint64_t end) {
  handed_over_ = std::max(handed_over_, std::min(end, this->end()));
  while (!waiting_.empty() && waiting_.front().number < handed_over_) {
    to_delete_.push_back(std::move(waiting_.front().receipt_handle));
    waiting_.pop_front();
  }
  Forget();
}

std::vector<std::string> EventLog::TakeReceipts(std::size_t most) {
  std::vector<std::string> taken;
  while (!to_delete_.empty() && taken.size() < most) {
    taken.push_back(std::move(to_delete_.front()));
    to_delete_.pop_front();
  }
  return taken;
}

void EventLog::Forget() {
  while (first_ < handed_over_ && full()) {
    bytes_ -= events_.front().body.size();
    events_.pop_front();
    ++first_;
  }
}

}  // namespace iatk::kit

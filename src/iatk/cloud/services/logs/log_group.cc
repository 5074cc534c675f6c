#include "iatk/cloud/services/logs/log_group.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace iatk::cloud {
namespace {

// What an event weighs beside its text. "PutLogEvents".
constexpr std::size_t kEventOverhead = 26;

}  // namespace

std::int64_t ToMillis(Time time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

std::string LogEvent::Id() const { return fmt::format("{:020}{:036}", timestamp, sequence); }

void LogStream::Add(LogEvent event) {
  last_ingestion_time_ = event.ingestion_time;
  bytes_ += event.message.size() + kEventOverhead;
  if (events_.empty() || events_.back().timestamp <= event.timestamp) {
    events_.push_back(std::move(event));
    return;
  }
  const auto behind = std::ranges::upper_bound(events_, event.timestamp, {}, &LogEvent::timestamp);
  events_.insert(behind, std::move(event));
}

void LogStream::Trim(std::size_t bytes, std::int64_t timestamp) {
  std::size_t count = 0;
  while (count < events_.size() && (bytes_ > bytes || events_[count].timestamp < timestamp)) {
    bytes_ -= events_[count++].message.size() + kEventOverhead;
  }
  if (count == 0) return;
  events_.erase(events_.begin(), events_.begin() + static_cast<std::ptrdiff_t>(count));
  dropped_ += count;
}

std::size_t LogGroup::bytes() const {
  std::size_t sum = 0;
  for (const auto& [name, stream] : streams) sum += stream.bytes();
  return sum;
}

std::int64_t LogGroup::OldestKept(std::int64_t now) const {
  constexpr std::int64_t kDay = 24LL * 60 * 60 * 1000;
  return retention_days ? std::max<std::int64_t>(0, now - *retention_days * kDay) : 0;
}

}  // namespace iatk::cloud

// What is to happen when, in order of time and, within a moment, of arrival. Private to net/.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "iatk/base/clock.h"

namespace iatk::net {

class TimerQueue {
 public:
  using Id = std::pair<Time, std::uint64_t>;

  Id Add(Time when, std::function<void()> task) {
    const Id id{when, next_sequence_++};
    // Most deadlines lie behind those that are there already.
    timers_.emplace_hint(timers_.end(), id, std::move(task));
    return id;
  }
  /// No effect once it has been taken.
  void Remove(const Id& id) { timers_.erase(id); }

  bool empty() const { return timers_.empty(); }
  /// When the first is due. There must be one.
  Time next() const { return timers_.begin()->first.first; }
  /// Takes the first if it is due at `now`; empty if none is.
  std::function<void()> TakeDue(Time now) {
    if (timers_.empty() || next() > now) return nullptr;
    return std::move(timers_.extract(timers_.begin()).mapped());
  }

 private:
  std::map<Id, std::function<void()>> timers_;
  std::uint64_t next_sequence_ = 0;
};

}  // namespace iatk::net

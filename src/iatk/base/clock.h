// Time. Everything that asks for the time, or waits for one, does it through a Clock, so that tests
// run in no time and the local cloud can freeze or skip it. The system's clock is read in clock.cc
// and nowhere else.
#pragma once

#include <chrono>

namespace iatk {

using Duration = std::chrono::microseconds;
/// A point of wall-clock time, in microseconds since 1970-01-01T00:00:00Z.
using Time = std::chrono::sys_time<Duration>;

/// Where the time comes from. Not thread-safe unless an implementation says so.
class Clock {
 public:
  virtual ~Clock() = default;
  /// The current wall-clock time. Never goes back during the life of a clock: deadlines are
  /// computed with it.
  virtual Time Now() const = 0;
};

/// The machine's clock: the wall time at its creation, advanced by the monotonic clock, so that a
/// deadline holds when the machine's time is set. Thread-safe.
class SystemClock final : public Clock {
 public:
  SystemClock();
  Time Now() const override;

 private:
  Time wall_at_start_;
  std::chrono::steady_clock::time_point steady_at_start_;
};

/// A clock that stands still until it is told to move. For tests.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start) : now_(start) {}
  Time Now() const override { return now_; }
  void Advance(Duration by) { now_ += by; }
  void Set(Time to) { now_ = to; }

 private:
  Time now_;
};

/// Blocks the calling thread. Only for programs that have nothing else to do (the kit's polling
/// loop); inside the cloud, fibers wait (net/fiber.h).
void SleepFor(Duration duration);

}  // namespace iatk

// Fibers over one thread. The thread that calls Run() owns all state of a cloud; every request,
// delivery and timer runs as a fiber on it, so long polls, waits and retries read as straight code
// and need no locks. Blocking work goes to a pool (Offload).
//
// Time: the loop owns the cloud's clock. On the system clock, waits take as long as they say. On a
// manual clock nothing passes by itself: AdvanceTo() moves the clock from timer to timer, in order,
// and lets the fibers of each moment run before it goes on.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "iatk/base/clock.h"

namespace iatk::net {

class EventLoop {
 public:
  struct Options {
    /// Start of a manual clock; unset for the system's.
    std::optional<Time> manual_clock_start;
    std::size_t pool_threads = 4;
#if defined(__SANITIZE_ADDRESS__)
    // Its frames are several times as large.
    std::size_t fiber_stack_bytes = std::size_t{16} << 20;
#else
    std::size_t fiber_stack_bytes = std::size_t{2} << 20;
#endif
  };

  EventLoop();
  explicit EventLoop(Options options);
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  const Clock& clock() const;

  /// Starts a fiber; it first runs when the loop gets to it, never inside this call. From the
  /// loop's thread only. A body must not let an exception out (it ends the program).
  void Spawn(std::function<void()> body);
  /// Runs `task` on the loop's thread, outside any fiber. From any thread.
  void Post(std::function<void()> task);
  /// Runs `task` on the loop's thread at `when`, outside any fiber. From the loop's thread only.
  void At(Time when, std::function<void()> task);

  /// Runs until Stop(). Fibers that are suspended then are never resumed; their stacks are unwound
  /// by the destructor.
  void Run();
  /// From any thread, and from a signal-safe context of OnSignal.
  void Stop();
  /// Unwinds the stacks of all fibers, for an owner whose state they use and who goes away before
  /// the loop. From the loop's thread, outside any fiber; none can be started afterwards.
  void EndFibers();
  /// Runs what can run now, waits for offloaded work, and returns when nothing is left but timers
  /// and waits. For tests.
  void RunUntilIdle();
  /// Manual clock only: moves the clock to `to` through every timer on the way, each followed by
  /// RunUntilIdle().
  void AdvanceTo(Time to);
  void AdvanceBy(Duration by) { AdvanceTo(clock().Now() + by); }

  /// Calls `handler` on the loop's thread when the process gets SIGINT or SIGTERM.
  void OnSignal(std::function<void()> handler);

  /// Within a fiber: suspends it until `when`.
  void SleepUntil(Time when);
  void SleepFor(Duration duration) { SleepUntil(clock().Now() + duration); }
  /// Within a fiber: lets the others run first.
  void Yield();

  /// Within a fiber: runs `work` on the pool's threads and suspends until it is done. `work` must
  /// not touch the loop's state; an exception from it is rethrown here.
  template <class Work>
  std::invoke_result_t<Work> Offload(Work work) {
    using Out = std::invoke_result_t<Work>;
    if constexpr (std::is_void_v<Out>) {
      OffloadErased(std::move(work));
    } else {
      std::optional<Out> out;
      OffloadErased([&out, &work] { out.emplace(work()); });
      return std::move(*out);
    }
  }

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  void OffloadErased(std::function<void()> work);
  std::unique_ptr<Impl> impl_;
};

/// What fibers wait for: a condition that others change. Waiters re-check their condition after
/// waking. Must be outlived by its loop, and outlive its waiters.
class Signal {
 public:
  explicit Signal(EventLoop& loop);
  ~Signal();
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  /// Wakes all fibers that wait now. From the loop's thread.
  void NotifyAll();
  /// Within a fiber: suspends until the next NotifyAll(), or `deadline`. False on the deadline.
  bool WaitUntil(Time deadline);
  void Wait();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace iatk::net

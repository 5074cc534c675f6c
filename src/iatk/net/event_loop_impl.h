// The parts of an event loop that the rest of net/ builds on. Private to net/.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

#include "iatk/base/clock.h"
#include "iatk/net/event_loop.h"
#include "iatk/net/fiber.h"
#include "iatk/net/reactor.h"
#include "iatk/net/timer_queue.h"
#include "iatk/net/worker_pool.h"

namespace iatk::net {

struct EventLoop::Impl {
  explicit Impl(const Options& options);

  const Clock& clock() const { return manual ? static_cast<const Clock&>(*manual) : system; }

  /// As EventLoop::Spawn; for those who must be able to end the fiber early.
  std::shared_ptr<Fiber> Spawn(std::function<void()> body);
  /// Resumes the fiber in a turn of its own.
  void WakeSoon(Waker waker);

  TimerQueue::Id AddTimer(Time when, std::function<void()> task);
  void RunDueTimers();
  void ArmForNextTimer();

  SystemClock system;
  std::optional<ManualClock> manual;
  TimerQueue timers;
  std::optional<Time> armed_for;  // system clock: when the reactor's timer ends
  bool due_posted = false;        // manual clock: whether RunDueTimers() is on its way
  std::size_t offloaded = 0;      // work given to the pool that has not reported back
  // In this order: the pool's work reports to the reactor, whose tasks hold fibers.
  FiberSet fibers;
  Reactor reactor;
  WorkerPool pool;
};

}  // namespace iatk::net

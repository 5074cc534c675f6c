#include "iatk/net/event_loop.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "iatk/net/event_loop_impl.h"

namespace iatk::net {
namespace {

// The reactor's timer is armed for no longer than this; a far deadline is looked at again then.
constexpr Duration kLongestWait = std::chrono::hours(1);

/// Work that a fiber waits for while a thread of the pool does it.
class OffloadedWork {
 public:
  explicit OffloadedWork(std::function<void()> work) : work_(std::move(work)) {}

  /// On a thread of the pool.
  void Run() {
    {
      const std::lock_guard lock(mutex_);
      if (state_ != State::kQueued) return;
      state_ = State::kRunning;
    }
    try {
      work_();
    } catch (...) {
      exception_ = std::current_exception();
    }
    {
      const std::lock_guard lock(mutex_);
      state_ = State::kDone;
    }
    done_.notify_all();
  }

  /// Prevents what has not begun, and waits for what has: it uses the fiber's stack.
  void Settle() {
    std::unique_lock lock(mutex_);
    if (state_ == State::kQueued) state_ = State::kDone;
    done_.wait(lock, [this] { return state_ == State::kDone; });
  }

  void RethrowFailure() const {
    if (exception_) std::rethrow_exception(exception_);
  }

 private:
  enum class State { kQueued, kRunning, kDone };
  std::function<void()> work_;
  std::mutex mutex_;
  std::condition_variable done_;
  State state_ = State::kQueued;
  std::exception_ptr exception_;
};

}  // namespace

EventLoop::Impl::Impl(const Options& options)
    : fibers(options.fiber_stack_bytes), pool(options.pool_threads) {
  if (options.manual_clock_start) manual.emplace(*options.manual_clock_start);
}

std::shared_ptr<Fiber> EventLoop::Impl::Spawn(std::function<void()> body) {
  auto fiber = fibers.Make(std::move(body));
  reactor.Post([fiber] { fiber->Start(); });
  return fiber;
}

void EventLoop::Impl::WakeSoon(Waker waker) {
  reactor.Post([waker = std::move(waker)] { waker.Wake(); });
}

TimerQueue::Id EventLoop::Impl::AddTimer(Time when, std::function<void()> task) {
  const auto id = timers.Add(when, std::move(task));
  ArmForNextTimer();
  return id;
}

void EventLoop::Impl::RunDueTimers() {
  const Time now = clock().Now();
  while (const auto task = timers.TakeDue(now)) task();
  ArmForNextTimer();
}

void EventLoop::Impl::ArmForNextTimer() {
  if (timers.empty()) return;
  const Time next = timers.next();
  const Time now = clock().Now();
  if (manual) {
    if (next > now || due_posted) return;
    due_posted = true;
    reactor.Post([this] {
      due_posted = false;
      RunDueTimers();
    });
    return;
  }
  if (armed_for && *armed_for <= next) return;
  const Duration delay = std::clamp(next - now, Duration::zero(), kLongestWait);
  armed_for = now + delay;
  reactor.ArmTimer(delay, [this] {
    armed_for.reset();
    RunDueTimers();
  });
}

EventLoop::EventLoop() : EventLoop(Options{}) {}
EventLoop::EventLoop(Options options) : impl_(std::make_unique<Impl>(options)) {}
EventLoop::~EventLoop() { impl_->fibers.UnwindAll(); }

const Clock& EventLoop::clock() const { return impl_->clock(); }

void EventLoop::Spawn(std::function<void()> body) { impl_->Spawn(std::move(body)); }
void EventLoop::Post(std::function<void()> task) { impl_->reactor.Post(std::move(task)); }
void EventLoop::At(Time when, std::function<void()> task) {
  impl_->AddTimer(when, std::move(task));
}

void EventLoop::Run() { impl_->reactor.Run(); }
void EventLoop::Stop() { impl_->reactor.Stop(); }
void EventLoop::EndFibers() { impl_->fibers.UnwindAll(); }

void EventLoop::RunUntilIdle() {
  while (impl_->reactor.Poll()) {
    if (impl_->offloaded == 0) return;
    if (!impl_->reactor.RunOne()) return;
  }
}

void EventLoop::AdvanceTo(Time to) {
  auto& manual = impl_->manual;
  if (!manual) throw std::logic_error("AdvanceTo() needs a manual clock");
  ManualClock& clock = *manual;
  RunUntilIdle();
  while (!impl_->timers.empty() && impl_->timers.next() <= to) {
    clock.Set(std::max(clock.Now(), impl_->timers.next()));
    impl_->timers.TakeDue(clock.Now())();
    RunUntilIdle();
  }
  clock.Set(std::max(clock.Now(), to));
}

void EventLoop::OnSignal(std::function<void()> handler) {
  impl_->reactor.OnSignal(std::move(handler));
}

void EventLoop::SleepUntil(Time when) {
  Impl& loop = *impl_;
  if (when <= loop.clock().Now()) {
    Yield();
    return;
  }
  const auto id = loop.AddTimer(when, [waker = Waker()] { waker.Wake(); });
  struct Removal {
    Impl& loop;
    TimerQueue::Id id;
    ~Removal() { loop.timers.Remove(id); }
  } removal{loop, id};
  Fiber::Current().Suspend();
}

void EventLoop::Yield() {
  impl_->WakeSoon(Waker());
  Fiber::Current().Suspend();
}

void EventLoop::OffloadErased(std::function<void()> work) {
  Impl& loop = *impl_;
  if (Fiber::Current().unwinding()) {
    work();
    return;
  }
  const auto offloaded = std::make_shared<OffloadedWork>(std::move(work));
  ++loop.offloaded;
  loop.pool.Submit([&loop, offloaded, waker = Waker()]() mutable {
    offloaded->Run();
    loop.reactor.Post([&loop, waker = std::move(waker)] {
      --loop.offloaded;
      waker.Wake();
    });
  });
  struct Settlement {
    OffloadedWork& work;
    ~Settlement() { work.Settle(); }
  } settlement{*offloaded};
  Fiber::Current().Suspend();
  offloaded->RethrowFailure();
}

}  // namespace iatk::net

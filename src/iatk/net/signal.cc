#include <list>
#include <utility>

#include "iatk/net/event_loop.h"
#include "iatk/net/event_loop_impl.h"

namespace iatk::net {
namespace {

/// A fiber that waits; lies on its stack.
struct Waiter {
  Waker waker;
  std::list<Waiter*>* waiters;  // where it is listed; nullptr once it is not
  std::list<Waiter*>::iterator position;
  bool timed_out = false;

  void Unlist() {
    if (waiters == nullptr) return;
    waiters->erase(position);
    waiters = nullptr;
  }
};

}  // namespace

struct Signal::Impl {
  EventLoop::Impl& loop;
  std::list<Waiter*> waiters;
};

Signal::Signal(EventLoop& loop) : impl_(std::make_unique<Impl>(Impl{loop.impl(), {}})) {}

Signal::~Signal() {
  // A loop that ends unwinds fibers whose signals have gone with their owners.
  for (Waiter* waiter : impl_->waiters) waiter->waiters = nullptr;
}

void Signal::NotifyAll() {
  for (Waiter* waiter : impl_->waiters) {
    waiter->waiters = nullptr;
    impl_->loop.WakeSoon(waiter->waker);
  }
  impl_->waiters.clear();
}

bool Signal::WaitUntil(Time deadline) {
  EventLoop::Impl& loop = impl_->loop;
  if (deadline <= loop.clock().Now()) return false;

  struct Wait {
    explicit Wait(EventLoop::Impl& the_loop) : loop(the_loop) {}
    ~Wait() {
      waiter.Unlist();
      if (timer) loop.timers.Remove(*timer);
    }
    EventLoop::Impl& loop;
    Waiter waiter{Waker(), nullptr, {}};
    std::optional<TimerQueue::Id> timer;
  } wait(loop);
  Waiter& waiter = wait.waiter;
  waiter.waiters = &impl_->waiters;
  waiter.position = impl_->waiters.insert(impl_->waiters.end(), &waiter);
  if (deadline != Time::max()) {
    wait.timer = loop.AddTimer(deadline, [&waiter] {
      // Notified in the same moment: the wake-up is on its way.
      if (waiter.waiters == nullptr) return;
      waiter.Unlist();
      waiter.timed_out = true;
      waiter.waker.Wake();
    });
  }
  Fiber::Current().Suspend();
  return !waiter.timed_out;
}

void Signal::Wait() { WaitUntil(Time::max()); }

}  // namespace iatk::net

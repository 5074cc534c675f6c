// Fibers: functions with a stack of their own that can stop in the middle and be resumed later.
// Private to net/; everyone else sees them through EventLoop and Signal.
#pragma once

#include <boost/context/fiber.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <vector>

namespace iatk::net {

/// Stacks with a guard page below them, kept for the next fiber. Pages that are never touched cost
/// no memory.
class StackPool {
 public:
  explicit StackPool(std::size_t stack_bytes);
  ~StackPool();
  StackPool(const StackPool&) = delete;
  StackPool& operator=(const StackPool&) = delete;

  boost::context::stack_context Acquire();
  void Release(boost::context::stack_context stack) noexcept;

 private:
  std::size_t stack_bytes_;
  std::size_t guard_bytes_;
  std::vector<boost::context::stack_context> free_;
};

class FiberSet;

/// Belongs to one thread. Every suspension has a number, so that something that came too late can't
/// resume a fiber which waits for something else by now (Waker).
class Fiber : public std::enable_shared_from_this<Fiber> {
 public:
  Fiber(FiberSet& set, std::function<void()> body) : set_(set), body_(std::move(body)) {}

  /// The fiber that calls this. Outside any, throws std::logic_error: waiting there is a bug.
  static Fiber& Current();

  /// Within this fiber: gives control back to whoever resumed it. In a fiber that is being unwound
  /// it throws instead, through everything on the stack; in a destructor on the way it returns.
  void Suspend();
  /// Outside this fiber: runs it until it suspends or ends.
  void Resume();
  /// The first Resume(), unless it has begun or was unwound before.
  void Start();
  /// Outside this fiber: ends it now. What is on its stack is destroyed.
  void Unwind();

  bool unwinding() const { return unwinding_; }

 private:
  friend class FiberSet;
  friend class Waker;
  enum class State { kNew, kSuspended, kRunning, kDone };

  void TakeStack();
  void Main() noexcept;

  FiberSet& set_;
  std::function<void()> body_;
  std::list<std::shared_ptr<Fiber>>::iterator position_;
  boost::context::fiber context_;  // while it is suspended
  boost::context::fiber resumer_;  // while it runs
  std::uint64_t suspensions_ = 0;
  State state_ = State::kNew;
  bool unwinding_ = false;
  // What the C++ runtime keeps per thread about exceptions in flight, and must keep per fiber.
  struct ExceptionState {
    void* caught = nullptr;
    unsigned uncaught = 0;
  } exceptions_;
  // For the address sanitizer, which must know on which stack the thread is.
  void* fake_stack_ = nullptr;
  const void* stack_bottom_ = nullptr;
  std::size_t stack_size_ = 0;
  const void* resumer_bottom_ = nullptr;
  std::size_t resumer_size_ = 0;
};

/// The fibers of a loop that have not ended.
class FiberSet {
 public:
  explicit FiberSet(std::size_t stack_bytes) : stacks_(stack_bytes) {}
  ~FiberSet() { UnwindAll(); }

  /// A fiber that starts with the first Resume(). After UnwindAll() has begun it never does.
  std::shared_ptr<Fiber> Make(std::function<void()> body);
  void UnwindAll();

 private:
  friend class Fiber;
  StackPool stacks_;
  std::list<std::shared_ptr<Fiber>> fibers_;
  bool closed_ = false;
};

/// The right to end one suspension of a fiber: the next one of the fiber that makes it.
class Waker {
 public:
  /// Of the current fiber.
  Waker() : fiber_(Fiber::Current().shared_from_this()), suspension_(fiber_->suspensions_) {}

  /// Whether the fiber still waits for this.
  bool Waits() const {
    return fiber_->state_ == Fiber::State::kSuspended && fiber_->suspensions_ == suspension_;
  }
  void Wake() const {
    if (Waits()) fiber_->Resume();
  }

 private:
  std::shared_ptr<Fiber> fiber_;
  std::uint64_t suspension_;
};

}  // namespace iatk::net

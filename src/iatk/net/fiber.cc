#include "iatk/net/fiber.h"

#include <cxxabi.h>
#include <sys/mman.h>
#include <unistd.h>

#include <boost/context/preallocated.hpp>
#include <cstring>
#include <exception>
#include <new>
#include <stdexcept>
#include <utility>

#if defined(__SANITIZE_ADDRESS__)
#define IATK_NET_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IATK_NET_ASAN 1
#endif
#endif
#ifdef IATK_NET_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace iatk::net {
namespace {

namespace context = boost::context;

constexpr std::size_t kPooledStacks = 64;
// Of a stack in the pool this much stays in memory; what a deep call touched below is given back.
constexpr std::size_t kKeptBytes = std::size_t{32} * 1024;

thread_local Fiber* current_fiber = nullptr;

/// Thrown through a fiber that is unwound. Not a std::exception, so that nothing takes it for an
/// error; a `catch (...)` that swallows it only delays the end to the next suspension.
struct Unwinding {};

struct StackReturner {
  StackPool* pool;
  context::stack_context allocate() { return pool->Acquire(); }
  void deallocate(context::stack_context& stack) noexcept { pool->Release(stack); }
};

#ifdef IATK_NET_ASAN
void StartSwitch(void** fake_stack, const void* bottom, std::size_t size) {
  __sanitizer_start_switch_fiber(fake_stack, bottom, size);
}
void FinishSwitch(void* fake_stack, const void** bottom, std::size_t* size) {
  __sanitizer_finish_switch_fiber(fake_stack, bottom, size);
}
void Unpoison(void* begin, std::size_t size) { __asan_unpoison_memory_region(begin, size); }
#else
void StartSwitch(void**, const void*, std::size_t) {}
void FinishSwitch(void*, const void**, std::size_t*) {}
void Unpoison(void*, std::size_t) {}
#endif

/// Exchanges the thread's exception state with `other`. The Itanium C++ ABI fixes the layout.
template <class ExceptionState>
void SwapExceptionState(ExceptionState& other) {
  void* const globals = abi::__cxa_get_globals();
  ExceptionState mine;
  std::memcpy(static_cast<void*>(&mine), globals, sizeof(mine));
  std::memcpy(globals, static_cast<const void*>(&other), sizeof(other));
  other = mine;
}

char* BottomOf(const context::stack_context& stack) {
  return static_cast<char*>(stack.sp) - stack.size;
}

}  // namespace

StackPool::StackPool(std::size_t stack_bytes)
    : guard_bytes_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))) {
  stack_bytes_ = (stack_bytes + guard_bytes_ - 1) / guard_bytes_ * guard_bytes_;
}

StackPool::~StackPool() {
  for (const auto& stack : free_) {
    munmap(BottomOf(stack) - guard_bytes_, stack.size + guard_bytes_);
  }
}

context::stack_context StackPool::Acquire() {
  if (!free_.empty()) {
    const auto stack = free_.back();
    free_.pop_back();
    return stack;
  }
  const std::size_t bytes = stack_bytes_ + guard_bytes_;
  void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  if (mprotect(memory, guard_bytes_, PROT_NONE) != 0) {
    munmap(memory, bytes);
    throw std::bad_alloc();
  }
  context::stack_context stack;
  stack.size = stack_bytes_;
  stack.sp = static_cast<char*>(memory) + bytes;
  return stack;
}

void StackPool::Release(context::stack_context stack) noexcept {
  char* const bottom = BottomOf(stack);
  Unpoison(bottom, stack.size);
  if (free_.size() >= kPooledStacks) {
    munmap(bottom - guard_bytes_, stack.size + guard_bytes_);
    return;
  }
  if (stack.size > kKeptBytes) madvise(bottom, stack.size - kKeptBytes, MADV_DONTNEED);
  try {
    free_.push_back(stack);
  } catch (...) {
    munmap(bottom - guard_bytes_, stack.size + guard_bytes_);
  }
}

Fiber& Fiber::Current() {
  if (current_fiber == nullptr) throw std::logic_error("only a fiber can wait");
  return *current_fiber;
}

void Fiber::TakeStack() {
  const auto stack = set_.stacks_.Acquire();
  stack_bottom_ = BottomOf(stack);
  stack_size_ = stack.size;
  context_ = context::fiber(std::allocator_arg, context::preallocated(stack.sp, stack.size, stack),
                            StackReturner{&set_.stacks_}, [this](context::fiber&& resumer) {
                              resumer_ = std::move(resumer);
                              Main();
                              return std::move(resumer_);
                            });
}

void Fiber::Main() noexcept {
  FinishSwitch(nullptr, &resumer_bottom_, &resumer_size_);
  try {
    body_();
  } catch (const Unwinding&) {
    state_ = State::kDone;  // the end that Unwind() wants
  }
  body_ = nullptr;
  state_ = State::kDone;
  StartSwitch(nullptr, resumer_bottom_, resumer_size_);
}

void Fiber::Suspend() {
  if (unwinding_) {
    if (std::uncaught_exceptions() > 0) return;
    throw Unwinding{};
  }
  state_ = State::kSuspended;
  StartSwitch(&fake_stack_, resumer_bottom_, resumer_size_);
  resumer_ = std::move(resumer_).resume();
  FinishSwitch(fake_stack_, &resumer_bottom_, &resumer_size_);
  ++suspensions_;
  if (unwinding_) throw Unwinding{};
}

void Fiber::Resume() {
  const auto keep_alive = shared_from_this();
  if (state_ == State::kNew) TakeStack();
  state_ = State::kRunning;
  Fiber* const resumer = std::exchange(current_fiber, this);
  SwapExceptionState(exceptions_);
  void* fake_stack = nullptr;
  StartSwitch(&fake_stack, stack_bottom_, stack_size_);
  context_ = std::move(context_).resume();
  FinishSwitch(fake_stack, nullptr, nullptr);
  SwapExceptionState(exceptions_);
  current_fiber = resumer;
  if (state_ == State::kDone) set_.fibers_.erase(position_);
}

void Fiber::Start() {
  if (state_ == State::kNew) Resume();
}

void Fiber::Unwind() {
  if (state_ == State::kDone || state_ == State::kRunning) return;
  unwinding_ = true;
  if (state_ == State::kSuspended) {
    Resume();
    return;
  }
  const auto keep_alive = shared_from_this();
  state_ = State::kDone;
  set_.fibers_.erase(position_);
  body_ = nullptr;
}

std::shared_ptr<Fiber> FiberSet::Make(std::function<void()> body) {
  auto fiber = std::make_shared<Fiber>(*this, std::move(body));
  if (closed_) {
    fiber->state_ = Fiber::State::kDone;
    fiber->body_ = nullptr;
    return fiber;
  }
  fiber->position_ = fibers_.insert(fibers_.end(), fiber);
  return fiber;
}

void FiberSet::UnwindAll() {
  closed_ = true;
  // The newest first: what a fiber has spawned may use what lies on its stack.
  while (!fibers_.empty()) std::shared_ptr<Fiber>(fibers_.back())->Unwind();
}

}  // namespace iatk::net

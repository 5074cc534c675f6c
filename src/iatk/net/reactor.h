// What the operating system has to tell a loop: tasks from other threads, ready file descriptors, a
// timer, signals. The only place that knows Asio. Private to net/.
#pragma once

#include <functional>
#include <memory>

#include "iatk/base/clock.h"

namespace iatk::net {

class Reactor {
 public:
  Reactor();
  ~Reactor();
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  /// From any thread.
  void Post(std::function<void()> task);
  /// From any thread.
  void Stop();

  /// Runs until Stop(), and at once returns if that came before.
  void Run();
  /// Runs all that is ready, and what becomes ready by it; whether it went on to the end, which
  /// Stop() prevents.
  bool Poll();
  /// Waits for one thing to happen and runs it; false if Stop() came.
  bool RunOne();

  /// Calls `task` after `delay`, instead of what was armed before.
  void ArmTimer(Duration delay, std::function<void()> task);
  /// Calls `handler` on each SIGINT and SIGTERM, instead of the one before.
  void OnSignal(std::function<void()> handler);

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// An open file descriptor that is watched. Owns it, and makes it non-blocking.
class Descriptor {
 public:
  Descriptor(Reactor& reactor, int fd);
  /// Closes it. What waits for it is not called any more.
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int fd() const;
  /// Calls `ready` once, outside any fiber, when reading won't block. One at a time.
  void OnReadable(std::function<void()> ready);
  /// Within a fiber: suspend until reading or writing won't block, or there is an error to fetch.
  void WaitReadable();
  void WaitWritable();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace iatk::net

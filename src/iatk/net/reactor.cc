#include "iatk/net/reactor.h"

#include <fcntl.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <optional>
#include <utility>

#include "iatk/net/fiber.h"

namespace iatk::net {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;
using StreamDescriptor = asio::posix::basic_stream_descriptor<asio::io_context::executor_type>;
using SteadyTimer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                               asio::wait_traits<std::chrono::steady_clock>,
                                               asio::io_context::executor_type>;

struct Reactor::Impl {
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
  SteadyTimer timer{io};
  std::optional<asio::signal_set> signals;
  std::function<void()> on_signal;

  void AwaitSignal(asio::signal_set& set) {
    set.async_wait([this, &set](const ErrorCode& error, int) {
      if (error) return;
      AwaitSignal(set);
      const auto handler = on_signal;
      handler();
    });
  }
};

Reactor::Reactor() : impl_(std::make_unique<Impl>()) {}
Reactor::~Reactor() = default;

void Reactor::Post(std::function<void()> task) { asio::post(impl_->io, std::move(task)); }

void Reactor::Stop() { impl_->io.stop(); }

void Reactor::Run() {
  impl_->io.run();
  impl_->io.restart();
}

bool Reactor::Poll() {
  while (impl_->io.poll() > 0) {
  }
  if (!impl_->io.stopped()) return true;
  impl_->io.restart();
  return false;
}

bool Reactor::RunOne() {
  if (impl_->io.run_one() > 0) return true;
  impl_->io.restart();
  return false;
}

void Reactor::ArmTimer(Duration delay, std::function<void()> task) {
  impl_->timer.expires_after(delay);
  impl_->timer.async_wait([task = std::move(task)](const ErrorCode& error) {
    if (!error) task();
  });
}

void Reactor::OnSignal(std::function<void()> handler) {
  impl_->on_signal = std::move(handler);
  if (impl_->signals) return;
  impl_->AwaitSignal(impl_->signals.emplace(impl_->io, SIGINT, SIGTERM));
}

struct Descriptor::Impl {
  Impl(Reactor& reactor, int fd) : stream(reactor.impl().io, fd) {}
  StreamDescriptor stream;
  // A wait that ended well may still be queued when the descriptor goes.
  std::shared_ptr<bool> watched = std::make_shared<bool>();
};

Descriptor::Descriptor(Reactor& reactor, int fd) : impl_(std::make_unique<Impl>(reactor, fd)) {
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}
Descriptor::~Descriptor() = default;

int Descriptor::fd() const { return impl_->stream.native_handle(); }

void Descriptor::OnReadable(std::function<void()> ready) {
  impl_->stream.async_wait(asio::posix::descriptor_base::wait_read,
                           [watched = std::weak_ptr<bool>(impl_->watched),
                            ready = std::move(ready)](const ErrorCode& error) {
                             if (!error && !watched.expired()) ready();
                           });
}

void Descriptor::WaitReadable() {
  impl_->stream.async_wait(asio::posix::descriptor_base::wait_read,
                           [waker = Waker()](const ErrorCode&) { waker.Wake(); });
  Fiber::Current().Suspend();
}

void Descriptor::WaitWritable() {
  impl_->stream.async_wait(asio::posix::descriptor_base::wait_write,
                           [waker = Waker()](const ErrorCode&) { waker.Wake(); });
  Fiber::Current().Suspend();
}

}  // namespace iatk::net

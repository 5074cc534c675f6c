#include "iatk/net/process.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <utility>

#include "iatk/net/child.h"
#include "iatk/net/event_loop_impl.h"

namespace iatk::net {
namespace {

constexpr std::size_t kReadBytes = std::size_t{16} * 1024;
// A child that writes without end must let others have their turn.
constexpr int kReadsPerTurn = 16;

/// write(2) to a pipe whose reader may be gone, without the signal that this brings: its handling
/// belongs to the program, which may have left it at "die".
ssize_t WriteWithoutSigpipe(int fd, std::string_view data) {
  sigset_t sigpipe;
  sigset_t before;
  sigset_t pending;
  sigemptyset(&sigpipe);
  sigaddset(&sigpipe, SIGPIPE);
  sigpending(&pending);
  pthread_sigmask(SIG_BLOCK, &sigpipe, &before);
  const auto count = write(fd, data.data(), data.size());
  const int reason = errno;
  if (count < 0 && reason == EPIPE && sigismember(&pending, SIGPIPE) == 0) {
    const timespec now{};
    while (sigtimedwait(&sigpipe, nullptr, &now) < 0 && errno == EINTR) {
    }
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = reason;
  return count;
}

int StatusOf(const siginfo_t& info) {
  return info.si_code == CLD_EXITED ? info.si_status : -info.si_status;
}

}  // namespace

// Held by those of its callbacks that run: each may destroy the Process.
struct Process::Impl : std::enable_shared_from_this<Process::Impl> {
  Impl(EventLoop& the_loop, const Child& child, ProcessOptions& options)
      : loop(the_loop),
        pid(child.pid),
        ended(the_loop),
        watch(std::make_unique<Descriptor>(the_loop.impl().reactor, child.pidfd)),
        stdin_pipe(std::make_unique<Descriptor>(the_loop.impl().reactor, child.stdin_fd)),
        on_exit(std::move(options.on_exit)) {
    outputs[0] = {std::make_unique<Descriptor>(the_loop.impl().reactor, child.stdout_fd),
                  std::move(options.on_stdout)};
    outputs[1] = {std::make_unique<Descriptor>(the_loop.impl().reactor, child.stderr_fd),
                  std::move(options.on_stderr)};
  }

  struct Output {
    std::unique_ptr<Descriptor> pipe;  // until its end
    std::function<void(std::string_view)> on_data;
  };

  void Watch() {
    watch->OnReadable([this] { OnEnd(); });
    for (auto& output : outputs) WatchOutput(output);
  }

  void WatchOutput(Output& output) {
    output.pipe->OnReadable([this, &output] {
      const auto keep_alive = shared_from_this();
      Read(output, kReadsPerTurn);
      if (output.pipe) WatchOutput(output);
    });
  }

  /// Passes on what the pipe holds, in at most `turns` pieces.
  void Read(Output& output, int turns) {
    std::array<char, kReadBytes> buffer;
    for (int turn = 0; turn < turns && output.pipe; ++turn) {
      const auto count = read(output.pipe->fd(), buffer.data(), buffer.size());
      if (count > 0) {
        if (output.on_data) output.on_data({buffer.data(), static_cast<std::size_t>(count)});
      } else if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
      } else {
        output.pipe.reset();
      }
    }
  }

  void OnEnd() {
    const auto keep_alive = shared_from_this();
    siginfo_t info{};
    // The child stays unreaped as long as this object lives: its number, which is its group's,
    // can't be given to another process, and Kill() hits the right ones.
    if (waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
        info.si_pid == 0) {
      // Somebody else reaped it, and with it the knowledge of its end.
      info.si_code = CLD_KILLED;
      info.si_status = SIGKILL;
    }
    // What the child wrote is in the pipes by now. Its own children may hold them open for ever, so
    // their end is not waited for.
    constexpr int kPiecesInAPipe = 1024;
    for (auto& output : outputs) {
      Read(output, kPiecesInAPipe);
      output.pipe.reset();
    }
    if (closed) return;
    stdin_pipe.reset();
    status = StatusOf(info);
    ended.NotifyAll();
    if (const auto handler = std::exchange(on_exit, nullptr)) handler(*status);
  }

  void Close() {
    closed = true;
    watch.reset();
    stdin_pipe.reset();
    for (auto& output : outputs) output.pipe.reset();
    kill(-pid, SIGKILL);
    while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    if (!status) {
      status = -SIGKILL;
      ended.NotifyAll();
    }
  }

  EventLoop& loop;
  const pid_t pid;
  Signal ended;
  std::unique_ptr<Descriptor> watch;
  std::unique_ptr<Descriptor> stdin_pipe;
  std::array<Output, 2> outputs;
  std::function<void(int)> on_exit;
  std::optional<int> status;
  bool closed = false;
};

Result<std::unique_ptr<Process>> Process::Start(EventLoop& loop, ProcessOptions options) {
  IATK_TRY(const auto child, StartChild({options.command, options.environment, options.directory,
                                         options.memory_limit_bytes}));
  auto impl = std::make_shared<Impl>(loop, child, options);
  impl->Watch();
  return std::unique_ptr<Process>(new Process(std::move(impl)));
}

Process::Process(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Process::~Process() { impl_->Close(); }

int Process::pid() const { return impl_->pid; }

bool Process::WriteStdin(std::string_view data) {
  const auto impl = impl_;
  while (!data.empty()) {
    if (!impl->stdin_pipe) return false;
    const auto count = WriteWithoutSigpipe(impl->stdin_pipe->fd(), data);
    if (count >= 0) {
      data.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      impl->stdin_pipe->WaitWritable();
    } else if (errno != EINTR) {
      impl->stdin_pipe.reset();
      return false;
    }
  }
  return true;
}

void Process::CloseStdin() { impl_->stdin_pipe.reset(); }

void Process::Kill(int signal) { kill(-impl_->pid, signal); }

int Process::Wait() {
  const auto impl = impl_;
  while (true) {
    if (const auto status = impl->status) return *status;
    impl->ended.Wait();
  }
}

}  // namespace iatk::net

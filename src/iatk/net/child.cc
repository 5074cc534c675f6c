#include "iatk/net/child.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace iatk::net {
namespace {

/// Where a child that could not run its program failed; it writes this to its parent.
struct Failure {
  enum class Step : int { kSetUp, kDirectory, kProgram };
  Step step;
  int reason;
};

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.Release()) {}
  Fd& operator=(Fd&& other) noexcept {
    Close();
    fd_ = other.Release();
    return *this;
  }
  ~Fd() { Close(); }
  int get() const { return fd_; }
  int Release() { return std::exchange(fd_, -1); }
  void Close() {
    if (fd_ >= 0) close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
};

struct Pipe {
  Fd read;
  Fd write;

  bool Open() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return false;
    read = Fd(ends[0]);
    write = Fd(ends[1]);
    return true;
  }
};

Error NotStarted(const std::string& program, const std::string& reason) {
  return ReceiverError("ProcessNotStarted", "Can't start " + program + ": " + reason + ".");
}

Error NotFound(const std::string& program) {
  return SenderError("ProgramNotFound", "The program " + program + " was not found.");
}

bool IsExecutableFile(const std::string& path) {
  struct stat file{};
  return stat(path.c_str(), &file) == 0 && S_ISREG(file.st_mode) && access(path.c_str(), X_OK) == 0;
}

/// As a shell does: a name without '/' is looked up in PATH. Empty if it is not there.
std::string FindProgram(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  const char* const variable = std::getenv("PATH");
  std::string_view path = variable == nullptr ? "/usr/local/bin:/usr/bin:/bin" : variable;
  while (true) {
    const auto colon = path.find(':');
    const auto folder = path.substr(0, colon);
    std::string candidate(folder.empty() ? "." : folder);
    candidate += '/';
    candidate += name;
    if (IsExecutableFile(candidate)) return candidate;
    if (colon == std::string_view::npos) return {};
    path.remove_prefix(colon + 1);
  }
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// All that the child needs, made before the fork: behind it nothing may be allocated.
struct Preparation {
  const char* program;
  char* const* arguments;
  char* const* environment;
  const char* directory;  // nullptr: stay
  std::size_t memory_limit_bytes;
  pid_t parent;
  int stdin_fd;
  int stdout_fd;
  int stderr_fd;
  int failure_fd;
};

[[noreturn]] void RunProgram(const Preparation& child) {
  const auto fail = [&](Failure::Step step) {
    const Failure failure{step, errno};
    [[maybe_unused]] const auto written = write(child.failure_fd, &failure, sizeof(failure));
    _exit(127);
  };
  if (setpgid(0, 0) != 0) fail(Failure::Step::kSetUp);
#ifdef PR_SET_PDEATHSIG
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != child.parent) _exit(127);
#endif
  for (int signal = 1; signal < NSIG; ++signal) {
    if (signal != SIGKILL && signal != SIGSTOP) std::signal(signal, SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  if (child.memory_limit_bytes > 0) {
    const rlimit limit{child.memory_limit_bytes, child.memory_limit_bytes};
    if (setrlimit(RLIMIT_AS, &limit) != 0) fail(Failure::Step::kSetUp);
  }
  if (child.directory != nullptr && chdir(child.directory) != 0) fail(Failure::Step::kDirectory);
  if (dup2(child.stdin_fd, STDIN_FILENO) < 0 || dup2(child.stdout_fd, STDOUT_FILENO) < 0 ||
      dup2(child.stderr_fd, STDERR_FILENO) < 0) {
    fail(Failure::Step::kSetUp);
  }
  // Whether or not those who opened something else thought of close-on-exec.
  syscall(SYS_close_range, 3U, static_cast<unsigned>(child.failure_fd) - 1, 0U);
  syscall(SYS_close_range, static_cast<unsigned>(child.failure_fd) + 1, ~0U, 0U);
  execve(child.program, child.arguments, child.environment);
  fail(Failure::Step::kProgram);
  _exit(127);
}

}  // namespace

Result<Child> StartChild(const ChildProgram& program) {
  if (program.command.empty()) return Fail(NotStarted("a program", "the command is empty"));
  const std::string& name = program.command.front();
  const std::string path = FindProgram(name);
  if (path.empty()) return Fail(NotFound(name));

  std::vector<std::string> arguments = program.command;
  std::vector<std::string> environment;
  environment.reserve(program.environment.size());
  for (const auto& [variable, value] : program.environment) {
    environment.emplace_back(variable).append("=").append(value);
  }
  const auto argument_pointers = Pointers(arguments);
  const auto environment_pointers = Pointers(environment);

  Pipe in;
  Pipe out;
  Pipe err;
  Pipe failure_pipe;
  if (!in.Open() || !out.Open() || !err.Open() || !failure_pipe.Open()) {
    return Fail(NotStarted(name, std::strerror(errno)));
  }
  // Above the three that the child moves its own to, so that none is overwritten on the way.
  for (Fd* end : {&in.read, &out.write, &err.write, &failure_pipe.write}) {
    const int high = fcntl(end->get(), F_DUPFD_CLOEXEC, 10);
    if (high < 0) return Fail(NotStarted(name, std::strerror(errno)));
    *end = Fd(high);
  }

  const Preparation preparation{
      .program = path.c_str(),
      .arguments = argument_pointers.data(),
      .environment = environment_pointers.data(),
      .directory = program.directory.empty() ? nullptr : program.directory.c_str(),
      .memory_limit_bytes = program.memory_limit_bytes,
      .parent = getpid(),
      .stdin_fd = in.read.get(),
      .stdout_fd = out.write.get(),
      .stderr_fd = err.write.get(),
      .failure_fd = failure_pipe.write.get()};
  // No handler of this process must run in the child before it has reset them.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = fork();
  if (pid == 0) RunProgram(preparation);
  const int fork_errno = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return Fail(NotStarted(name, std::strerror(fork_errno)));

  failure_pipe.write.Close();
  Failure failure{};
  ssize_t count = 0;
  do {
    count = read(failure_pipe.read.get(), &failure, sizeof(failure));
  } while (count < 0 && errno == EINTR);
  Fd pidfd(count == 0 ? static_cast<int>(syscall(SYS_pidfd_open, pid, 0)) : -1);
  if (pidfd.get() < 0) {
    if (count == 0) failure = {Failure::Step::kSetUp, errno};
    kill(-pid, SIGKILL);
    kill(pid, SIGKILL);
    while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    if (failure.step == Failure::Step::kDirectory) {
      return Fail(NotStarted(
          name, "its folder " + program.directory + ": " + std::strerror(failure.reason)));
    }
    if (failure.step == Failure::Step::kProgram && failure.reason == ENOENT) {
      return Fail(NotFound(name));
    }
    return Fail(NotStarted(name, std::strerror(failure.reason)));
  }
  fcntl(pidfd.get(), F_SETFD, FD_CLOEXEC);
  return Child{pid, pidfd.Release(), in.write.Release(), out.read.Release(), err.read.Release()};
}

}  // namespace iatk::net

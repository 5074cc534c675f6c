// Child processes on an event loop.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/net/event_loop.h"

namespace iatk::net {

struct ProcessOptions {
  std::vector<std::string> command;  ///< program (looked up in PATH of this process) and arguments
  std::vector<std::pair<std::string, std::string>> environment;  ///< all of it; nothing inherited
  std::string directory;                                         ///< empty: this process's own
  std::size_t memory_limit_bytes = 0;                            ///< of address space; 0: none
  /// Called on the loop's thread with what the child wrote, as it comes.
  std::function<void(std::string_view)> on_stdout;
  std::function<void(std::string_view)> on_stderr;
  /// Called once, after the child's last output, with the exit status, or minus the signal that
  /// ended it. Does not wait for what the child may have left running in its group.
  std::function<void(int)> on_exit;
};

/// A running child, leader of a process group of its own. It inherits no descriptor but its
/// standard ones. The destructor kills the whole group and reaps the child; the callbacks are not
/// called after it, and may be what destroys this. The child dies with the thread that started it
/// (PR_SET_PDEATHSIG).
class Process {
 public:
  /// Fails with code "ProgramNotFound" or "ProcessNotStarted".
  /// Blocks until the program runs: under a millisecond.
  static Result<std::unique_ptr<Process>> Start(EventLoop& loop, ProcessOptions options);
  ~Process();

  int pid() const;
  /// Within a fiber: writes to the child's standard input. False if the child has closed it.
  bool WriteStdin(std::string_view data);
  void CloseStdin();
  /// Sends `signal` to the whole process group.
  void Kill(int signal);
  /// Within a fiber: suspends until the child has ended; its status as in on_exit, or minus SIGKILL
  /// if this is destroyed meanwhile.
  int Wait();

 private:
  struct Impl;
  explicit Process(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace iatk::net

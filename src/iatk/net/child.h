// Starting a program: everything between fork and exec. Private to net/.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "iatk/base/result.h"

namespace iatk::net {

/// A child that runs its program, leader of its own process group. The caller owns all descriptors
/// and has to reap `pid`.
struct Child {
  pid_t pid;
  int pidfd;  ///< readable once the child has ended
  int stdin_fd;
  int stdout_fd;
  int stderr_fd;
};

struct ChildProgram {
  const std::vector<std::string>& command;
  const std::vector<std::pair<std::string, std::string>>& environment;
  const std::string& directory;
  std::size_t memory_limit_bytes;
};

/// Returns once the program runs. Fails as Process::Start does, and leaves nothing behind then.
Result<Child> StartChild(const ChildProgram& program);

}  // namespace iatk::net

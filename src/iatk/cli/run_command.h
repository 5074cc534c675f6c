// A program that runs in the foreground, with this one's input and output.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "iatk/base/result.h"

namespace iatk::cli {

/// Runs `command` (looked up in PATH) and waits for it; its exit status, or 128 plus the signal
/// that ended it, as a shell has it. `environment` goes over this process's own; an empty value
/// unsets. Fails if it can't be started.
Result<int> RunCommand(const std::vector<std::string>& command,
                       const std::vector<std::pair<std::string, std::string>>& environment);

}  // namespace iatk::cli

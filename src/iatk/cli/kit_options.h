// What the commands over the kit have in common.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "iatk/base/result.h"
#include "iatk/kit/session.h"

namespace iatk::cli {

struct KitOptions {
  std::string region;
  std::string profile;
  bool json = false;
};

/// Adds --region, --profile and --json.
void AddKitOptions(CLI::App& command, KitOptions& options);

/// The session of the options, under the program's own user agent.
Result<std::unique_ptr<kit::Session>> MakeSession(const KitOptions& options);

/// Prints why `command` could not do its work; returns the status for it.
int Failed(const std::string& command, const Error& error);

/// The text of an argument: "@FILE" is the file's, "-" is standard input's, all else its own.
Result<std::string> ReadArgument(const std::string& argument);

/// Whether standard output is a terminal that colours may be shown on (NO_COLOR unset).
bool ColoursWanted();

}  // namespace iatk::cli

// The commands of the iatk program. Each returns the program's exit status.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace iatk::cli {

/// What went wrong before a command could begin its work: bad usage, a port in use, a template that
/// is not there.
inline constexpr int kUsageStatus = 2;

struct CloudCommand {
  std::string host = "127.0.0.1";
  std::uint16_t port = 4566;
};
/// Serves the local cloud until SIGINT or SIGTERM.
int RunCloud(const CloudCommand& command);

struct TestCommand {
  std::string region = "us-east-1";
  /// PATH or PATH=STACK, in the order of deployment.
  std::vector<std::string> deploy;
  /// What an event may take from bus to target, in seconds; later ones are marked in the report.
  std::optional<double> sla_seconds;
  std::vector<std::string> command;
};
/// Runs a command against a local cloud of its own; its exit status is the command's.
int RunTest(const TestCommand& command);

/// Answers JSON-RPC requests on standard input, one a line, until its end. 1 if the last one was no
/// JSON-RPC request.
int RunRpc();

}  // namespace iatk::cli

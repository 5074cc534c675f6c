// Credentials that a command of the user's prints.
#include "iatk/net/process.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <string_view>
#include <utility>
#include <vector>

#include "iatk/client/credentials/command_line.h"
#include "iatk/client/credentials/provider.h"
#include "iatk/json/parse.h"
#include "iatk/net/event_loop.h"

namespace iatk::client {
namespace {

constexpr std::chrono::seconds kTimeout{60};
constexpr std::size_t kMaxOutputBytes = 64U * 1024U;

// What it prints to standard error may hold anything, so no error tells it.
Error ProcessError(std::string_view what) {
  return SenderError("CredentialProcessFailed", fmt::format("credential_process {}", what));
}

std::vector<std::pair<std::string, std::string>> ProcessVariables() {
  std::vector<std::pair<std::string, std::string>> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    const std::size_t equals = variable.find('=');
    if (equals == std::string_view::npos) continue;
    variables.emplace_back(variable.substr(0, equals), variable.substr(equals + 1));
  }
  return variables;
}

class ProcessProvider : public CredentialsProvider {
 public:
  explicit ProcessProvider(std::string command) : command_(std::move(command)) {}

  Result<Credentials> Fetch() override {
    IATK_TRY(const std::string output, Run());
    const auto json = json::Parse(output, {.max_depth = 8, .max_bytes = kMaxOutputBytes});
    const json::Value* const version = json ? json->Find("Version") : nullptr;
    if (version == nullptr || version->AsNumber() == nullptr ||
        version->AsNumber()->AsInt64() != 1) {
      return Fail(ProcessError("printed no JSON object with Version 1"));
    }
    return ReadCredentials(output, "SessionToken", "CredentialProcessFailed", "credential_process");
  }

 private:
  Result<std::string> Run() const {
    const auto words = SplitCommandLine(command_);
    if (!words || words->empty()) return Fail(ProcessError("is no command line"));
    net::EventLoop loop({.manual_clock_start = {}, .pool_threads = 1});
    std::string output;
    std::optional<int> status;
    bool late = false;
    bool too_much = false;
    net::ProcessOptions options;
    options.command = *words;
    options.environment = ProcessVariables();
    std::unique_ptr<net::Process> process;
    options.on_stdout = [&](std::string_view data) {
      too_much = too_much || data.size() > kMaxOutputBytes - output.size();
      if (too_much) {
        process->Kill(SIGKILL);
      } else {
        output += data;
      }
    };
    options.on_exit = [&](int exit_status) {
      status = exit_status;
      loop.Stop();
    };
    IATK_TRY(process, net::Process::Start(loop, std::move(options)).map_error([](const Error&) {
      return ProcessError("could not be started");
    }));
    process->CloseStdin();
    loop.At(loop.clock().Now() + kTimeout, [&] {
      late = true;
      process->Kill(SIGKILL);
    });
    loop.Run();
    if (late) return Fail(ProcessError(fmt::format("took more than {} s", kTimeout.count())));
    if (too_much) return Fail(ProcessError("printed more than 64 KiB"));
    if (status != 0) {
      return Fail(ProcessError(fmt::format("ended with status {}", status.value_or(-1))));
    }
    return output;
  }

  const std::string command_;
};

}  // namespace

ProviderPtr MakeProcessProvider(const ProviderContext&, std::string command) {
  return std::make_unique<ProcessProvider>(std::move(command));
}

}  // namespace iatk::client

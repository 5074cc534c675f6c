#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "iatk/cli/commands.h"
#include "iatk/cli/report.h"
#include "iatk/cli/run_command.h"
#include "iatk/cli/stacks.h"
#include "iatk/client/client.h"
#include "iatk/cloud/cloud.h"

namespace iatk::cli {
namespace {

constexpr char kAccount[] = "123456789012";

// What the command and the program's own client find in their environment: the cloud, and nothing
// of the user's accounts.
std::vector<std::pair<std::string, std::string>> TestEnvironment(const std::string& endpoint_url,
                                                                 const std::string& region) {
  return {{"AWS_ENDPOINT_URL", endpoint_url},
          {"AWS_ACCESS_KEY_ID", kAccount},
          {"AWS_SECRET_ACCESS_KEY", "test"},
          {"AWS_SESSION_TOKEN", ""},
          {"AWS_REGION", region},
          {"AWS_DEFAULT_REGION", region},
          {"AWS_PROFILE", ""},
          {"AWS_CONFIG_FILE", "/dev/null"},
          {"AWS_SHARED_CREDENTIALS_FILE", "/dev/null"},
          {"AWS_EC2_METADATA_DISABLED", "true"}};
}

client::Environment Fixed(std::vector<std::pair<std::string, std::string>> variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    for (const auto& [key, value] : variables) {
      if (key == name) return value;
    }
    return std::nullopt;
  };
}

struct Options {
  std::string region = "us-east-1";
  std::vector<std::string> deploy;    // PATH or PATH=STACK, in the order of deployment
  std::optional<double> sla_seconds;  // later events are marked in the report
  std::vector<std::string> command;
};

// The run beside the cloud's loop: deploy, command, clean-up.
class TestRun {
 public:
  TestRun(const Options& command, std::string endpoint_url)
      : command_(command), environment_(TestEnvironment(endpoint_url, command.region)) {}

  int Go() {
    auto client = client::Client::Make(
        {.region = command_.region, .profile = {}, .environment = Fixed(environment_)});
    if (!client) {
      fmt::print(stderr, "iatk test: {}\n", client.error().message);
      return kUsageStatus;
    }
    int status = kUsageStatus;
    if (Deploy(**client)) {
      const Result<int> ran = RunCommand(command_.command, environment_);
      if (ran) {
        status = *ran;
      } else {
        fmt::print(stderr, "iatk test: {}\n", ran.error().message);
      }
      traces_ = FetchTraces(**client);
    }
    Remove(**client);
    return status;
  }

  const std::vector<DeployedStack>& stacks() const { return stacks_; }
  const std::vector<RenderedTrace>& traces() const { return traces_; }

 private:
  bool Deploy(client::Client& client) {
    for (const std::string& item : command_.deploy) {
      const Result<Deployment> deployment = ReadDeployment(item);
      if (!deployment) {
        fmt::print(stderr, "iatk test: {}\n", deployment.error().message);
        return false;
      }
      fmt::print(stderr, "deploying {} … ", deployment->stack);
      const Result<DeployedStack> stack = DeployStack(client, *deployment);
      // A stack that failed is there too, and is removed with the others.
      stacks_.push_back(stack ? *stack : DeployedStack{deployment->stack, "FAILED", {}, {}});
      if (!stack) {
        fmt::print(stderr, "failed\niatk test: {}\n", stack.error().message);
        return false;
      }
      fmt::print(stderr, "{}\n", stack->status);
    }
    return true;
  }

  void Remove(client::Client& client) {
    // In the opposite order: a later stack may use what an earlier one exports.
    for (auto stack = stacks_.rbegin(); stack != stacks_.rend(); ++stack) {
      fmt::print(stderr, "removing {} … ", stack->name);
      const Result<void> removed = RemoveStack(client, stack->name);
      fmt::print(stderr, "{}\n", removed ? "DELETE_COMPLETE" : removed.error().message);
    }
  }

  const Options& command_;
  std::vector<std::pair<std::string, std::string>> environment_;
  std::vector<DeployedStack> stacks_;
  std::vector<RenderedTrace> traces_;
};

int RunTest(const Options& options) {
  net::EventLoop loop;
  auto cloud =
      cloud::Cloud::Start(loop, {.host = "127.0.0.1", .port = 0, .xray_port = 0, .seed = {}});
  if (!cloud) {
    fmt::print(stderr, "iatk test: {}\n", cloud.error().message);
    return kUsageStatus;
  }
  // The command gets the terminal's signals too, and ends by them; the program then cleans up.
  loop.OnSignal([] {});
  TestRun run(options, (*cloud)->endpoint_url());
  int status = kUsageStatus;
  std::thread driver([&] {
    status = run.Go();
    loop.Stop();
  });
  loop.Run();
  driver.join();
  std::fflush(stdout);
  fmt::print("{}", RenderReport({.stacks = run.stacks(),
                                 .traces = run.traces(),
                                 .journal = (*cloud)->journal(),
                                 .sla_seconds = options.sla_seconds}));
  return status;
}

}  // namespace

void AddTest(CLI::App& app, Run* run) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "test", "Run a test command against a local cloud of its own, and report what happened.");
  command->add_option("--region", options->region, "Region of the run")->capture_default_str();
  command
      ->add_option("--deploy", options->deploy,
                   "Template to deploy first, and its stack's name (else the folder's). A folder "
                   "means its template.yaml, .yml or .json")
      ->type_name("PATH[=STACK]")
      ->take_all();
  command->add_option("--sla", options->sla_seconds,
                      "Mark events that took longer than this from bus to target, in seconds");
  command->add_option("command", options->command, "The command, behind --")->required();
  command->positionals_at_end();
  command->footer(
      "The command finds AWS_ENDPOINT_URL, AWS_REGION and test credentials in its environment. "
      "Its\n"
      "exit status is the program's; 2 if the run could not begin. All stacks are removed at the "
      "end.");
  command->callback([run, options] { *run = [options] { return RunTest(*options); }; });
}

}  // namespace iatk::cli

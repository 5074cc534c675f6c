#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "iatk/cli/commands.h"
#include "iatk/cloud/cloud.h"

namespace iatk::cli {
namespace {

struct Options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 4566;
  std::uint16_t xray_port = 0;
};

// Until SIGINT or SIGTERM.
int Serve(const Options& options) {
  net::EventLoop loop;
  auto cloud = cloud::Cloud::Start(
      loop,
      {.host = options.host, .port = options.port, .xray_port = options.xray_port, .seed = {}});
  if (!cloud) {
    fmt::print(stderr, "iatk cloud: {}\n", cloud.error().message);
    return kUsageStatus;
  }
  loop.OnSignal([&loop] { loop.Stop(); });
  fmt::print("iatk cloud is ready at {}\n", (*cloud)->endpoint_url());
  std::fflush(stdout);
  loop.Run();
  return 0;
}

}  // namespace

void AddCloud(CLI::App& app, Run* run) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "cloud", "Serve the local cloud: AWS's services in memory, at one endpoint.");
  command->add_option("--host", options->host, "Address to listen at")->capture_default_str();
  command->add_option("--port", options->port, "Port to listen at; 0 takes a free one")
      ->capture_default_str();
  command
      ->add_option("--xray-port", options->xray_port,
                   "UDP port of the X-Ray daemon, for segments from outside; 0 takes a free one")
      ->capture_default_str();
  command->footer(
      "Point AWS_ENDPOINT_URL at it. A twelve-digit access key is the account; any secret will "
      "do.\n"
      "SIGINT or SIGTERM ends it, with all it started.");
  command->callback([run, options] { *run = [options] { return Serve(*options); }; });
}

}  // namespace iatk::cli

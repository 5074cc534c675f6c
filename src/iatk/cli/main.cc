// The iatk program.
#include <CLI/CLI.hpp>

#include "iatk/base/version.h"
#include "iatk/cli/commands.h"

int main(int argc, char** argv) {
  using namespace iatk::cli;
  CLI::App app(
      "Integration tests of event-driven applications on AWS, against AWS or a local cloud.",
      "iatk");
  app.set_version_flag("--version", std::string(iatk::kVersion));
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);

  CloudCommand cloud;
  CLI::App* const cloud_app = app.add_subcommand(
      "cloud", "Serve the local cloud: AWS's services in memory, at one endpoint.");
  cloud_app->add_option("--host", cloud.host, "Address to listen at")->capture_default_str();
  cloud_app->add_option("--port", cloud.port, "Port to listen at; 0 takes a free one")
      ->capture_default_str();
  cloud_app->footer(
      "Point AWS_ENDPOINT_URL at it. A twelve-digit access key is the account; any secret will "
      "do.\n"
      "SIGINT or SIGTERM ends it, with all it started.");

  TestCommand test;
  CLI::App* const test_app = app.add_subcommand(
      "test", "Run a test command against a local cloud of its own, and report what happened.");
  test_app->add_option("--region", test.region, "Region of the run")->capture_default_str();
  test_app
      ->add_option("--deploy", test.deploy,
                   "Template to deploy first, and its stack's name (else the folder's). A folder "
                   "means its template.yaml, .yml or .json")
      ->type_name("PATH[=STACK]")
      ->take_all();
  test_app->add_option("--sla", test.sla_seconds,
                       "Mark events that took longer than this from bus to target, in seconds");
  test_app->add_option("command", test.command, "The command, behind --")->required();
  test_app->positionals_at_end();
  test_app->footer(
      "The command finds AWS_ENDPOINT_URL, AWS_REGION and test credentials in its environment. "
      "Its\n"
      "exit status is the program's; 2 if the run could not begin. All stacks are removed at the "
      "end.");

  CLI::App* const rpc_app = app.add_subcommand(
      "rpc", "Answer JSON-RPC 2.0 requests, one a line, on standard input and output.");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = app.exit(error);
    return status == 0 ? 0 : kUsageStatus;
  }
  if (cloud_app->parsed()) return RunCloud(cloud);
  if (test_app->parsed()) return RunTest(test);
  if (rpc_app->parsed()) return RunRpc();
  return kUsageStatus;
}

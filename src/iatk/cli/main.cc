// The iatk program.
#include <CLI/CLI.hpp>

#include "iatk/base/version.h"
#include "iatk/cli/commands.h"

int main(int argc, char** argv) {
  using namespace iatk::cli;
  if (IsCalledLikeTheOriginal(argc)) return AnswerOneRequest();
  CLI::App app(
      "Integration tests of event-driven applications on AWS, against AWS or a local cloud.",
      "iatk");
  app.set_version_flag("--version", std::string(iatk::kVersion));
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  app.footer("Exit status: 0 found, 1 not found or not matched, 2 wrong usage.");

  Run run;
  for (const auto add : {AddCloud, AddTest, AddOutputs, AddPhysicalId, AddListen, AddExplain,
                         AddMock, AddTrace, AddGc, AddRpc}) {
    add(app, &run);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = app.exit(error);
    return status == 0 ? 0 : kUsageStatus;
  }
  return run();
}

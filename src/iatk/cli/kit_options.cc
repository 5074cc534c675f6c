#include "iatk/cli/kit_options.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>

#include "iatk/cli/commands.h"
#include "iatk/client/client.h"

namespace iatk::cli {

void AddKitOptions(CLI::App& command, KitOptions& options) {
  command.add_option("--region", options.region, "Region (else the environment's or profile's)");
  command.add_option("--profile", options.profile, "Profile of the shared config files");
  command.add_flag("--json", options.json, "Print JSON");
}

Result<std::unique_ptr<kit::Session>> MakeSession(const KitOptions& options) {
  IATK_TRY(auto client, client::Client::Make({.region = options.region,
                                              .profile = options.profile,
                                              .environment = client::ProcessEnvironment()}));
  return std::make_unique<kit::Session>(std::move(client));
}

int Failed(const std::string& command, const Error& error) {
  fmt::print(stderr, "iatk {}: {}\n", command, kit::Describe(error));
  return kNotFoundStatus;
}

Result<std::string> ReadArgument(const std::string& argument) {
  if (argument == "-") {
    return std::string(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
  }
  if (!argument.starts_with('@')) return argument;
  std::ifstream file(argument.substr(1), std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file) {
    return Fail(SenderError("FileNotRead", fmt::format("{} can't be read", argument.substr(1))));
  }
  return text;
}

bool ColoursWanted() {
  const char* const no_color = std::getenv("NO_COLOR");
  return isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
}

}  // namespace iatk::cli

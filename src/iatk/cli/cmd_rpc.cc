#include <iostream>
#include <string>

#include "iatk/cli/commands.h"
#include "iatk/rpc/server.h"

namespace iatk::cli {
namespace {

// Until the end of standard input; 1 if the last request was none.
int Serve() {
  rpc::Server server;
  std::string line;
  bool understood = true;
  while (std::getline(std::cin, line)) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const rpc::Reply reply = server.Call(line);
    understood = reply.understood;
    std::cout << reply.text << '\n' << std::flush;
  }
  return understood ? 0 : 1;
}

}  // namespace

void AddRpc(CLI::App& app, Run* run) {
  CLI::App* const command = app.add_subcommand(
      "rpc", "Answer JSON-RPC 2.0 requests, one a line, on standard input and output.");
  command->callback([run] { *run = Serve; });
}

}  // namespace iatk::cli

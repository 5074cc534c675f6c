#include <iostream>
#include <string>

#include "iatk/cli/commands.h"
#include "iatk/rpc/server.h"

namespace iatk::cli {

int RunRpc() {
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

}  // namespace iatk::cli

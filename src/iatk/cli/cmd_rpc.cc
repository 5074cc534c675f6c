#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <iostream>
#include <string>

#include "iatk/cli/commands.h"
#include "iatk/rpc/go_json.h"
#include "iatk/rpc/server.h"

namespace iatk::cli {
namespace {

// Until the end of standard input; 1 if the last request was none.
int AnswerLines() {
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

int AnswerOneRequest() {
  rpc::FirstValue request;
  std::array<char, 65536> buffer{};
  while (true) {
    const ssize_t size = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    if (request.Add({buffer.data(), static_cast<std::size_t>(size)})) break;
  }
  rpc::Server server;
  const rpc::Reply reply = server.Call(request.text(), rpc::ReplyForm::kOriginal);
  std::cout << reply.text << '\n' << std::flush;
  return reply.understood ? 0 : 1;
}

bool IsCalledLikeTheOriginal(int argc) {
  struct stat input{};
  return argc == 1 && ::fstat(STDIN_FILENO, &input) == 0 &&
         (S_ISFIFO(input.st_mode) || S_ISSOCK(input.st_mode) || S_ISREG(input.st_mode));
}

void AddRpc(CLI::App& app, Run* run) {
  CLI::App* const command = app.add_subcommand(
      "rpc",
      "Answer the JSON-RPC 2.0 request on standard input, as the original kit's program does.");
  const auto lines = std::make_shared<bool>(false);
  command->add_flag("--lines", *lines, "Answer one request a line until the end of the input.");
  command->callback([run, lines] { *run = *lines ? AnswerLines : AnswerOneRequest; });
}

}  // namespace iatk::cli

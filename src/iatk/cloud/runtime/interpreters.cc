#include "iatk/cloud/runtime/interpreters.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>

#include "iatk/embed/lambda_clients.h"
#include "iatk/net/process.h"

namespace iatk::cloud {
namespace {

namespace fs = std::filesystem;

std::string Variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool IsExecutable(const std::string& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) && access(path.c_str(), X_OK) == 0;
}

// -B: the folder may be the developer's own, and nothing must stay behind in it.
std::vector<std::string> PythonCommand(const std::string& python, const std::string& client) {
  return {python, "-B", "-u", "-X", "utf8", client};
}

}  // namespace

Interpreters::Interpreters(net::EventLoop& loop, std::string folder)
    : loop_(loop), folder_(std::move(folder)) {}

Result<void> Interpreters::WriteClients() {
  if (written_) return {};
  std::error_code error;
  fs::create_directories(folder_, error);
  const auto write = [this](const char* name, std::string_view text) {
    std::ofstream file(fs::path(folder_) / name, std::ios::binary);
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    file.close();
    return file.good();
  };
  if (!write("bootstrap.py", embed::kBootstrapPy) ||
      !write("bootstrap.mjs", embed::kBootstrapMjs)) {
    return Fail(ReceiverError("ServiceException",
                              fmt::format("Cannot write the function runtime to {}.", folder_)));
  }
  written_ = true;
  return {};
}

std::optional<Interpreters::Program> Interpreters::Probe(const std::string& program, bool python) {
  const auto known = programs_.find(program);
  if (known != programs_.end()) return known->second;
  std::string output;
  net::ProcessOptions options;
  options.command = {program, "-c",
                     "import sys, sysconfig\n"
                     "print('%d.%d.%d' % sys.version_info[:3])\n"
                     "print(sys.executable)\n"
                     "print(sysconfig.get_paths()['purelib'])"};
  if (!python) {
    options.command = {program, "-p", "process.versions.node + '\\n' + process.execPath"};
  }
  // Version managers put scripts in PATH that find the program by these.
  options.environment = {{"PATH", Variable("PATH")}, {"HOME", Variable("HOME")}};
  options.on_stdout = [&output](std::string_view data) { output += data; };
  std::optional<Program> found;
  if (const auto process = net::Process::Start(loop_, std::move(options))) {
    if ((*process)->Wait() == 0) {
      std::istringstream lines(output);
      found.emplace();
      std::getline(lines, found->version);
      std::getline(lines, found->path);
      std::getline(lines, found->packages);
    }
  }
  return programs_.insert_or_assign(program, std::move(found)).first->second;
}

Result<Launch> Interpreters::ForPython(const std::string& runtime) {
  const std::string wanted = runtime.substr(std::string_view("python").size());  // "3.11"
  const auto is_wanted = [&](const std::optional<Program>& program) {
    return program && program->version.starts_with(wanted + ".");
  };
  std::string name = Variable("IATK_PYTHON");
  if (name.empty()) name = IsExecutable(IATK_DEFAULT_PYTHON) ? IATK_DEFAULT_PYTHON : "python3";
  const std::optional<Program> standard = Probe(name, true);
  std::optional<Program> chosen = standard;
  if (!is_wanted(standard)) {
    if (auto other = Probe("python" + wanted, true); is_wanted(other)) chosen = std::move(other);
  }
  if (!chosen) {
    return Fail(SenderError(
        "Runtime.InvalidEntrypoint",
        fmt::format("There is no Python interpreter for runtime {}: {} does not run. Install "
                    "python{} or set IATK_PYTHON.",
                    runtime, name, wanted)));
  }
  Launch launch;
  launch.command = PythonCommand(chosen->path, (fs::path(folder_) / "bootstrap.py").string());
  // Where boto3 is; behind the function's own packages.
  launch.environment = {{"PYTHONPATH", standard ? standard->packages : chosen->packages}};
  launch.version = "Python " + chosen->version;
  if (!is_wanted(chosen)) {
    launch.note = fmt::format("iatk: {} is not installed; this function runs with Python {}.",
                              runtime, chosen->version);
  }
  return launch;
}

Result<Launch> Interpreters::ForNode(const std::string& runtime) {
  std::string name = Variable("IATK_NODE");
  if (name.empty()) name = "node";
  const std::optional<Program> node = Probe(name, false);
  if (!node) {
    return Fail(SenderError("Runtime.InvalidEntrypoint",
                            fmt::format("There is no Node.js for runtime {}: {} does not run. "
                                        "Install Node.js or set IATK_NODE.",
                                        runtime, name)));
  }
  std::string modules = Variable("IATK_NODE_MODULES");
  if (modules.empty()) modules = IATK_DEFAULT_NODE_MODULES;
  Launch launch;
  launch.command = {node->path, (fs::path(folder_) / "bootstrap.mjs").string()};
  launch.environment = {{"NODE_PATH", modules}};
  launch.version = "Node.js " + node->version;
  const std::string wanted = runtime.substr(0, runtime.find('.'));  // "nodejs20"
  if (wanted != "nodejs" + node->version.substr(0, node->version.find('.'))) {
    launch.note = fmt::format("iatk: {} is not installed; this function runs with Node.js {}.",
                              runtime, node->version);
  }
  return launch;
}

Result<Launch> Interpreters::For(const std::string& runtime, const std::string& code_folder) {
  IATK_CHECK(WriteClients());
  if (runtime.starts_with("python3.")) return ForPython(runtime);
  if (runtime.starts_with("nodejs")) return ForNode(runtime);
  if (runtime.starts_with("provided")) {
    const std::string bootstrap = (fs::path(code_folder) / "bootstrap").string();
    if (!IsExecutable(bootstrap)) {
      return Fail(SenderError("Runtime.InvalidEntrypoint",
                              "Couldn't find valid bootstrap(s): [/var/task/bootstrap "
                              "/opt/bootstrap]"));
    }
    return Launch{.command = {bootstrap}, .environment = {}, .version = {}, .note = {}};
  }
  return Fail(SenderError("Runtime.InvalidEntrypoint",
                          fmt::format("Runtime {} is not supported by the local cloud.", runtime)));
}

}  // namespace iatk::cloud

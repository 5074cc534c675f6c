// The programs that run functions: which Python, which Node.js, and the AWS SDKs they find without
// packaging, as on AWS.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/net/event_loop.h"

namespace iatk::cloud {

/// How the process of a function is started.
struct Launch {
  std::vector<std::string> command;
  std::vector<std::pair<std::string, std::string>> environment;  ///< PYTHONPATH, NODE_PATH
  std::string version;  ///< of the interpreter, "Python 3.11.7"; empty for provided runtimes
  std::string note;     ///< one sentence for the function's log if it isn't the version asked for
};

/// Python: IATK_PYTHON, else the interpreter that the build knew, else python3 in PATH; if that is
/// not the version a runtime names, python3.X in PATH. Node.js: IATK_NODE, else node in PATH; its
/// modules: IATK_NODE_MODULES, else the folder that the build knew.
// differs from AWS: without python3.X or that Node.js the function runs with the version at hand,
// and its log says so.
class Interpreters {
 public:
  /// `folder`: where the runtime interface clients are written, on first use.
  Interpreters(net::EventLoop& loop, std::string folder);

  /// Within a fiber, which waits while a program that is not known yet tells its version. Fails
  /// with one sentence if there is no program for `runtime`, or no bootstrap in `code_folder`.
  Result<Launch> For(const std::string& runtime, const std::string& code_folder);

  const std::string& folder() const { return folder_; }  ///< LAMBDA_RUNTIME_DIR

 private:
  struct Program {
    std::string path;
    std::string version;   ///< "3.11.7"
    std::string packages;  ///< of Python: its site-packages
  };
  std::optional<Program> Probe(const std::string& program, bool python);
  Result<Launch> ForPython(const std::string& runtime);
  Result<Launch> ForNode(const std::string& runtime);
  Result<void> WriteClients();

  net::EventLoop& loop_;
  std::string folder_;
  bool written_ = false;
  std::map<std::string, std::optional<Program>> programs_;
};

}  // namespace iatk::cloud

// One execution environment: a process, and the Runtime API that it talks to.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "iatk/base/result.h"
#include "iatk/cloud/dispatch/request_context.h"
#include "iatk/cloud/runtime/function_log.h"
#include "iatk/cloud/runtime/function_spec.h"
#include "iatk/cloud/runtime/interpreters.h"

namespace iatk::cloud {

/// Bound of what a function may answer. "Lambda quotas": 6 MB, plus what AWS allows beyond.
inline constexpr std::size_t kMaxResponseBytes = 6'291'556;

/// Serves one invocation at a time, over the Runtime API (AWS Lambda Developer Guide, "Using the
/// Lambda runtime API for custom runtimes") on a port of its own on the loopback interface. Its
/// process, port and folder are gone when it is destroyed.
///
/// Memory: while it runs, the process's anonymous memory is looked at ten times a second; past the
/// function's memory it is killed.
// differs from AWS: children of the process are not counted, and /tmp is the machine's own.
class Sandbox {
 public:
  /// How an initialisation or an invocation ended.
  enum class End { kDone, kFailed, kExited, kTimedOut, kOutOfMemory };
  struct Outcome {
    End end = End::kDone;
    std::string body;        ///< kDone: the answer; kFailed: the error's JSON
    std::string error_type;  ///< kFailed, and kDone with an answer too large
    std::string message;     ///< kExited: "exit status 1"
    std::string cause;       ///< X-Ray's, as JSON
  };

  /// Starts the process; it initialises itself while the loop runs. `folder`: made and removed.
  static Result<std::unique_ptr<Sandbox>> Start(Environment& environment, FunctionSpec function,
                                                const Launch& launch,
                                                const std::string& runtime_folder,
                                                std::string folder, std::string log_stream,
                                                std::shared_ptr<FunctionLog> log);
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  /// Within a fiber: suspends until the process asks for its first invocation.
  Outcome WaitForInit(Time deadline);
  /// Within a fiber: runs an invocation to its end, until the process asks for the next. After any
  /// end but kDone and kFailed it can't be used again; see also alive().
  Outcome Run(const Invocation& invocation, Time deadline);

  bool alive() const;
  /// The most memory that the process had, in megabytes.
  int max_memory_mb() const;
  /// Within a fiber: lets what the process has written so far reach the log.
  void Drain();

  const FunctionSpec& function() const { return function_; }
  FunctionLog& log() { return *log_; }
  const std::shared_ptr<FunctionLog>& shared_log() const { return log_; }
  const std::string& log_stream() const { return log_stream_; }

 private:
  struct State;
  Sandbox(Environment& environment, FunctionSpec function, std::string folder,
          std::string log_stream, std::shared_ptr<FunctionLog> log);
  Result<void> StartProcess(const Launch& launch, const std::string& runtime_folder);
  Outcome Await(Time deadline);
  bool PastMemory();

  Environment& environment_;
  FunctionSpec function_;
  std::string folder_;
  std::string log_stream_;
  std::shared_ptr<FunctionLog> log_;
  std::shared_ptr<State> state_;
  int max_memory_mb_ = 0;
};

}  // namespace iatk::cloud

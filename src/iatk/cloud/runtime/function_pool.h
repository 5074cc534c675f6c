// Warm execution environments of all functions: who runs an invocation, and what its log says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/cloud/dispatch/request_context.h"
#include "iatk/cloud/runtime/function_spec.h"
#include "iatk/cloud/runtime/interpreters.h"
#include "iatk/cloud/runtime/sandbox.h"

namespace iatk::cloud {

/// One process runs one invocation at a time; after it the process stays warm for the next of an
/// equal FunctionSpec::key. AWS Lambda Developer Guide, "Understanding the Lambda execution
/// environment lifecycle".
class FunctionPool {
 public:
  static constexpr std::size_t kMaxProcesses = 100;
  static constexpr Duration kIdleTime = std::chrono::minutes(15);
  static constexpr Duration kInitTime = std::chrono::seconds(10);

  /// `sink` gets the lines of all functions; it must not suspend.
  FunctionPool(Environment& environment, LogSink sink);
  ~FunctionPool();

  /// Within a fiber: runs an invocation to its end. All that can go wrong with a function is in the
  /// result; fails with TooManyRequestsException, 429, if kMaxProcesses are busy.
  Result<InvocationResult> Invoke(const FunctionSpec& function, const Invocation& invocation);

  /// Ends the idle processes of a function whose keys begin with `prefix`, and the busy ones when
  /// they are done: its code or configuration has changed, or it is gone.
  void Retire(const std::string& prefix);

  /// Ends all idle processes. Busy ones end with the fibers that wait for them.
  void Stop();

 private:
  struct Idle {
    std::unique_ptr<Sandbox> sandbox;
    Time since;
    std::uint64_t code_stamp = 0;
  };
  class Slot;  // counts a busy process as long as it exists
  struct Run;  // an invocation on its way

  std::unique_ptr<Sandbox> TakeWarm(const std::string& key, std::uint64_t code_stamp);
  bool MakeRoom();
  Result<std::unique_ptr<Sandbox>> Start(Run& run, const Launch& launch);
  /// The process of a cold start, ready to run; or none, and then what became of the invocation.
  std::unique_ptr<Sandbox> Initialise(Run& run, Sandbox::Outcome* outcome);
  Sandbox::Outcome RefuseToStart(Run& run, const Error& error);
  InvocationResult Finish(Run& run, const Sandbox::Outcome& outcome);
  void ScheduleReaping();
  void Reap();
  std::uint64_t Retirements(const std::string& key) const;

  Environment& environment_;
  LogSink sink_;
  Interpreters interpreters_;
  std::vector<Idle> idle_;  // the least recently used first
  std::size_t busy_ = 0;
  std::map<std::string, std::uint64_t> retired_;  // prefix, how often
  bool reaping_scheduled_ = false;
  std::shared_ptr<FunctionPool*> self_;  // timers hold it weakly
};

}  // namespace iatk::cloud

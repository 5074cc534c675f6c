// Runs executions: one fiber each, and one for each branch that runs beside others.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "iatk/cloud/dispatch/request_context.h"
#include "iatk/cloud/services/stepfunctions/data_flow.h"
#include "iatk/cloud/services/stepfunctions/execution.h"
#include "iatk/cloud/services/stepfunctions/integration.h"
#include "iatk/cloud/services/stepfunctions/outcome.h"

namespace iatk::cloud {

/// A task that waits for its token.
struct PendingTask {
  std::shared_ptr<Execution> execution;
  std::optional<Outcome> answer;  ///< what came back with the token
  Time last_heartbeat;
};

/// Tasks by their tokens; the service's SendTask operations answer them.
class TaskTokens {
 public:
  std::shared_ptr<PendingTask> Find(const std::string& token) const;
  void Add(std::string token, std::shared_ptr<PendingTask> task);
  void Remove(const std::string& token);

 private:
  std::map<std::string, std::shared_ptr<PendingTask>> tasks_;
};

/// Runs one execution, and the branches of its states.
class Interpreter {
 public:
  Interpreter(Environment& environment, TaskTokens& tokens, std::shared_ptr<Execution> execution);

  /// Within a fiber: runs the execution to its end and sets what became of it.
  void Run();

 private:
  /// Where a branch of the execution stands: its last history event, and the context object.
  struct Branch {
    std::int64_t previous = 0;
    json::Value map_item;  ///< of a Map's item: {"Index", "Value"}; else null
    json::Array* subsegments = nullptr;
  };
  struct StateRun {
    const std::string& name;
    const json::Value& state;
    json::Value input;  ///< as the state was entered with it
    json::Value context;
    int retries = 0;
    std::string segment_id;  ///< of the state's subsegment
    json::Array calls;       ///< subsegments of the calls it made
  };

  Outcome RunMachine(const json::Value& machine, json::Value input, Branch& branch);
  /// One state with its retries; `*next` names the state after it, empty at the end.
  Outcome RunState(const std::string& name, const json::Value& state, json::Value input,
                   Branch& branch, std::string* next);
  Outcome TryState(StateRun& run, Branch& branch, std::string* next);
  Outcome RunTask(StateRun& run, const json::Value& parameters, Branch& branch);
  Outcome RunWait(const StateRun& run, const Data& data);
  Outcome RunParallel(const StateRun& run, const json::Value& input, Branch& branch);
  Outcome RunMap(StateRun& run, const json::Value& input, Branch& branch);
  Outcome RunBranches(std::vector<std::function<Outcome(Branch&)>> bodies, std::size_t at_once,
                      Branch& branch);
  Outcome Finish(const StateRun& run, json::Value input, json::Value result);
  /// Calls within a fiber of its own, so that a time-out can end the wait for it.
  Outcome CallWithDeadline(StateRun& run, const Integration& integration,
                           const json::Value& parameters, std::optional<Time> deadline,
                           const std::string& call_segment_id);
  Outcome WaitForToken(const std::string& token, PendingTask& task, std::optional<Time> deadline,
                       std::optional<Duration> heartbeat);
  /// Suspends until `deadline` or a change. kStopped if the execution was stopped.
  Result<void> WaitForChange(std::optional<Time> deadline);
  /// Whether and when to try again after a failure.
  std::optional<Duration> RetryDelay(const json::Value& state, const Error& error,
                                     std::vector<int>* attempts) const;
  static const json::Value* CatcherOf(const json::Value& state, const Error& error);

  json::Value ContextOf(const std::string& state_name, int retries, const Branch& branch) const;
  void Record(Branch& branch, std::string_view type, std::string_view details_name,
              json::Object details);
  void End(const Outcome& outcome, Branch& branch);
  void EmitSegment(bool in_progress);
  Time Now() const { return environment_.loop.clock().Now(); }

  Environment& environment_;
  TaskTokens& tokens_;
  std::shared_ptr<Execution> execution_;
  json::Value input_;
};

}  // namespace iatk::cloud

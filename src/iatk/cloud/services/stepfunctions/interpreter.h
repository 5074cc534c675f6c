// Runs an execution: from state to state, each attempt of a task, retries, catches, branches.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "iatk/cloud/services/stepfunctions/asl/definition.h"
#include "iatk/cloud/services/stepfunctions/asl/fault.h"
#include "iatk/cloud/services/stepfunctions/execution.h"
#include "iatk/cloud/services/stepfunctions/task_tokens.h"
#include "iatk/json/value.h"

namespace iatk::cloud {

/// What an interpreter needs of the service.
struct InterpreterServices {
  TaskTokens& tokens;
  /// The execution that another one started and waits for, or nullptr.
  std::function<std::shared_ptr<Execution>(const std::string& arn)> find_execution;
};

/// One for each execution. It waits only on the execution's signal, so that an execution which ends
/// from outside (stopped, timed out) leaves no fiber behind.
class Interpreter : public std::enable_shared_from_this<Interpreter> {
 public:
  Interpreter(std::shared_ptr<Execution> execution, InterpreterServices services);

  /// Within a fiber: runs the execution to its end.
  void Run();

 private:
  struct Branch;       // a line of states: the execution's own, or one of a Parallel or Map state
  struct Group;        // the branches of one attempt of a Parallel or Map state
  struct Visit;        // a state on its way from being entered to being left
  struct Step {        // where a state leads
    std::string next;  // empty: the workflow ends
    json::Value output;
  };
  enum class Wake { kReady, kDeadline, kCancelled };

  template <class T>
  using Outcome = asl::Outcome<T>;

  // interpreter.cc: the way through a workflow and through a state.
  Outcome<json::Value> RunWorkflow(Branch& branch, const asl::Workflow& workflow,
                                   json::Value input);
  Outcome<Step> RunState(Branch& branch, const asl::State& state, json::Value input);
  Outcome<Step> RunBody(Visit& visit);
  Outcome<Step> RunWithErrorHandling(Visit& visit);
  Outcome<Step> Catch(Visit& visit, const asl::Fault& fault);
  Outcome<json::Value> Attempt(Visit& visit);
  Outcome<json::Value> RunPass(Visit& visit);
  Outcome<Step> RunChoice(Visit& visit);
  Outcome<void> RunWait(Visit& visit);
  Outcome<Step> RunFail(Visit& visit);
  Outcome<Step> Leave(Visit& visit, std::string next, json::Value output);

  // interpreter_tasks.cc: an attempt of a task.
  struct Call;
  Outcome<json::Value> AttemptTask(Visit& visit);
  Outcome<json::Value> AwaitCall(Visit& visit, Call& call);
  Outcome<json::Value> AwaitToken(Visit& visit, Call& call);
  Outcome<json::Value> AwaitExecution(Visit& visit, Call& call, const json::Value& started);
  Outcome<std::optional<std::int64_t>> SecondsOf(Visit& visit, std::string_view field,
                                                 const asl::Seconds& seconds,
                                                 const json::Value& input);
  void RecordScheduled(Visit& visit, const Call& call);
  void RecordSubmitted(Visit& visit, const Call& call, const json::Value& output);
  void RecordEnd(Visit& visit, const Call& call, const Outcome<json::Value>& outcome);

  // interpreter_branches.cc: Parallel and Map.
  Outcome<json::Value> AttemptParallel(Visit& visit);
  Outcome<json::Value> AttemptMap(Visit& visit);
  void StartIteration(Visit& visit, const std::shared_ptr<Group>& group, std::size_t index,
                      json::Value input, std::int64_t previous);
  void FinishIteration(const asl::State& state, Group& group, Branch& branch, std::size_t index,
                       Outcome<json::Value> outcome);
  Outcome<json::Value> Gather(Visit& visit, Group& group);

  // interpreter.cc: what all of them use.
  Outcome<json::Value> EffectiveInput(Visit& visit);
  Outcome<json::Value> SelectResult(Visit& visit, json::Value result);
  json::Value ContextFor(const Visit& visit) const;
  template <class T>
  Outcome<T> Locate(const Visit& visit, Outcome<T> outcome) const;
  std::int64_t Record(Branch& branch, std::string_view type,
                      model::stepfunctions::HistoryEvent event);
  void RecordMark(Branch& branch, std::string_view type, model::stepfunctions::HistoryEvent event);
  void RecordExited(Visit& visit, const json::Value& output);
  bool Cancelled(const Branch& branch) const;
  Wake WaitFor(const Branch& branch, std::optional<Time> until, const std::function<bool()>& ready);
  Time Now() const;

  std::shared_ptr<Execution> execution_;
  InterpreterServices services_;
  json::Object base_context_;
};

}  // namespace iatk::cloud

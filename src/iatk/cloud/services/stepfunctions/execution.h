// State machines and their executions, as the service keeps them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "iatk/cloud/services/stepfunctions/asl/definition.h"
#include "iatk/cloud/services/stepfunctions/execution_trace.h"
#include "iatk/cloud/services/stepfunctions/history.h"
#include "iatk/model/stepfunctions/types.h"
#include "iatk/net/event_loop.h"

namespace iatk::cloud {

/// A state machine as it was between two updates; an execution keeps the one it began with.
struct Revision {
  std::string definition;
  std::shared_ptr<const asl::Workflow> workflow;
  std::string role_arn;
  model::stepfunctions::LoggingConfiguration logging;
  bool tracing = false;
  Time updated;
  std::optional<std::string> id;  ///< of one that an update made
};

struct StateMachine {
  std::string arn;
  std::string name;
  bool express = false;
  Time created;
  std::shared_ptr<const Revision> revision;
  std::map<std::string, std::string> tags;
  bool deleting = false;    ///< its executions end at their next transition
  std::size_t running = 0;  ///< executions
};

class Execution {
 public:
  /// What an execution begins with.
  struct Start {
    std::shared_ptr<StateMachine> machine;
    std::string arn;
    std::string name;
    std::string account;
    std::string region;
    std::string input;                        ///< JSON text as it came
    std::optional<std::string> trace_header;  ///< as StartExecution was given it
  };

  Execution(Environment& environment, Start start, std::unique_ptr<ExecutionTrace> trace);

  Environment& environment() const { return environment_; }
  const Start& start() const { return start_; }
  const StateMachine& machine() const { return *start_.machine; }
  const Revision& revision() const { return *revision_; }
  ExecutionTrace& trace() { return *trace_; }
  History& history() { return history_; }
  const History& history() const { return history_; }
  /// Changes whenever something happens that a fiber of the execution may wait for.
  net::Signal& changed() { return changed_; }

  const std::string& status() const { return status_; }  ///< "RUNNING", "SUCCEEDED", …
  bool running() const { return status_ == "RUNNING"; }
  Time start_date() const { return start_date_; }
  const std::optional<Time>& stop_date() const { return stop_date_; }
  const std::optional<std::string>& output() const { return output_; }
  const std::optional<std::string>& error() const { return error_; }
  const std::optional<std::string>& cause() const { return cause_; }

  /// The ways to end; the first one counts, and each writes its history event.
  void Succeed(std::string output, std::int64_t previous);
  void Fail(std::optional<std::string> error, std::optional<std::string> cause,
            std::int64_t previous);
  void TimeOut();
  void Abort(std::optional<std::string> error, std::optional<std::string> cause);

  /// Called once when it has ended, or now if it has.
  void OnEnd(std::function<void()> callback);

 private:
  void End(std::string status);

  Environment& environment_;
  Start start_;
  std::shared_ptr<const Revision> revision_;
  std::unique_ptr<ExecutionTrace> trace_;
  History history_;
  net::Signal changed_;
  std::string status_ = "RUNNING";
  Time start_date_;
  std::optional<Time> stop_date_;
  std::optional<std::string> output_;
  std::optional<std::string> error_;
  std::optional<std::string> cause_;
  std::vector<std::function<void()>> on_end_;
};

}  // namespace iatk::cloud

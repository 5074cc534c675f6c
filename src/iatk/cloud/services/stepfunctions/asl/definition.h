// State machine definitions: the Amazon States Language, read and checked once.
// https://states-language.net, and AWS Step Functions Developer Guide, "Using Amazon States
// Language to define Step Functions workflows".
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/cloud/services/stepfunctions/asl/choice.h"
#include "iatk/cloud/services/stepfunctions/asl/data.h"
#include "iatk/cloud/services/stepfunctions/asl/integration.h"
#include "iatk/json/value.h"

namespace iatk::cloud::asl {

struct Retrier {
  std::vector<std::string> error_equals;
  std::int64_t interval_seconds = 1;
  std::int64_t max_attempts = 3;
  double backoff_rate = 2;
  std::optional<std::int64_t> max_delay_seconds;
  bool full_jitter = false;
};

struct Catcher {
  std::vector<std::string> error_equals;
  std::optional<PathOrNull> result_path;
  std::string next;
};

/// A literal number of seconds, or the path to one.
struct Seconds {
  std::optional<std::int64_t> value;
  std::optional<DataPath> path;
};

enum class StateType { kPass, kTask, kChoice, kWait, kSucceed, kFail, kParallel, kMap };
std::string_view TypeName(StateType type);  ///< "Pass"

struct Workflow;

struct State {
  std::string name;
  StateType type = StateType::kPass;
  std::string next;  ///< empty: this state ends its workflow
  std::optional<PathOrNull> input_path;
  std::optional<PathOrNull> output_path;
  std::optional<PathOrNull> result_path;
  std::optional<json::Value> parameters;
  std::optional<json::Value> result_selector;
  std::vector<Retrier> retriers;
  std::vector<Catcher> catchers;

  std::optional<json::Value> result;  ///< Pass

  Integration resource;  ///< Task
  Seconds timeout;
  Seconds heartbeat;

  std::vector<ChoiceRule> choices;  ///< Choice
  std::string otherwise;            ///< its Default; empty: none

  Seconds wait;  ///< Wait
  std::optional<std::string> timestamp;
  std::optional<DataPath> timestamp_path;

  std::optional<std::string> error;  ///< Fail
  std::optional<std::string> cause;
  std::optional<std::string> error_path;  ///< paths, or calls of intrinsics
  std::optional<std::string> cause_path;

  std::vector<Workflow> workflows;  ///< Parallel: its branches; Map: its one item processor
  std::optional<DataPath> items_path;
  std::int64_t max_concurrency = 0;  ///< 0: as many as there may be
  std::optional<DataPath> max_concurrency_path;
};

/// A state machine, or a branch of one.
struct Workflow {
  std::string start_at;
  std::map<std::string, State> states;
  std::optional<std::int64_t> timeout_seconds;
};

/// What ValidateStateMachineDefinition says.
struct Diagnostic {
  std::string code;  ///< "SCHEMA_VALIDATION_FAILED"
  std::string message;
  std::string location;  ///< "/States/A/Next"; may be empty
};

struct Parsed {
  std::shared_ptr<const Workflow> workflow;  ///< nullptr if there are diagnostics
  std::vector<Diagnostic> diagnostics;
  /// What AWS may have and the local cloud has not, each as a sentence's end:
  /// "the query language JSONata at /States/A".
  std::vector<std::string> unsupported;
};

/// Reads a definition of at most 1 MiB. `express`: of an express state machine, which has no
/// callbacks and waits for nothing.
Parsed ParseDefinition(std::string_view text, bool express);

/// CreateStateMachine's text: "Invalid State Machine Definition: 'CODE: message at location, …'".
std::string InvalidDefinitionText(const std::vector<Diagnostic>& diagnostics);

}  // namespace iatk::cloud::asl

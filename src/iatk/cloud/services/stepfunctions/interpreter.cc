// An execution as a whole: its states one after another, its history, its end.
#include "iatk/cloud/services/stepfunctions/interpreter.h"

#include <fmt/format.h>

#include <utility>

#include "iatk/base/digest.h"
#include "iatk/base/time_text.h"
#include "iatk/cloud/services/stepfunctions/choice.h"
#include "iatk/json/parse.h"
#include "iatk/json/write.h"

namespace iatk::cloud {
namespace {

constexpr std::size_t kMaxPayload = 256U * 1024U;  // Step Functions quotas

json::Object Truncation() { return json::Object{{"truncated", false}}; }

json::Number SecondsText(Time time) { return json::Number(FormatEpochSeconds(time)); }

}  // namespace

std::shared_ptr<PendingTask> TaskTokens::Find(const std::string& token) const {
  const auto found = tasks_.find(token);
  return found == tasks_.end() ? nullptr : found->second;
}
void TaskTokens::Add(std::string token, std::shared_ptr<PendingTask> task) {
  tasks_.insert_or_assign(std::move(token), std::move(task));
}
void TaskTokens::Remove(const std::string& token) { tasks_.erase(token); }

Interpreter::Interpreter(Environment& environment, TaskTokens& tokens,
                         std::shared_ptr<Execution> execution)
    : environment_(environment), tokens_(tokens), execution_(std::move(execution)) {
  if (auto input = json::Parse(execution_->input)) input_ = *std::move(input);
}

void Interpreter::Record(Branch& branch, std::string_view type, std::string_view details_name,
                         json::Object details) {
  branch.previous =
      execution_->history.Append(Now(), type, branch.previous, details_name, std::move(details));
}

void Interpreter::Run() {
  Branch branch;
  branch.subsegments = &execution_->state_subsegments;
  EmitSegment(true);
  Record(branch, "ExecutionStarted", "executionStartedEventDetails",
         json::Object{{"input", execution_->input},
                      {"inputDetails", Truncation()},
                      {"roleArn", execution_->state_machine->role_arn}});
  Outcome outcome = json::Value();
  const json::Value* const timeout = execution_->state_machine->machine.Find("TimeoutSeconds");
  if (timeout != nullptr && timeout->AsNumber() != nullptr) {
    const std::weak_ptr<Execution> weak = execution_;
    const auto seconds = std::chrono::seconds(timeout->AsNumber()->AsInt64().value_or(0));
    environment_.loop.At(Now() + seconds, [weak] {
      const auto execution = weak.lock();
      if (execution == nullptr || !execution->running()) return;
      execution->stop_requested = true;
      execution->stop_reason = {"States.Timeout", ""};
      execution->changed.NotifyAll();
    });
  }
  outcome = RunMachine(execution_->state_machine->machine, input_, branch);
  End(outcome, branch);
}

void Interpreter::End(const Outcome& outcome, Branch& branch) {
  Execution& execution = *execution_;
  const auto failure_details = [&execution] {
    json::Object details;
    if (!execution.failure->error.empty()) details.Set("error", execution.failure->error);
    if (!execution.failure->cause.empty()) details.Set("cause", execution.failure->cause);
    return details;
  };
  execution.stopped = Now();
  if (outcome) {
    execution.status = "SUCCEEDED";
    execution.output = json::Write(*outcome);
    Record(branch, "ExecutionSucceeded", "executionSucceededEventDetails",
           json::Object{{"output", execution.output}, {"outputDetails", Truncation()}});
  } else if (outcome.error().code == kStopped) {
    execution.failure = execution.stop_reason;
    const bool timed_out = execution.stop_reason.error == "States.Timeout";
    execution.status = timed_out ? "TIMED_OUT" : "ABORTED";
    Record(branch, timed_out ? "ExecutionTimedOut" : "ExecutionAborted",
           timed_out ? "executionTimedOutEventDetails" : "executionAbortedEventDetails",
           failure_details());
  } else {
    execution.failure = Failure{outcome.error().code, outcome.error().message};
    execution.status = "FAILED";
    Record(branch, "ExecutionFailed", "executionFailedEventDetails", failure_details());
  }
  Hop hop;
  hop.kind = HopKind::kExecutionEnded;
  hop.account = execution.account;
  hop.region = execution.region;
  hop.resource = execution.arn;
  if (execution.trace) hop.trace_id = execution.trace->root;
  if (!outcome) {
    hop.outcome = fmt::format("{}: {}: {}", execution.status, execution.failure->error,
                              execution.failure->cause);
  }
  hop.duration = *execution.stopped - execution.started;
  environment_.journal.Record(std::move(hop));
  EmitSegment(false);
  execution.changed.NotifyAll();
}

void Interpreter::EmitSegment(bool in_progress) {
  const Execution& execution = *execution_;
  if (!execution.trace || !execution.trace->sampled.value_or(false)) return;
  json::Object segment;
  segment.Set("id", execution.segment_id);
  segment.Set("name", execution.state_machine->name);
  segment.Set("trace_id", execution.trace->root);
  segment.Set("start_time", SecondsText(execution.started));
  if (!execution.parent_id.empty()) segment.Set("parent_id", execution.parent_id);
  segment.Set("origin", "AWS::StepFunctions::StateMachine");
  segment.Set("resource_arn", execution.state_machine->arn);
  segment.Set("aws",
              json::Object{{"execution_arn", execution.arn}, {"account_id", execution.account}});
  if (in_progress) {
    segment.Set("in_progress", true);
  } else {
    segment.Set("end_time", SecondsText(*execution.stopped));
    segment.Set("http", json::Object{{"response", json::Object{{"status", 200}}}});
    if (execution.status != "SUCCEEDED") {
      segment.Set("fault", true);
      segment.Set("cause",
                  json::Object{{"exceptions",
                                json::Array{json::Object{{"id", environment_.ids.Hex(16)},
                                                         {"type", execution.failure->error},
                                                         {"message", execution.failure->cause}}}}});
    }
    segment.Set("subsegments", execution.state_subsegments);
  }
  environment_.journal.EmitSegment(execution.account, execution.region, std::move(segment));
}

json::Value Interpreter::ContextOf(const std::string& state_name, int retries,
                                   const Branch& branch) const {
  const Execution& execution = *execution_;
  json::Object context;
  context.Set("Execution",
              json::Object{{"Id", execution.arn},
                           {"Input", input_},
                           {"StartTime", FormatIso8601(execution.started, Fraction::kMillis)},
                           {"Name", execution.name},
                           {"RoleArn", execution.state_machine->role_arn},
                           {"RedriveCount", 0}});
  context.Set("StateMachine", json::Object{{"Id", execution.state_machine->arn},
                                           {"Name", execution.state_machine->name}});
  context.Set("State", json::Object{{"Name", state_name},
                                    {"EnteredTime", FormatIso8601(Now(), Fraction::kMillis)},
                                    {"RetryCount", retries}});
  if (!branch.map_item.is_null()) {
    context.Set("Map", json::Object{{"Item", branch.map_item}});
  }
  return context;
}

Outcome Interpreter::RunMachine(const json::Value& machine, json::Value input, Branch& branch) {
  std::string name = *machine.FindString("StartAt");
  while (true) {
    // Straight runs of Pass and Choice states must not keep the others waiting.
    environment_.loop.Yield();
    if (execution_->stop_requested) return Fail(StateError(kStopped, ""));
    if (static_cast<std::int64_t>(execution_->history.events().size()) >= History::kMaxEvents) {
      return Fail(StateError("States.Runtime",
                             "The execution reached the maximum number of history "
                             "events (25000)."));
    }
    const json::Value& state = *machine.Find("States")->Find(name);
    std::string next;
    IATK_TRY(input, RunState(name, state, std::move(input), branch, &next));
    if (next.empty()) return input;
    name = std::move(next);
  }
}

Outcome Interpreter::RunState(const std::string& name, const json::Value& state, json::Value input,
                              Branch& branch, std::string* next) {
  const std::string& type = *state.FindString("Type");
  const std::string text = json::Write(input);
  Record(branch, type + "StateEntered", "stateEnteredEventDetails",
         json::Object{{"name", name}, {"input", text}, {"inputDetails", Truncation()}});
  Hop hop;
  hop.kind = HopKind::kStateEntered;
  hop.account = execution_->account;
  hop.region = execution_->region;
  hop.resource = execution_->arn;
  hop.detail = name;
  if (execution_->trace) hop.trace_id = execution_->trace->root;
  environment_.journal.Record(std::move(hop));

  const Time entered = Now();
  StateRun run{.name = name,
               .state = state,
               .input = std::move(input),
               .context = ContextOf(name, 0, branch),
               .retries = 0,
               .segment_id = environment_.ids.Hex(16),
               .calls = {}};
  std::vector<int> attempts;
  Outcome outcome = json::Value();
  while (true) {
    outcome = TryState(run, branch, next);
    if (outcome || outcome.error().code == kStopped) break;
    const std::optional<Duration> delay = RetryDelay(state, outcome.error(), &attempts);
    if (!delay) break;
    const Time until = Now() + *delay;
    while (Now() < until) {
      if (const auto waited = WaitForChange(until); !waited) return Fail(waited.error());
    }
    ++run.retries;
    run.context = ContextOf(name, run.retries, branch);
  }
  const bool failed = !outcome;
  if (!outcome && outcome.error().code != kStopped) {
    if (const json::Value* catcher = CatcherOf(state, outcome.error())) {
      json::Value failure =
          json::Object{{"Error", outcome.error().code}, {"Cause", outcome.error().message}};
      outcome = PlaceResult(*catcher, run.input, std::move(failure));
      *next = *catcher->FindString("Next");
    }
  }
  if (branch.subsegments != nullptr && execution_->trace) {
    json::Object subsegment{{"id", run.segment_id},
                            {"name", name},
                            {"start_time", SecondsText(entered)},
                            {"end_time", SecondsText(Now())}};
    if (failed) subsegment.Set("fault", true);
    if (!run.calls.empty()) subsegment.Set("subsegments", std::move(run.calls));
    branch.subsegments->emplace_back(std::move(subsegment));
  }
  if (!outcome) return outcome;
  const std::string output = json::Write(*outcome);
  if (output.size() > kMaxPayload) {
    return Fail(
        StateError("States.DataLimitExceeded",
                   fmt::format("The state/task '{}' returned a result with a size exceeding "
                               "the maximum number of bytes service limit.",
                               name)));
  }
  // A Fail state has no exit.
  Record(branch, type + "StateExited", "stateExitedEventDetails",
         json::Object{{"name", name}, {"output", output}, {"outputDetails", Truncation()}});
  return outcome;
}

Outcome Interpreter::TryState(StateRun& run, Branch& branch, std::string* next) {
  const json::Value& state = run.state;
  const std::string& type = *state.FindString("Type");
  next->clear();
  if (const std::string* named = state.FindString("Next")) *next = *named;
  IdSource& ids = environment_.ids;
  if (type == "Fail") {
    const auto text = [&](std::string_view field) -> Result<std::string> {
      if (const std::string* fixed = state.FindString(field)) return *fixed;
      const std::string* const path = state.FindString(std::string(field) + "Path");
      if (path == nullptr) return std::string();
      IATK_TRY(const json::Value value, ValueAt(*path, {run.input, run.context, ids}, field));
      return value.AsString() != nullptr ? *value.AsString() : json::Write(value);
    };
    IATK_TRY(std::string error, text("Error"));
    IATK_TRY(std::string cause, text("Cause"));
    return Fail(StateError(std::move(error), std::move(cause)));
  }
  IATK_TRY(json::Value input, SelectPath(state, "InputPath", {run.input, run.context, ids}));
  const Data data{input, run.context, ids};
  if (type == "Succeed") return SelectPath(state, "OutputPath", data);
  if (type == "Choice") {
    IATK_TRY(*next, Choose(state, data));
    return SelectPath(state, "OutputPath", data);
  }
  if (type == "Wait") {
    IATK_CHECK(RunWait(run, data));
    return SelectPath(state, "OutputPath", data);
  }
  if (type == "Map") {
    IATK_TRY(json::Value result, RunMap(run, input, branch));
    return Finish(run, std::move(input), std::move(result));
  }
  json::Value parameters = input;
  if (const json::Value* pattern = state.Find("Parameters")) {
    // A task's token is made when its parameters are; it is the same for both.
    if (type == "Task") {
      run.context.AsObject()->Set(
          "Task", json::Object{
                      {"Token", Base64Encode(fmt::format("{} {}", execution_->arn, ids.Hex(64)))}});
    }
    IATK_TRY(parameters, FillTemplate(*pattern, {input, run.context, ids}));
  }
  json::Value result;
  if (type == "Pass") {
    const json::Value* const fixed = state.Find("Result");
    result = fixed != nullptr ? *fixed : std::move(parameters);
  } else if (type == "Task") {
    IATK_TRY(result, RunTask(run, parameters, branch));
  } else {
    IATK_TRY(result, RunParallel(run, parameters, branch));
  }
  return Finish(run, std::move(input), std::move(result));
}

Outcome Interpreter::Finish(const StateRun& run, json::Value input, json::Value result) {
  IdSource& ids = environment_.ids;
  if (const json::Value* selector = run.state.Find("ResultSelector")) {
    IATK_TRY(result, FillTemplate(*selector, {result, run.context, ids}));
  }
  IATK_TRY(const json::Value placed, PlaceResult(run.state, std::move(input), std::move(result)));
  return SelectPath(run.state, "OutputPath", {placed, run.context, ids});
}

Outcome Interpreter::RunWait(const StateRun& run, const Data& data) {
  const json::Value& state = run.state;
  json::Value value;
  for (const char* name : {"Seconds", "Timestamp"}) {
    if (const json::Value* fixed = state.Find(name)) value = *fixed;
    if (const std::string* path = state.FindString(std::string(name) + "Path")) {
      IATK_TRY(value, ValueAt(*path, data, std::string(name) + "Path"));
    }
  }
  Time until = Now();
  if (const json::Number* number = value.AsNumber()) {
    const auto seconds = number->AsInt64();
    if (!seconds || *seconds < 0 || *seconds > 99'999'999) {
      return Fail(StateError(
          "States.Runtime", fmt::format("The wait of {} seconds is out of range", number->text())));
    }
    until += std::chrono::seconds(*seconds);
  } else {
    const auto time = value.AsString() != nullptr ? ParseIso8601(*value.AsString()) : std::nullopt;
    if (!time) {
      return Fail(
          StateError("States.Runtime",
                     fmt::format("The Timestamp parameter does not reference a valid ISO-8601 "
                                 "extended offset date-time format string: {}",
                                 json::Write(value))));
    }
    until = *time;
  }
  while (Now() < until) IATK_CHECK(WaitForChange(until));
  return json::Value();
}

Result<void> Interpreter::WaitForChange(std::optional<Time> deadline) {
  if (!execution_->stop_requested) {
    if (deadline) {
      execution_->changed.WaitUntil(*deadline);
    } else {
      execution_->changed.Wait();
    }
  }
  if (execution_->stop_requested) return Fail(StateError(kStopped, ""));
  return {};
}

}  // namespace iatk::cloud

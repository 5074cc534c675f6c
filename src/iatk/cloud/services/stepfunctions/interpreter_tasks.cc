// An attempt of a task: the call, and what comes back, now or later.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "iatk/cloud/services/stepfunctions/integrations.h"
#include "iatk/cloud/services/stepfunctions/interpreter_parts.h"
#include "iatk/cloud/services/stepfunctions/limits.h"
#include "iatk/json/parse.h"

namespace iatk::cloud {

namespace m = model::stepfunctions;
using asl::FailWith;
using asl::Integration;

struct Interpreter::Call {
  // What the fiber of the call leaves behind; it may come back when nobody waits any more.
  struct Answer {
    std::optional<Outcome<json::Value>> outcome;
  };

  Call(const Integration& of, TaskTokens& all) : integration(of), tokens(all) {}
  ~Call() {
    if (!token.empty()) tokens.Forget(token);
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  bool is_function() const { return integration.kind == nullptr; }
  std::optional<Time> deadline() const {
    if (!timeout) return std::nullopt;
    return began + std::chrono::seconds(*timeout);
  }

  const Integration& integration;
  TaskTokens& tokens;
  json::Value parameters;
  std::optional<std::int64_t> timeout;
  std::optional<std::int64_t> heartbeat;
  Time began;
  std::string token;
  std::shared_ptr<PendingTask> pending;
  std::shared_ptr<Answer> answer = std::make_shared<Answer>();
  bool submitted = false;
};

namespace {

asl::Fault Timeout(bool heartbeat = false) {
  return {.error = "States.Timeout", .cause = std::nullopt, .heartbeat = heartbeat};
}

json::Value Milliseconds(Time time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

// What DescribeExecution would say, as the SDK within Step Functions has it. `parsed`: with input
// and output as JSON instead of text.
json::Object Description(const Execution& execution, bool parsed) {
  const auto data = [parsed](const std::string& text) {
    return parsed ? json::Parse(text).value_or(json::Value(text)) : json::Value(text);
  };
  json::Object out;
  if (execution.cause()) out.Set("Cause", *execution.cause());
  if (execution.error()) out.Set("Error", *execution.error());
  out.Set("ExecutionArn", execution.start().arn);
  out.Set("Input", data(execution.start().input));
  out.Set("InputDetails", json::Object{{"Included", true}});
  out.Set("Name", execution.start().name);
  if (execution.output()) {
    out.Set("Output", data(*execution.output()));
    out.Set("OutputDetails", json::Object{{"Included", true}});
  }
  out.Set("RedriveCount", 0);
  out.Set("StartDate", Milliseconds(execution.start_date()));
  out.Set("StateMachineArn", execution.machine().arn);
  out.Set("Status", execution.status());
  out.Set("StopDate", Milliseconds(execution.stop_date().value_or(execution.start_date())));
  return out;
}

}  // namespace

asl::Outcome<json::Value> Interpreter::AttemptTask(Visit& visit) {
  const asl::State& state = visit.state;
  Environment& environment = execution_->environment();
  Call call(state.resource, services_.tokens);
  if (call.integration.pattern == Integration::Pattern::kWaitForTaskToken) {
    call.pending = std::make_shared<PendingTask>();
    call.pending->account = execution_->start().account;
    call.pending->wake = [weak = std::weak_ptr(execution_)] {
      if (const auto execution = weak.lock()) execution->changed().NotifyAll();
    };
    call.token = services_.tokens.Issue(call.pending, environment.ids);
    visit.context.AsObject()->Set("Task", json::Object{{"Token", call.token}});
  }
  IATK_TRY(call.parameters, EffectiveInput(visit));
  const asl::Scope raw{visit.input, visit.context, environment.ids};
  IATK_TRY(const json::Value input,
           Locate(visit, asl::ApplyPath("InputPath", state.input_path, raw)));
  IATK_TRY(call.timeout, SecondsOf(visit, "TimeoutSecondsPath", state.timeout, input));
  IATK_TRY(call.heartbeat, SecondsOf(visit, "HeartbeatSecondsPath", state.heartbeat, input));

  RecordScheduled(visit, call);
  call.began = Now();
  if (call.pending != nullptr) call.pending->last_heartbeat = call.began;
  Outcome<json::Value> outcome = AwaitCall(visit, call);
  if (outcome && call.integration.pattern != Integration::Pattern::kRequestResponse) {
    RecordSubmitted(visit, call, *outcome);
    call.submitted = true;
    outcome =
        call.pending != nullptr ? AwaitToken(visit, call) : AwaitExecution(visit, call, *outcome);
  }
  if (outcome && json::Write(*outcome).size() > sfn_limits::kMaxPayloadBytes) {
    outcome = FailWith(
        "States.DataLimitExceeded",
        fmt::format("The state/task '{}' returned a result with a size exceeding the maximum "
                    "number of bytes service limit.",
                    call.is_function() ? call.integration.function_arn
                                       : std::string(call.integration.kind->service)));
  }
  if (!outcome && outcome.error().cancelled) return outcome;
  RecordEnd(visit, call, outcome);
  if (!outcome) return outcome;
  return SelectResult(visit, *std::move(outcome));
}

asl::Outcome<std::optional<std::int64_t>> Interpreter::SecondsOf(Visit& visit,
                                                                 std::string_view field,
                                                                 const asl::Seconds& seconds,
                                                                 const json::Value& input) {
  if (!seconds.path) return seconds.value;
  const asl::Scope scope{input, visit.context, execution_->environment().ids};
  IATK_TRY(const json::Value value, Locate(visit, seconds.path->Get(field, scope)));
  const auto number = value.AsNumber() == nullptr ? std::nullopt : value.AsNumber()->AsInt64();
  if (!number || *number <= 0 || *number > sfn_limits::kMaxSeconds) {
    return Locate(visit, Outcome<std::optional<std::int64_t>>(FailWith(
                             "States.Runtime",
                             fmt::format("The {} parameter does not reference a valid integer: {}",
                                         field, seconds.path->text()))));
  }
  return number;
}

asl::Outcome<json::Value> Interpreter::AwaitCall(Visit& visit, Call& call) {
  const CallNames names = NamesOf(call.integration);
  ExecutionTrace& trace = execution_->trace();
  ExecutionTrace::Part* const part = trace.OpenCall(visit.part, names.service, names.operation);
  // In a fiber of its own, for a call may take longer than the task may.
  execution_->environment().loop.Spawn(
      [execution = execution_, answer = call.answer, part, integration = call.integration,
       parameters = call.parameters, header = trace.HeaderFor(part)] {
        answer->outcome = CallIntegration(*execution, integration, parameters, header);
        execution->trace().Close(part, !answer->outcome->has_value());
        execution->changed().NotifyAll();
      });
  switch (WaitFor(visit.branch, call.deadline(),
                  [answer = call.answer] { return answer->outcome.has_value(); })) {
    case Wake::kReady:
      return *std::move(call.answer->outcome);
    case Wake::kDeadline:
      trace.Close(part, true);
      return FailWith(Timeout());
    case Wake::kCancelled:
      break;
  }
  return cloud::Cancelled();
}

asl::Outcome<json::Value> Interpreter::AwaitToken(Visit& visit, Call& call) {
  while (true) {
    std::optional<Time> until = call.deadline();
    bool for_heartbeat = false;
    if (call.heartbeat) {
      const Time next = call.pending->last_heartbeat + std::chrono::seconds(*call.heartbeat);
      for_heartbeat = !until || next < *until;
      if (for_heartbeat) until = next;
    }
    const Time heartbeat = call.pending->last_heartbeat;
    const Wake wake = WaitFor(visit.branch, until, [&call, heartbeat] {
      return call.pending->answer.has_value() || call.pending->last_heartbeat != heartbeat;
    });
    if (wake == Wake::kCancelled) return cloud::Cancelled();
    if (wake == Wake::kDeadline) return FailWith(Timeout(for_heartbeat));
    if (call.pending->answer) return *call.pending->answer;
  }
}

asl::Outcome<json::Value> Interpreter::AwaitExecution(Visit& visit, Call& call,
                                                      const json::Value& started) {
  const std::string* const arn = started.FindString("ExecutionArn");
  const std::shared_ptr<Execution> child =
      arn == nullptr ? nullptr : services_.find_execution(*arn);
  if (child == nullptr) {
    return FailWith("States.TaskFailed", "The execution that was started is not there any more.");
  }
  child->OnEnd([weak = std::weak_ptr(execution_)] {
    if (const auto execution = weak.lock()) execution->changed().NotifyAll();
  });
  const Wake wake = WaitFor(visit.branch, call.deadline(), [&child] { return !child->running(); });
  if (wake != Wake::kReady) child->Abort(std::nullopt, std::nullopt);
  if (wake == Wake::kCancelled) return cloud::Cancelled();
  if (wake == Wake::kDeadline) return FailWith(Timeout());
  const bool parsed = call.integration.pattern == Integration::Pattern::kSync2;
  json::Object description = Description(*child, parsed);
  if (child->status() == "SUCCEEDED") return json::Value(std::move(description));
  return FailWith("States.TaskFailed", json::Write(description));
}

void Interpreter::RecordScheduled(Visit& visit, const Call& call) {
  m::HistoryEvent scheduled;
  if (call.is_function()) {
    auto& details = scheduled.lambda_function_scheduled_event_details.emplace();
    details.resource = call.integration.function_arn;
    execution_->history().SetData(json::Write(call.parameters), &details.input,
                                  &details.input_details);
    details.timeout_in_seconds = call.timeout;
    Record(visit.branch, "LambdaFunctionScheduled", std::move(scheduled));
    Record(visit.branch, "LambdaFunctionStarted", {});
    return;
  }
  auto& details = scheduled.task_scheduled_event_details.emplace();
  details.resource_type = call.integration.kind->service;
  details.resource = call.integration.resource;
  details.region = execution_->start().region;
  details.parameters = json::Write(call.parameters);
  details.timeout_in_seconds = call.timeout;
  details.heartbeat_in_seconds = call.heartbeat;
  Record(visit.branch, "TaskScheduled", std::move(scheduled));
  m::HistoryEvent started;
  started.task_started_event_details =
      m::TaskStartedEventDetails{.resource_type = std::string(call.integration.kind->service),
                                 .resource = call.integration.resource};
  Record(visit.branch, "TaskStarted", std::move(started));
}

void Interpreter::RecordSubmitted(Visit& visit, const Call& call, const json::Value& output) {
  m::HistoryEvent event;
  auto& details = event.task_submitted_event_details.emplace();
  details.resource_type = call.integration.kind->service;
  details.resource = call.integration.resource;
  execution_->history().SetData(json::Write(output), &details.output, &details.output_details);
  Record(visit.branch, "TaskSubmitted", std::move(event));
}

namespace {

template <class Details>
Details FailureOf(const asl::Fault& fault) {
  Details details;
  details.error = fault.error;
  details.cause = fault.cause;
  return details;
}

template <class Details>
Details FailureOf(const asl::Fault& fault, const Integration& integration) {
  Details details = FailureOf<Details>(fault);
  details.resource_type = integration.kind->service;
  details.resource = integration.resource;
  return details;
}

}  // namespace

void Interpreter::RecordEnd(Visit& visit, const Call& call, const Outcome<json::Value>& outcome) {
  m::HistoryEvent event;
  History& history = execution_->history();
  const bool timed_out =
      !outcome && outcome.error().error == "States.Timeout" && !outcome.error().cause.has_value();
  std::string_view what = outcome ? "Succeeded" : timed_out ? "TimedOut" : "Failed";
  if (call.is_function()) {
    if (outcome) {
      auto& details = event.lambda_function_succeeded_event_details.emplace();
      history.SetData(json::Write(*outcome), &details.output, &details.output_details);
    } else if (timed_out) {
      event.lambda_function_timed_out_event_details =
          FailureOf<m::LambdaFunctionTimedOutEventDetails>(outcome.error());
    } else {
      event.lambda_function_failed_event_details =
          FailureOf<m::LambdaFunctionFailedEventDetails>(outcome.error());
    }
    Record(visit.branch, fmt::format("LambdaFunction{}", what), std::move(event));
    return;
  }
  const Integration& integration = call.integration;
  if (outcome) {
    auto& details = event.task_succeeded_event_details.emplace();
    details.resource_type = integration.kind->service;
    details.resource = integration.resource;
    history.SetData(json::Write(*outcome), &details.output, &details.output_details);
  } else if (timed_out) {
    event.task_timed_out_event_details =
        FailureOf<m::TaskTimedOutEventDetails>(outcome.error(), integration);
  } else if (!call.submitted && integration.pattern != Integration::Pattern::kRequestResponse) {
    what = "SubmitFailed";
    event.task_submit_failed_event_details =
        FailureOf<m::TaskSubmitFailedEventDetails>(outcome.error(), integration);
  } else {
    event.task_failed_event_details =
        FailureOf<m::TaskFailedEventDetails>(outcome.error(), integration);
  }
  Record(visit.branch, fmt::format("Task{}", what), std::move(event));
}

}  // namespace iatk::cloud

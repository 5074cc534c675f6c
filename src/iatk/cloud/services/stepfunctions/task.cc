// Task states: the call, its time-outs, and the token that it may wait for.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "iatk/base/time_text.h"
#include "iatk/cloud/services/stepfunctions/interpreter.h"
#include "iatk/json/write.h"

namespace iatk::cloud {
namespace {

json::Object Truncation() { return json::Object{{"truncated", false}}; }

json::Object FailureDetails(const Error& error) {
  json::Object details;
  if (!error.code.empty()) details.Set("error", error.code);
  if (!error.message.empty()) details.Set("cause", error.message);
  return details;
}

// TimeoutSeconds or HeartbeatSeconds, or what their path leads to.
Result<std::optional<Duration>> SecondsOf(const json::Value& state, const std::string& name,
                                          const Data& data) {
  json::Value value;
  if (const json::Value* fixed = state.Find(name)) value = *fixed;
  if (const std::string* path = state.FindString(name + "Path")) {
    IATK_TRY(value, ValueAt(*path, data, name + "Path"));
  }
  if (value.is_null()) return std::optional<Duration>();
  const auto seconds = value.AsNumber() ? value.AsNumber()->AsInt64() : std::nullopt;
  if (!seconds || *seconds <= 0) {
    return Fail(StateError("States.Runtime",
                           fmt::format("The value of '{}' is not a positive integer", name)));
  }
  return std::optional<Duration>(std::chrono::seconds(*seconds));
}

}  // namespace

Outcome Interpreter::CallWithDeadline(StateRun& run, const Integration& integration,
                                      const json::Value& parameters, std::optional<Time> deadline,
                                      const std::string& call_segment_id) {
  struct Shared {
    std::optional<Outcome> outcome;
  };
  const auto shared = std::make_shared<Shared>();
  RequestContext context =
      MakeServiceContext(environment_, execution_->account, execution_->region,
                         "states.amazonaws.com", execution_->state_machine->arn);
  if (execution_->trace) {
    context.trace = execution_->trace;
    context.trace->parent = call_segment_id;
  }
  const Time began = Now();
  environment_.loop.Spawn(
      [shared, context, integration, parameters, execution = execution_]() mutable {
        shared->outcome = Call(context, integration, parameters, *execution);
        execution->changed.NotifyAll();
      });
  while (!shared->outcome) {
    IATK_CHECK(WaitForChange(deadline));
    if (!shared->outcome && deadline && Now() >= *deadline) {
      return Fail(StateError("States.Timeout", ""));
    }
  }
  if (execution_->trace) {
    json::Object call{{"id", call_segment_id},
                      {"name", integration.trace_name()},
                      {"namespace", "aws"},
                      {"start_time", json::Number(FormatEpochSeconds(began))},
                      {"end_time", json::Number(FormatEpochSeconds(Now()))},
                      {"http", json::Object{{"response", json::Object{{"status", 200}}}}}};
    if (!*shared->outcome) call.Set("fault", true);
    run.calls.emplace_back(std::move(call));
  }
  return std::move(*shared->outcome);
}

Outcome Interpreter::WaitForToken(const std::string& token, PendingTask& task,
                                  std::optional<Time> deadline, std::optional<Duration> heartbeat) {
  while (!task.answer) {
    std::optional<Time> until = deadline;
    if (heartbeat) {
      const Time next = task.last_heartbeat + *heartbeat;
      until = until ? std::min(*until, next) : next;
    }
    const Result<void> waited = WaitForChange(until);
    if (!waited) {
      tokens_.Remove(token);
      return Fail(waited.error());
    }
    if (task.answer) break;
    if (deadline && Now() >= *deadline) {
      tokens_.Remove(token);
      return Fail(StateError("States.Timeout", ""));
    }
    if (heartbeat && Now() >= task.last_heartbeat + *heartbeat) {
      tokens_.Remove(token);
      return Fail(StateError("States.HeartbeatTimeout", ""));
    }
  }
  tokens_.Remove(token);
  return std::move(*task.answer);
}

Outcome Interpreter::RunTask(StateRun& run, const json::Value& parameters, Branch& branch) {
  const Integration integration = *ReadIntegration(*run.state.FindString("Resource"));
  const Data data{run.input, run.context, environment_.ids};
  IATK_TRY(const std::optional<Duration> timeout, SecondsOf(run.state, "TimeoutSeconds", data));
  IATK_TRY(const std::optional<Duration> heartbeat, SecondsOf(run.state, "HeartbeatSeconds", data));
  std::optional<Time> deadline;
  if (timeout) deadline = Now() + *timeout;

  const bool plain_function = integration.kind == Integration::Kind::kFunction;
  const std::string prefix = plain_function ? "LambdaFunction" : "Task";
  const std::string details_prefix = plain_function ? "lambdaFunction" : "task";
  const json::Object what = plain_function
                                ? json::Object()
                                : json::Object{{"resourceType", integration.resource_type},
                                               {"resource", integration.resource}};
  const auto record = [&](std::string_view step, json::Object details) {
    json::Object all = what;
    for (auto& [name, value] : details) all.Set(name, std::move(value));
    const bool bare = plain_function && step == "Started";
    Record(branch, prefix + std::string(step),
           bare ? "" : details_prefix + std::string(step) + "EventDetails", std::move(all));
  };
  json::Object scheduled;
  if (plain_function) {
    scheduled = {{"resource", integration.resource},
                 {"input", json::Write(parameters)},
                 {"inputDetails", Truncation()}};
  } else {
    scheduled = {{"region", execution_->region}, {"parameters", json::Write(parameters)}};
  }
  const auto seconds = [](Duration duration) {
    return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  };
  if (timeout) scheduled.Set("timeoutInSeconds", seconds(*timeout));
  if (heartbeat && !plain_function) scheduled.Set("heartbeatInSeconds", seconds(*heartbeat));
  record("Scheduled", std::move(scheduled));
  record("Started", {});

  // The token can come back before the call does.
  std::string token;
  const auto task = std::make_shared<PendingTask>();
  if (integration.waits_for_token) {
    task->execution = execution_;
    task->last_heartbeat = Now();
    const json::Value* const made = run.context.Find("Task");
    const std::string* const text = made == nullptr ? nullptr : made->FindString("Token");
    if (text == nullptr) {
      return Fail(StateError("States.Runtime", "The task's parameters do not pass its token on"));
    }
    token = *text;
    tokens_.Add(token, task);
  }
  Outcome outcome =
      CallWithDeadline(run, integration, parameters, deadline, environment_.ids.Hex(16));
  if (integration.waits_for_token) {
    if (outcome) {
      record("Submitted", {{"output", json::Write(*outcome)}, {"outputDetails", Truncation()}});
      outcome = WaitForToken(token, *task, deadline, heartbeat);
    } else {
      tokens_.Remove(token);
    }
  }
  if (outcome) {
    record("Succeeded", {{"output", json::Write(*outcome)}, {"outputDetails", Truncation()}});
  } else if (outcome.error().code == "States.Timeout" ||
             outcome.error().code == "States.HeartbeatTimeout") {
    record("TimedOut", FailureDetails(outcome.error()));
  } else if (outcome.error().code != kStopped) {
    record("Failed", FailureDetails(outcome.error()));
  }
  return outcome;
}

}  // namespace iatk::cloud

#include "iatk/cloud/services/stepfunctions/interpreter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "iatk/base/time_text.h"
#include "iatk/cloud/services/stepfunctions/interpreter_parts.h"
#include "iatk/cloud/services/stepfunctions/limits.h"
#include "iatk/json/parse.h"

namespace iatk::cloud {

namespace m = model::stepfunctions;
using asl::FailWith;
using asl::StateType;

namespace {

bool HandlesErrors(StateType type) {
  return type == StateType::kTask || type == StateType::kParallel || type == StateType::kMap;
}

// States that may be stopped in the middle have events for it.
bool CanBeAborted(StateType type) { return HandlesErrors(type) || type == StateType::kWait; }

std::string EventName(StateType type, std::string_view what) {
  return fmt::format("{}State{}", asl::TypeName(type), what);
}

}  // namespace

Interpreter::Interpreter(std::shared_ptr<Execution> execution, InterpreterServices services)
    : execution_(std::move(execution)), services_(std::move(services)) {
  const Execution::Start& start = execution_->start();
  json::Object about;
  about.Set("Id", start.arn);
  about.Set("Input", json::Parse(start.input).value_or(json::Value()));
  about.Set("StartTime", FormatIso8601(execution_->start_date(), Fraction::kMillis));
  about.Set("Name", start.name);
  about.Set("RoleArn", execution_->revision().role_arn);
  if (!execution_->machine().express) about.Set("RedriveCount", 0);
  base_context_.Set("Execution", std::move(about));
  base_context_.Set("StateMachine", json::Object{{"Id", execution_->machine().arn},
                                                 {"Name", execution_->machine().name}});
}

void Interpreter::Run() {
  Branch main;
  const Outcome<json::Value> outcome = RunWorkflow(main, *execution_->revision().workflow,
                                                   *base_context_.Find("Execution")->Find("Input"));
  if (outcome) {
    execution_->Succeed(json::Write(*outcome), main.last_event);
  } else if (!outcome.error().cancelled) {
    const asl::Fault& fault = outcome.error();
    execution_->Fail(fault.error.empty() ? std::nullopt : std::optional(fault.error), fault.cause,
                     main.last_event);
  }
}

asl::Outcome<json::Value> Interpreter::RunWorkflow(Branch& branch, const asl::Workflow& workflow,
                                                   json::Value input) {
  std::string name = workflow.start_at;
  while (true) {
    // A workflow may go in circles: others get their turn.
    execution_->environment().loop.Yield();
    if (execution_->machine().deleting) execution_->Abort(std::nullopt, std::nullopt);
    if (Cancelled(branch)) return cloud::Cancelled();
    IATK_TRY(Step step, RunState(branch, workflow.states.at(name), std::move(input)));
    if (step.next.empty()) return std::move(step.output);
    name = std::move(step.next);
    input = std::move(step.output);
  }
}

asl::Outcome<Interpreter::Step> Interpreter::RunState(Branch& branch, const asl::State& state,
                                                      json::Value input) {
  m::HistoryEvent event;
  auto& details = event.state_entered_event_details.emplace();
  details.name = state.name;
  execution_->history().SetData(json::Write(input), &details.input, &details.input_details);
  Visit visit{.branch = branch, .state = state, .input = std::move(input)};
  visit.entered_time = Now();
  visit.entered = Record(branch, EventName(state.type, "Entered"), std::move(event));
  Hop hop;
  hop.kind = HopKind::kStateEntered;
  hop.account = execution_->start().account;
  hop.region = execution_->start().region;
  hop.resource = execution_->start().arn;
  hop.detail = state.name;
  hop.trace_id = execution_->trace().trace_id();
  execution_->environment().journal.Record(std::move(hop));
  visit.part = execution_->trace().Open(branch.part, state.name);
  visit.context = ContextFor(visit);
  Outcome<Step> step = HandlesErrors(state.type) ? RunWithErrorHandling(visit) : RunBody(visit);
  execution_->trace().Close(visit.part, !step);
  if (!step && step.error().cancelled && execution_->running() && CanBeAborted(state.type)) {
    if (branch.group != nullptr) branch.last_event = branch.group->cancelling_event;
    RecordMark(branch, EventName(state.type, "Aborted"), {});
  }
  return step;
}

asl::Outcome<Interpreter::Step> Interpreter::RunBody(Visit& visit) {
  const asl::State& state = visit.state;
  switch (state.type) {
    case StateType::kFail:
      return RunFail(visit);
    case StateType::kChoice:
      return RunChoice(visit);
    case StateType::kPass: {
      IATK_TRY(json::Value result, RunPass(visit));
      IATK_TRY(json::Value output,
               Locate(visit, asl::ApplyResult(state.result_path, visit.input, std::move(result))));
      return Leave(visit, state.next, std::move(output));
    }
    case StateType::kWait:
      IATK_CHECK(RunWait(visit));
      [[fallthrough]];
    default: {
      IATK_TRY(json::Value output, EffectiveInput(visit));
      return Leave(visit, state.next, std::move(output));
    }
  }
}

asl::Outcome<json::Value> Interpreter::RunPass(Visit& visit) {
  IATK_TRY(json::Value input, EffectiveInput(visit));
  if (visit.state.result) return *visit.state.result;
  return input;
}

asl::Outcome<Interpreter::Step> Interpreter::RunChoice(Visit& visit) {
  IATK_TRY(const json::Value input, EffectiveInput(visit));
  const asl::Scope scope{input, visit.context, execution_->environment().ids};
  std::string next = visit.state.otherwise;
  for (const asl::ChoiceRule& rule : visit.state.choices) {
    IATK_TRY(const bool holds, Locate(visit, asl::Holds(rule, scope)));
    if (!holds) continue;
    next = rule.next;
    break;
  }
  if (next.empty()) {
    return Locate(visit, Outcome<Step>(FailWith("States.NoChoiceMatched",
                                                "Failed to transition out of the state. The state "
                                                "does not point to a next state.")));
  }
  return Leave(visit, std::move(next), input);
}

asl::Outcome<void> Interpreter::RunWait(Visit& visit) {
  const asl::State& state = visit.state;
  IATK_TRY(const json::Value input, EffectiveInput(visit));
  const asl::Scope scope{input, visit.context, execution_->environment().ids};
  const auto invalid = [&](std::string_view field, std::string_view what, const std::string& path) {
    return Locate(
        visit, Outcome<void>(FailWith(
                   "States.Runtime",
                   fmt::format("The {} parameter does not reference {}: {}", field, what, path))));
  };
  Time until = visit.entered_time;
  if (state.timestamp) {
    until = *ParseIso8601(*state.timestamp);
  } else if (state.timestamp_path) {
    IATK_TRY(const json::Value value,
             Locate(visit, state.timestamp_path->Get("TimestampPath", scope)));
    const auto time = value.AsString() == nullptr ? std::nullopt : ParseIso8601(*value.AsString());
    if (!time) {
      return invalid("TimestampPath", "a valid ISO-8601 extended offset date-time format string",
                     state.timestamp_path->text());
    }
    until = *time;
  } else if (state.wait.path) {
    IATK_TRY(const json::Value value, Locate(visit, state.wait.path->Get("SecondsPath", scope)));
    const auto seconds = value.AsNumber() == nullptr ? std::nullopt : value.AsNumber()->AsInt64();
    if (!seconds || *seconds < 0 || *seconds > sfn_limits::kMaxSeconds) {
      return invalid("SecondsPath", "a valid integer", state.wait.path->text());
    }
    until += std::chrono::seconds(*seconds);
  } else {
    until += std::chrono::seconds(state.wait.value.value_or(0));
  }
  if (WaitFor(visit.branch, until, [] { return false; }) == Wake::kCancelled) {
    return cloud::Cancelled();
  }
  return {};
}

asl::Outcome<Interpreter::Step> Interpreter::RunFail(Visit& visit) {
  const asl::State& state = visit.state;
  const asl::Scope scope{visit.input, visit.context, execution_->environment().ids};
  const auto text_of =
      [&](std::string_view field, const std::optional<std::string>& literal,
          const std::optional<std::string>& path) -> Outcome<std::optional<std::string>> {
    if (!path) return literal;
    IATK_TRY(const json::Value value, Locate(visit, asl::EvaluateText(field, *path, scope)));
    if (value.AsString() == nullptr) {
      return Locate(
          visit,
          Outcome<std::optional<std::string>>(FailWith(
              "States.Runtime",
              fmt::format("The {} parameter does not reference a string: {}", field, *path))));
    }
    return std::optional(*value.AsString());
  };
  IATK_TRY(std::optional<std::string> error, text_of("ErrorPath", state.error, state.error_path));
  IATK_TRY(std::optional<std::string> cause, text_of("CausePath", state.cause, state.cause_path));
  return FailWith(asl::Fault{.error = error.value_or(""), .cause = std::move(cause)});
}

asl::Outcome<Interpreter::Step> Interpreter::RunWithErrorHandling(Visit& visit) {
  const asl::State& state = visit.state;
  std::vector<std::int64_t> attempts(state.retriers.size());
  while (true) {
    const auto finish = [&]() -> Outcome<Step> {
      IATK_TRY(json::Value result, Attempt(visit));
      IATK_TRY(json::Value output,
               Locate(visit, asl::ApplyResult(state.result_path, visit.input, std::move(result))));
      return Leave(visit, state.next, std::move(output));
    };
    Outcome<Step> step = finish();
    if (step || step.error().cancelled) return step;
    const auto retrier = std::ranges::find_if(state.retriers, [&](const asl::Retrier& candidate) {
      return asl::Matches(candidate.error_equals, step.error());
    });
    if (retrier == state.retriers.end()) return Catch(visit, step.error());
    std::int64_t& made = attempts[static_cast<std::size_t>(retrier - state.retriers.begin())];
    if (made >= retrier->max_attempts) return Catch(visit, step.error());
    double delay = static_cast<double>(retrier->interval_seconds) *
                   std::pow(retrier->backoff_rate, static_cast<double>(made));
    delay = std::min(
        delay, static_cast<double>(retrier->max_delay_seconds.value_or(sfn_limits::kMaxSeconds)));
    auto wait = Duration(static_cast<std::int64_t>(delay * 1e6));
    if (retrier->full_jitter && wait.count() > 0) {
      wait = Duration(static_cast<std::int64_t>(
          execution_->environment().ids.Below(static_cast<std::uint64_t>(wait.count()))));
    }
    ++made;
    ++visit.retries;
    if (WaitFor(visit.branch, Now() + wait, [] { return false; }) == Wake::kCancelled) {
      return cloud::Cancelled();
    }
    visit.context = ContextFor(visit);
  }
}

asl::Outcome<Interpreter::Step> Interpreter::Catch(Visit& visit, const asl::Fault& fault) {
  for (const asl::Catcher& catcher : visit.state.catchers) {
    if (!asl::Matches(catcher.error_equals, fault)) continue;
    json::Object about{{"Error", fault.error}, {"Cause", fault.cause.value_or("")}};
    IATK_TRY(json::Value output,
             Locate(visit, asl::ApplyResult(catcher.result_path, visit.input, std::move(about))));
    RecordExited(visit, output);
    return Step{catcher.next, std::move(output)};
  }
  return FailWith(fault);
}

asl::Outcome<json::Value> Interpreter::Attempt(Visit& visit) {
  switch (visit.state.type) {
    case StateType::kParallel:
      return AttemptParallel(visit);
    case StateType::kMap:
      return AttemptMap(visit);
    default:
      return AttemptTask(visit);
  }
}

asl::Outcome<Interpreter::Step> Interpreter::Leave(Visit& visit, std::string next,
                                                   json::Value output) {
  const asl::Scope scope{output, visit.context, execution_->environment().ids};
  IATK_TRY(json::Value selected,
           Locate(visit, asl::ApplyPath("OutputPath", visit.state.output_path, scope)));
  if (json::Write(selected).size() > sfn_limits::kMaxPayloadBytes) {
    return FailWith("States.DataLimitExceeded",
                    fmt::format("The state/task '{}' returned a result with a size exceeding the "
                                "maximum number of bytes service limit.",
                                visit.state.name));
  }
  RecordExited(visit, selected);
  return Step{std::move(next), std::move(selected)};
}

asl::Outcome<json::Value> Interpreter::EffectiveInput(Visit& visit) {
  const asl::Scope raw{visit.input, visit.context, execution_->environment().ids};
  IATK_TRY(json::Value input,
           Locate(visit, asl::ApplyPath("InputPath", visit.state.input_path, raw)));
  if (!visit.state.parameters || visit.state.type == StateType::kMap) return input;
  const asl::Scope scope{input, visit.context, execution_->environment().ids};
  return Locate(visit, asl::EvaluateTemplate(*visit.state.parameters, scope));
}

asl::Outcome<json::Value> Interpreter::SelectResult(Visit& visit, json::Value result) {
  if (!visit.state.result_selector) return result;
  const asl::Scope scope{result, visit.context, execution_->environment().ids};
  return Locate(visit, asl::EvaluateTemplate(*visit.state.result_selector, scope));
}

json::Value Interpreter::ContextFor(const Visit& visit) const {
  json::Object context = base_context_;
  json::Object state;
  state.Set("Name", visit.state.name);
  state.Set("EnteredTime", FormatIso8601(InMilliseconds(visit.entered_time), Fraction::kMillis));
  if (HandlesErrors(visit.state.type)) state.Set("RetryCount", visit.retries);
  context.Set("State", std::move(state));
  if (visit.branch.map_item) context.Set("Map", *visit.branch.map_item);
  return context;
}

std::int64_t Interpreter::Record(Branch& branch, std::string_view type, m::HistoryEvent event) {
  if (!execution_->running()) return branch.last_event;
  History& history = execution_->history();
  if (static_cast<std::int64_t>(history.events().size()) + 1 >= sfn_limits::kMaxHistoryEvents) {
    execution_->Fail("States.Runtime",
                     fmt::format("The execution reached the maximum number of history events ({}).",
                                 sfn_limits::kMaxHistoryEvents),
                     branch.last_event);
    return branch.last_event;
  }
  branch.last_event = history.Add(type, branch.last_event, std::move(event));
  return branch.last_event;
}

// An event that those after it don't count as the one before them.
void Interpreter::RecordMark(Branch& branch, std::string_view type, m::HistoryEvent event) {
  const std::int64_t last = branch.last_event;
  Record(branch, type, std::move(event));
  branch.last_event = last;
}

void Interpreter::RecordExited(Visit& visit, const json::Value& output) {
  m::HistoryEvent event;
  auto& details = event.state_exited_event_details.emplace();
  details.name = visit.state.name;
  execution_->history().SetData(json::Write(output), &details.output, &details.output_details);
  Record(visit.branch, EventName(visit.state.type, "Exited"), std::move(event));
}

bool Interpreter::Cancelled(const Branch& branch) const {
  if (!execution_->running()) return true;
  for (const Branch* b = &branch; b != nullptr; b = b->parent) {
    if (b->group != nullptr && b->group->fault) return true;
  }
  return false;
}

Interpreter::Wake Interpreter::WaitFor(const Branch& branch, std::optional<Time> until,
                                       const std::function<bool()>& ready) {
  while (true) {
    if (Cancelled(branch)) return Wake::kCancelled;
    if (ready()) return Wake::kReady;
    if (!until) {
      execution_->changed().Wait();
    } else if (Now() >= *until) {
      return Wake::kDeadline;
    } else {
      execution_->changed().WaitUntil(*until);
    }
  }
}

Time Interpreter::Now() const { return execution_->environment().loop.clock().Now(); }

}  // namespace iatk::cloud

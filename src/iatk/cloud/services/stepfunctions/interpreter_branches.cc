// Parallel and Map: branches that run side by side, each in a fiber of its own.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "iatk/cloud/services/stepfunctions/interpreter_parts.h"
#include "iatk/cloud/services/stepfunctions/limits.h"

namespace iatk::cloud {

namespace m = model::stepfunctions;
using asl::FailWith;

asl::Outcome<json::Value> Interpreter::AttemptParallel(Visit& visit) {
  IATK_TRY(const json::Value input, EffectiveInput(visit));
  const std::int64_t started = Record(visit.branch, "ParallelStateStarted", {});
  auto group = std::make_shared<Group>();
  const std::size_t count = visit.state.workflows.size();
  group->results.resize(count);
  group->running = count;
  group->last_event = started;
  for (std::size_t i = 0; i < count; ++i) {
    auto branch = std::make_shared<Branch>(Branch{.parent = &visit.branch,
                                                  .group = group,
                                                  .last_event = started,
                                                  .part = visit.part,
                                                  .map_item = visit.branch.map_item});
    execution_->environment().loop.Spawn(
        [self = shared_from_this(), group, branch, i, input, workflow = &visit.state.workflows[i]] {
          Outcome<json::Value> outcome = self->RunWorkflow(*branch, *workflow, input);
          if (outcome) {
            group->results[i] = *std::move(outcome);
            group->last_event = branch->last_event;
          } else if (!outcome.error().cancelled && !group->fault) {
            group->fault = outcome.error();
            group->cancelling_event = branch->last_event;
          }
          --group->running;
          self->execution_->changed().NotifyAll();
        });
  }
  Outcome<json::Value> result = Gather(visit, *group);
  RecordMark(visit.branch, result ? "ParallelStateSucceeded" : "ParallelStateFailed", {});
  if (!result) return result;
  return SelectResult(visit, *std::move(result));
}

asl::Outcome<json::Value> Interpreter::AttemptMap(Visit& visit) {
  const asl::State& state = visit.state;
  IATK_TRY(const json::Value input, EffectiveInput(visit));
  const asl::Scope scope{input, visit.context, execution_->environment().ids};
  json::Value items = input;
  if (state.items_path) {
    IATK_TRY(items, Locate(visit, state.items_path->Get("ItemsPath", scope)));
  }
  const auto runtime = [&](std::string cause) {
    return Locate(visit, Outcome<json::Value>(FailWith("States.Runtime", std::move(cause))));
  };
  if (items.AsArray() == nullptr) {
    return runtime(fmt::format("Reference path \"{}\" must point to array.",
                               state.items_path ? state.items_path->text() : "$"));
  }
  const std::size_t count = items.AsArray()->size();
  if (count > sfn_limits::kMaxItems) {
    return runtime(fmt::format("The map has more than {} items.", sfn_limits::kMaxItems));
  }
  std::int64_t concurrency = state.max_concurrency;
  if (state.max_concurrency_path) {
    IATK_TRY(const json::Value value,
             Locate(visit, state.max_concurrency_path->Get("MaxConcurrencyPath", scope)));
    const auto number = value.AsNumber() == nullptr ? std::nullopt : value.AsNumber()->AsInt64();
    if (!number || *number < 0) {
      return runtime(
          fmt::format("The MaxConcurrencyPath field refers to value \"{}\" which is not "
                      "a valid integer",
                      json::Write(value)));
    }
    concurrency = *number;
  }
  m::HistoryEvent event;
  event.map_state_started_event_details.emplace().length = static_cast<std::int32_t>(count);
  const std::int64_t started = Record(visit.branch, "MapStateStarted", std::move(event));
  auto group = std::make_shared<Group>();
  group->results.resize(count);
  group->last_event = started;
  const std::size_t most = concurrency == 0 ? sfn_limits::kMapConcurrency
                                            : std::min(static_cast<std::size_t>(concurrency),
                                                       sfn_limits::kMapConcurrency);
  for (std::size_t i = count; i > 0; --i) group->waiting.push_back(i - 1);
  while (true) {
    while (!group->waiting.empty() && group->running < most && !group->fault &&
           !Cancelled(visit.branch)) {
      const std::size_t index = group->waiting.back();
      group->waiting.pop_back();
      StartIteration(visit, group, index, (*items.AsArray())[index],
                     index < most ? started : group->last_event);
    }
    if (group->running == 0) break;
    execution_->changed().Wait();
  }
  Outcome<json::Value> result = Gather(visit, *group);
  RecordMark(visit.branch, result ? "MapStateSucceeded" : "MapStateFailed", {});
  if (!result) return result;
  return SelectResult(visit, *std::move(result));
}

void Interpreter::StartIteration(Visit& visit, const std::shared_ptr<Group>& group,
                                 std::size_t index, json::Value item, std::int64_t previous) {
  json::Object about{{"Index", index}, {"Value", item}};
  auto branch =
      std::make_shared<Branch>(Branch{.parent = &visit.branch,
                                      .group = group,
                                      .last_event = previous,
                                      .part = visit.part,
                                      .map_item = json::Object{{"Item", std::move(about)}}});
  m::HistoryEvent event;
  auto& details = event.map_iteration_started_event_details.emplace();
  details.name = visit.state.name;
  details.index = static_cast<std::int32_t>(index);
  Record(*branch, "MapIterationStarted", std::move(event));
  ++group->running;
  if (visit.state.parameters) {
    json::Value context = visit.context;
    context.AsObject()->Set("Map", *branch->map_item);
    const Outcome<json::Value> input = EffectiveInput(visit);
    Outcome<json::Value> selected =
        input
            ? Locate(visit, asl::EvaluateTemplate(*visit.state.parameters,
                                                  {*input, context, execution_->environment().ids}))
            : input;
    if (!selected) {
      FinishIteration(visit.state, *group, *branch, index, std::move(selected));
      return;
    }
    item = *std::move(selected);
  }
  execution_->environment().loop.Spawn([self = shared_from_this(), group, branch, index,
                                        item = std::move(item), state = &visit.state] {
    Outcome<json::Value> outcome = self->RunWorkflow(*branch, state->workflows.front(), item);
    self->FinishIteration(*state, *group, *branch, index, std::move(outcome));
  });
}

void Interpreter::FinishIteration(const asl::State& state, Group& group, Branch& branch,
                                  std::size_t index, Outcome<json::Value> outcome) {
  m::MapIterationEventDetails details;
  details.name = state.name;
  details.index = static_cast<std::int32_t>(index);
  m::HistoryEvent event;
  if (outcome) {
    group.results[index] = *std::move(outcome);
    group.last_event = branch.last_event;
    event.map_iteration_succeeded_event_details = std::move(details);
    RecordMark(branch, "MapIterationSucceeded", std::move(event));
  } else if (outcome.error().cancelled) {
    if (group.fault) branch.last_event = group.cancelling_event;
    event.map_iteration_aborted_event_details = std::move(details);
    RecordMark(branch, "MapIterationAborted", std::move(event));
  } else {
    if (!group.fault) {
      group.fault = outcome.error();
      group.cancelling_event = branch.last_event;
    }
    event.map_iteration_failed_event_details = std::move(details);
    RecordMark(branch, "MapIterationFailed", std::move(event));
  }
  --group.running;
  execution_->changed().NotifyAll();
}

// The results in order, when all branches have ended.
asl::Outcome<json::Value> Interpreter::Gather(Visit& visit, Group& group) {
  while (group.running > 0) execution_->changed().Wait();
  if (group.fault) {
    visit.branch.last_event = group.cancelling_event;
    return FailWith(*group.fault);
  }
  if (Cancelled(visit.branch)) return cloud::Cancelled();
  visit.branch.last_event = group.last_event;
  return json::Value(json::Array(group.results.begin(), group.results.end()));
}

}  // namespace iatk::cloud

// Parallel and Map: branches that run beside one another.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "iatk/cloud/services/stepfunctions/interpreter.h"

namespace iatk::cloud {
namespace {

constexpr std::size_t kMaxAtOnce = 40;  // of an inline Map, Developer Guide

}  // namespace

// The first failure stands; branches that are under way then run on by themselves, their results
// dropped.
Outcome Interpreter::RunBranches(std::vector<std::function<Outcome(Branch&)>> bodies,
                                 std::size_t at_once, Branch& branch) {
  struct Shared {
    std::vector<std::function<Outcome(Branch&)>> bodies;
    std::vector<std::optional<Outcome>> outcomes;
    std::size_t next = 0;
    std::size_t done = 0;
    std::optional<Error> failure;
    std::int64_t previous = 0;
  };
  const auto shared = std::make_shared<Shared>();
  shared->bodies = std::move(bodies);
  const std::size_t count = shared->bodies.size();
  shared->outcomes.resize(count);
  shared->previous = branch.previous;
  for (std::size_t worker = 0; worker < std::min(at_once, count); ++worker) {
    environment_.loop.Spawn([shared, execution = execution_] {
      while (shared->next < shared->bodies.size() && !shared->failure) {
        const std::size_t index = shared->next++;
        Branch own;
        own.previous = shared->previous;
        Outcome outcome = shared->bodies[index](own);
        ++shared->done;
        if (!outcome && !shared->failure) shared->failure = outcome.error();
        shared->outcomes[index] = std::move(outcome);
        execution->changed.NotifyAll();
      }
    });
  }
  while (shared->done < count && !shared->failure) IATK_CHECK(WaitForChange(std::nullopt));
  branch.previous = static_cast<std::int64_t>(execution_->history.events().size());
  if (shared->failure) return Fail(*shared->failure);
  json::Array results;
  for (std::optional<Outcome>& outcome : shared->outcomes) results.push_back(std::move(**outcome));
  return json::Value(std::move(results));
}

Outcome Interpreter::RunParallel(const StateRun& run, const json::Value& input, Branch& branch) {
  Record(branch, "ParallelStateStarted", "", {});
  std::vector<std::function<Outcome(Branch&)>> bodies;
  const auto self = std::make_shared<Interpreter>(*this);
  for (const json::Value& machine : *run.state.Find("Branches")->AsArray()) {
    // The definition lives as long as the execution, which the interpreter holds.
    bodies.emplace_back(
        [self, &machine, input](Branch& own) { return self->RunMachine(machine, input, own); });
  }
  const std::size_t count = bodies.size();
  Outcome outcome = RunBranches(std::move(bodies), count, branch);
  if (outcome) {
    Record(branch, "ParallelStateSucceeded", "", {});
  } else if (outcome.error().code != kStopped) {
    Record(branch, "ParallelStateFailed", "", {});
  }
  return outcome;
}

Outcome Interpreter::RunMap(StateRun& run, const json::Value& input, Branch& branch) {
  const Data data{input, run.context, environment_.ids};
  json::Value items = input;
  if (const std::string* path = run.state.FindString("ItemsPath")) {
    IATK_TRY(items, ValueAt(*path, data, "ItemsPath"));
  }
  if (items.AsArray() == nullptr) {
    return Fail(
        StateError("States.Runtime", fmt::format("Reference path \"{}\" must point to array.",
                                                 run.state.FindString("ItemsPath") != nullptr
                                                     ? *run.state.FindString("ItemsPath")
                                                     : "$")));
  }
  const json::Value* machine = run.state.Find("ItemProcessor");
  if (machine == nullptr) machine = run.state.Find("Iterator");
  const json::Value* pattern = run.state.Find("ItemSelector");
  if (pattern == nullptr) pattern = run.state.Find("Parameters");
  const std::size_t count = items.AsArray()->size();
  Record(branch, "MapStateStarted", "mapStateStartedEventDetails", json::Object{{"length", count}});
  const auto self = std::make_shared<Interpreter>(*this);
  std::vector<std::function<Outcome(Branch&)>> bodies;
  for (std::size_t i = 0; i < count; ++i) {
    const json::Value& item = (*items.AsArray())[i];
    const json::Value map_item = json::Object{{"Index", i}, {"Value", item}};
    json::Value item_input = item;
    if (pattern != nullptr) {
      json::Value context = run.context;
      context.AsObject()->Set("Map", json::Object{{"Item", map_item}});
      IATK_TRY(item_input, FillTemplate(*pattern, {input, context, environment_.ids}));
    }
    const json::Object details{{"name", run.name}, {"index", i}};
    bodies.emplace_back([self, machine, item_input, map_item, details](Branch& own) {
      own.map_item = map_item;
      self->Record(own, "MapIterationStarted", "mapIterationStartedEventDetails", details);
      Outcome outcome = self->RunMachine(*machine, item_input, own);
      if (outcome) {
        self->Record(own, "MapIterationSucceeded", "mapIterationSucceededEventDetails", details);
      } else if (outcome.error().code != kStopped) {
        self->Record(own, "MapIterationFailed", "mapIterationFailedEventDetails", details);
      }
      return outcome;
    });
  }
  std::size_t at_once = kMaxAtOnce;
  if (const json::Value* limit = run.state.Find("MaxConcurrency"); limit && limit->AsNumber()) {
    const auto wanted = limit->AsNumber()->AsInt64().value_or(0);
    if (wanted > 0) at_once = std::min(at_once, static_cast<std::size_t>(wanted));
  }
  Outcome outcome = RunBranches(std::move(bodies), at_once, branch);
  if (outcome) {
    Record(branch, "MapStateSucceeded", "", {});
  } else if (outcome.error().code != kStopped) {
    Record(branch, "MapStateFailed", "", {});
  }
  return outcome;
}

}  // namespace iatk::cloud

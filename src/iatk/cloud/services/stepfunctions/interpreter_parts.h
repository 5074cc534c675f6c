// What the parts of the interpreter share. Private to interpreter*.cc.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "iatk/cloud/services/stepfunctions/interpreter.h"
#include "iatk/json/write.h"

namespace iatk::cloud {

struct Interpreter::Group {
  std::size_t running = 0;
  std::vector<json::Value> results;
  std::optional<asl::Fault> fault;  // the first one: the other branches are cancelled
  std::int64_t cancelling_event = 0;
  std::int64_t last_event = 0;       // of the branch that ended last
  std::vector<std::size_t> waiting;  // Map: items that are not begun, the next one last
};

struct Interpreter::Branch {
  const Branch* parent = nullptr;  // its fiber waits for this one's
  std::shared_ptr<Group> group;
  std::int64_t last_event = 0;
  ExecutionTrace::Part* part = nullptr;  // that states of this branch stand in
  std::optional<json::Value> map_item;   // "$$.Map"
};

struct Interpreter::Visit {
  Branch& branch;
  const asl::State& state;
  json::Value input;  // raw
  json::Value context = {};
  std::int64_t entered = 0;
  Time entered_time = {};
  std::int64_t retries = 0;
  ExecutionTrace::Part* part = nullptr;
};

template <class T>
asl::Outcome<T> Interpreter::Locate(const Visit& visit, asl::Outcome<T> outcome) const {
  if (outcome || outcome.error().cancelled) return outcome;
  asl::Fault& fault = outcome.error();
  fault.cause = "An error occurred while executing the state '" + visit.state.name +
                "' (entered at the event id #" + std::to_string(visit.entered) + "). " +
                fault.cause.value_or("");
  return outcome;
}

inline tl::unexpected<asl::Fault> Cancelled() {
  return asl::FailWith(asl::Fault{.error = {}, .cause = {}, .cancelled = true});
}

}  // namespace iatk::cloud

// An execution of a state machine: what it is, what became of it, and its history.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "iatk/base/clock.h"
#include "iatk/json/value.h"
#include "iatk/net/event_loop.h"
#include "iatk/trace/header.h"

namespace iatk::cloud {

struct StateMachine {
  std::string name;
  std::string arn;
  std::string definition;  ///< as it was given
  json::Value machine;     ///< the definition, read
  std::string role_arn;
  std::string type = "STANDARD";
  bool tracing = false;
  json::Value logging_configuration;
  std::string revision_id;
  std::string description;
  Time created;
  Time updated;
  std::map<std::string, std::string> tags;
};

/// Why a state or an execution failed.
struct Failure {
  std::string error;
  std::string cause;
};

/// The history of an execution: events with AWS's types, ids from 1, and details under AWS's names.
/// AWS Step Functions API Reference, HistoryEvent.
class History {
 public:
  static constexpr std::int64_t kMaxEvents = 25'000;

  /// `details_name`, e.g. "stateEnteredEventDetails"; empty for an event without details. The id.
  std::int64_t Append(Time time, std::string_view type, std::int64_t previous,
                      std::string_view details_name, json::Object details);
  const std::vector<json::Object>& events() const { return events_; }

 private:
  std::vector<json::Object> events_;
};

struct Execution {
  Execution(net::EventLoop& loop, std::shared_ptr<const StateMachine> machine)
      : state_machine(std::move(machine)), changed(loop) {}

  std::string name;
  std::string arn;
  std::string account;
  std::string region;
  std::shared_ptr<const StateMachine> state_machine;  ///< as it was at the start
  std::string input;                                  ///< JSON text
  std::string output;                                 ///< of one that succeeded
  std::string status = "RUNNING";
  std::optional<Failure> failure;
  Time started;
  std::optional<Time> stopped;
  History history;

  std::optional<trace::TraceHeader> trace;  ///< with the execution's segment as parent, if sampled
  std::string segment_id;
  std::string parent_id;          ///< of the segment: who started the execution
  json::Array state_subsegments;  ///< of states that are done

  bool stop_requested = false;
  Failure stop_reason;
  /// Notified when a task's token came back, and when the execution is stopped.
  net::Signal changed;

  bool running() const { return status == "RUNNING"; }
};

}  // namespace iatk::cloud

// Putting events on a bus, and knowing that it took them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/json/value.h"
#include "iatk/kit/session.h"

namespace iatk::kit {

struct EventToPublish {
  std::string source;
  std::string detail_type;
  json::Value detail = json::Object{};  ///< an object
  std::vector<std::string> resources;
  std::optional<Time> time;    ///< nullopt: when the bus gets it
  std::string event_bus_name;  ///< empty: that of the call
};

struct PublishParams {
  std::string event_bus_name;  ///< empty: "default"
  std::vector<EventToPublish> events;
  /// Goes into each detail, under `correlation_key`, unless that is there already. Empty: a new
  /// UUID.
  std::string correlation_id;
  std::string correlation_key = "correlationId";  ///< empty: details stay as they are
  std::string trace_header;                       ///< empty: a new trace, sampled
};

/// Whether the bus may take an entry another time that it refused with this code.
bool MayBeTakenLater(const std::string& code);

struct Published {
  std::string correlation_id;
  std::string trace_header;
  std::vector<std::string> event_ids;  ///< of the bus, one for each event
  /// Matches the events that carry the correlation id: of these, and what an application makes of
  /// them if it hands the id on. Empty without a correlation key.
  std::string event_pattern;
};

/// Puts the events, ten a call; those that a throttled or failing bus did not take are put again,
/// up to three times. Fails, naming each, if the bus has not taken all in the end, or with how many
/// it had taken when it could not be called any more: these are on their way.
Result<Published> Publish(Session& session, const PublishParams& params);

}  // namespace iatk::kit

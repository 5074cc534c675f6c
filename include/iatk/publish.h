// Putting events on a bus, and knowing that it took them. See Kit::Publish.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "iatk/export.h"
#include "iatk/json.h"
#include "iatk/result.h"
#include "iatk/time.h"

namespace iatk::v0 {

/// An event as PutEvents takes it.
struct EventToPublish {
  std::string source = {};
  std::string detail_type = {};
  json::Value detail = json::Object{};  ///< an object
  std::vector<std::string> resources = {};
  std::optional<Time> time = std::nullopt;  ///< nullopt: when the bus gets it
  std::string event_bus_name = {};          ///< empty: that of PublishOptions
};

struct PublishOptions {
  std::string event_bus_name = {};  ///< a name or ARN; empty: "default"
  std::string correlation_id = {};  ///< empty: a new UUID
  /// Where the correlation id goes in each detail, unless that is there already. Empty: details
  /// stay as they are.
  std::string correlation_key = "correlationId";
  std::string trace_header = {};  ///< X-Ray's; empty: that of a new trace, sampled
};

/// Events that a bus took.
struct IATK_EXPORT Published {
  std::vector<std::string> event_ids;  ///< that the bus gave them, in order
  std::string correlation_id;
  std::string trace_header;
  /// Matches the events that carry the correlation id: these, and those that an application makes
  /// of them if it hands the id on. Empty without a correlation key.
  std::string event_pattern;

  /// Where the first of them was last seen on its way, in words: the bus, its rules and why each
  /// did or did not match, their targets and dead-letter queues, the trace. `listener_id`, unless
  /// empty, says where it should have arrived.
  Result<std::string> LastSeen(const std::string& listener_id = {}) const;

  struct Origin;
  std::shared_ptr<const Origin> origin;  ///< what LastSeen needs to know
};

}  // namespace iatk::v0

// Where an event was seen last that did not arrive.
#pragma once

#include <string>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/json/value.h"
#include "iatk/kit/session.h"

namespace iatk::kit {

struct LostEventParams {
  std::string event_bus_name;  ///< empty: "default"
  /// The event as the bus has it; what is missing of source, detail-type and detail is empty, of
  /// id, account, region, time and resources what the bus would have set.
  json::Value event;
  std::string event_id;      ///< that the bus gave it; empty: not known
  std::string listener_id;   ///< where it should have arrived; empty: anywhere
  std::string trace_header;  ///< that it was put with; empty: none
};

/// A place that an event passes on its way.
struct Station {
  enum class Seen { kYes, kNo, kUnknown };
  std::string
      place;  ///< "event bus orders", "rule audit", "DLQ of target x of rule audit", "trace …"
  Seen seen = Seen::kUnknown;
  std::string what;  ///< what is known of it there
};

struct Trail {
  std::vector<Station> stations;  ///< in the order of the way
  std::string last_seen;          ///< the last place, in a sentence
};

/// Walks the way of an event as far as AWS lets it be known: whether the bus took it, which rules
/// it matches and why others not, the targets of these and their dead-letter queues, its trace, and
/// whether it came to the listener after all. Reads only, but for the receive count of messages in
/// dead-letter queues.
Result<Trail> FindLostEvent(Session& session, const LostEventParams& params);

std::string ToText(const Trail& trail);
json::Value ToJson(const Trail& trail);

}  // namespace iatk::kit

// Something on its way from a rule (or another source) to a target.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "iatk/trace/header.h"

namespace iatk::cloud {

struct RetryPolicy {
  int maximum_attempts = 185;                                 ///< after the first
  std::chrono::seconds maximum_age = std::chrono::hours(24);  ///< of the event
};

struct Envelope {
  std::string account;  ///< of the source
  std::string region;
  std::string principal_service = "events.amazonaws.com";
  std::string source_arn;  ///< the rule's
  std::string target_arn;
  std::string payload;  ///< JSON text
  std::string event_id;
  std::optional<trace::TraceHeader> trace;
  std::string message_group_id;  ///< for FIFO queues; empty: none
  bool was_forwarded = false;    ///< the event came to its bus from another bus
  RetryPolicy retry;
  std::string dead_letter_arn;  ///< a queue; empty: none
};

}  // namespace iatk::cloud

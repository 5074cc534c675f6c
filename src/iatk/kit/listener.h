// Listeners: the events that pass a rule, a pattern, a bus, a topic or a queue, for a test to read.
//
// For a rule, a pattern or a bus, a listener is a rule of its own with a queue of its own; for a
// topic, a subscription with a queue of its own; of a queue, the listener sees what comes to it and
// leaves it there.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/kit/session.h"

namespace iatk::kit {

/// What to listen to: a rule, a pattern, a topic or a queue; none of them: all events of the bus.
struct AddListenerParams {
  std::string event_bus_name;  ///< a name or ARN; empty: "default", or the bus that rule_name names
  std::string rule_name;       ///< a name, an ARN, or "bus|rule" as CDK gives it
  std::string event_pattern;   ///< a pattern of one's own
  std::string topic_arn;       ///< an SNS topic
  std::string queue;           ///< an SQS queue or DLQ, by URL, ARN or name
  std::string target_id;  ///< of the rule: the listener gets what it gets; empty: the whole event
  std::map<std::string, std::string> tags;
};

/// Something that the kit listens to or made.
struct ListenerResource {
  std::string type;         ///< "AWS::SQS::Queue"
  std::string physical_id;  ///< a queue's URL; the name of a bus or rule; a topic's ARN
  std::string arn;
};

struct Listener {
  std::string id;  ///< what the other functions know it by; of a queue, its URL
  ListenerResource target_under_test;
  std::vector<ListenerResource> components;  ///< the queue, then the rule or subscription
  /// What a user should know, in words: "rule orders is disabled: …".
  std::vector<std::string> warnings;
};

/// Refuses what does not go together: two places, a target without its rule, tags of the kit's own.
Result<void> CheckParams(const AddListenerParams& params);

/// Makes a listener and sees that it is ready: a control event has come through its rule. What was
/// made is removed again if a later step fails; the error is the first.
Result<Listener> AddListener(Session& session, const AddListenerParams& params);

struct TagFilter {
  std::string key;
  std::vector<std::string> values;  ///< empty: any
};

/// Removes listeners by id, or those whose tags pass all `filters`; what is gone already counts as
/// removed. Tries all of them, several at a time, then fails with the ids and reasons of those that
/// are left.
Result<void> RemoveListeners(Session& session, const std::vector<std::string>& ids,
                             const std::vector<TagFilter>& filters);

/// Up to `max_messages` (1 to 10) events that were not polled before, waiting up to `wait_seconds`
/// (0 to 20) for the first. The events are as the bus delivered them.
Result<std::vector<std::string>> PollEvents(Session& session, const std::string& listener_id,
                                            int wait_seconds, int max_messages);

}  // namespace iatk::kit

// Listeners: a copy of a rule that delivers what matches it to a queue of the kit's own.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/kit/session.h"

namespace iatk::kit {

struct AddListenerParams {
  std::string event_bus_name;
  std::string rule_name;
  std::string target_id;  ///< empty: the listener gets the event as the bus has it
  std::map<std::string, std::string> tags;
};

/// Something that the kit listens to or made.
struct ListenerResource {
  std::string type;         ///< "AWS::SQS::Queue"
  std::string physical_id;  ///< a queue's URL; the name of a bus or rule
  std::string arn;
};

struct Listener {
  std::string id;  ///< what the other functions know it by
  ListenerResource target_under_test;
  std::vector<ListenerResource> components;  ///< the queue, then the rule
};

/// Makes a listener. What was made is removed again if a later step fails; the error is the first.
Result<Listener> AddListener(Session& session, const AddListenerParams& params);

struct TagFilter {
  std::string key;
  std::vector<std::string> values;  ///< empty: any
};

/// Removes listeners by id, or those whose tags pass all `filters`; what is gone already counts as
/// removed. Tries all of them, then fails with the ids and reasons of those that are left.
Result<void> RemoveListeners(Session& session, const std::vector<std::string>& ids,
                             const std::vector<TagFilter>& filters);

/// Takes up to `max_messages` (1 to 10) events, waiting up to `wait_seconds` (0 to 20) for the
/// first, and deletes them from the queue. The events are JSON text, as the bus delivered them.
Result<std::vector<std::string>> PollEvents(Session& session, const std::string& listener_id,
                                            int wait_seconds, int max_messages);

}  // namespace iatk::kit

// The rule of a listener: the events of a bus, into a queue.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "iatk/base/result.h"
#include "iatk/kit/listener_source.h"
#include "iatk/kit/session.h"

namespace iatk::kit {

/// Makes the rule `id`, or changes it: with `controlled`, it matches control events too.
model::events::PutRuleRequest PutListenerRule(const std::string& id, const BusSource& source,
                                              bool controlled,
                                              const std::map<std::string, std::string>& tags);
/// The ARN that the rule has if it is of the bus's account, as most are.
std::string LikelyRuleArn(const std::string& id, const BusSource& source);

/// Makes the queue the rule's target; `as_its_source`: it gets what the source's target gets.
model::events::PutTargetsRequest PutListenerTarget(const std::string& id, const BusSource& source,
                                                   const std::string& queue_arn,
                                                   bool as_its_source);
/// Whether the bus took it.
Result<void> TargetsPut(const Result<model::events::PutTargetsResponse>& output);

/// Lets control events through a listener's rule for as long as it takes one to arrive: whether one
/// came by `until`. nullopt if none could be told from other events: the listener is of a topic, or
/// its target makes something else of them.
Result<std::optional<bool>> ListenerHears(Session& session, const std::string& listener_id,
                                          Time until);

}  // namespace iatk::kit

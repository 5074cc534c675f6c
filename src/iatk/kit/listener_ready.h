// Whether a listener is listening.
#pragma once

#include <string>

#include "iatk/base/result.h"
#include "iatk/kit/session.h"
#include "iatk/model/events/types.h"

namespace iatk::kit {

/// Puts a control event on the bus until one comes out of the listener's queue. False if none has
/// by `until`. The listener's rule must match control events (WithControlEvents). Fails if the bus
/// does not take the event.
Result<bool> ControlEventComesThrough(Session& session, const std::string& listener_id,
                                      const std::string& bus, Time until);

/// Puts the rule again as it is without control events, and deletes those that came.
Result<void> EndControl(Session& session, ListenerFeed& feed,
                        const model::events::PutRuleRequest& rule);

}  // namespace iatk::kit

// The ids of listeners, which are also the names of their queues, rules and targets.
#pragma once

#include <string>
#include <string_view>

#include "iatk/base/clock.h"
#include "iatk/base/ids.h"

namespace iatk::kit {

inline constexpr std::string_view kListenerIdPrefix = "iatk_eb_";

/// The prefix and an xid: 12 bytes (4 of time in seconds, then chance) as 20 characters of base 32.
std::string MakeListenerId(const Clock& clock, IdSource& ids);

/// Whether `text` has the form of a listener's id.
bool IsListenerId(std::string_view text);

/// When a listener's id was made, to the second.
Time TimeOfListenerId(std::string_view id);

/// Whether `text` is an http(s) URL: what a queue that the kit did not make is known by.
bool IsQueueUrl(std::string_view text);

}  // namespace iatk::kit

// What is known of an event's names before it is matched.
#pragma once

#include <cstdint>

#include "iatk/json/value.h"

namespace iatk::event_pattern {

/// All values of one path count, and a path may be found in several places: under a name that its
/// object has twice, under names with dots, below an empty name at the top. Of an event without
/// such names the end need not be read once all that rules test has been seen.
enum class EventNames : std::uint8_t {
  kAny,    ///< nothing is known
  kPlain,  ///< in each object all differ, and none is empty or has a dot
};

/// Looks at all objects of the event.
EventNames NamesOf(const json::Value& event);

}  // namespace iatk::event_pattern

// Control events: events of the kit's own that show that a listener's rule is listening.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "iatk/json/value.h"

namespace iatk::kit {

/// The `source` and `detail-type` of control events. Rules that match any source match them too.
inline constexpr std::string_view kControlSource = "iatk.control";
inline constexpr std::string_view kControlDetailType = "iatk control event";

/// The `detail` of a control event for a listener.
std::string ControlDetail(std::string_view listener_id, std::string_view token);

/// A pattern that matches what `pattern` does, and the control events of that listener.
std::string WithControlEvents(std::string_view pattern, std::string_view listener_id);

/// The pattern that WithControlEvents made `pattern` of; `pattern` itself if it made none.
std::string_view WithoutControlEvents(std::string_view pattern, std::string_view listener_id);

/// The token of a control event of that listener; nullopt for any other event.
std::optional<std::string> ControlTokenOf(const json::Value& event, std::string_view listener_id);

}  // namespace iatk::kit

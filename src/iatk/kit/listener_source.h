// What a listener listens to, as AWS has it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/kit/listener.h"
#include "iatk/model/events/types.h"

namespace iatk::kit {

/// A bus, and which of its events.
struct BusSource {
  std::string bus;  ///< as the user named it
  std::string bus_arn;
  std::string event_pattern;
  std::optional<model::events::Target> target;  ///< the one whose input the listener copies
  std::vector<std::string> warnings;
};

inline constexpr std::string_view kDefaultBus = "default";
/// Of a bus's ARN, its name; a name is itself.
std::string_view BusName(std::string_view bus);

/// A rule's name taken apart: {"orders", "bus"} of "bus|orders", of
/// "arn:aws:events:us-east-1:123456789012:rule/bus/orders" or of "orders" on `bus`. Fails if it
/// names another bus than `bus`.
struct RuleName {
  std::string rule;
  std::string bus;
};
Result<RuleName> ParseRuleName(const std::string& rule, const std::string& bus);

/// Looks up the bus, and the rule and target if `params` has them.
Result<BusSource> FindBusSource(Session& session, const AddListenerParams& params);

/// The URL of a queue given by URL, ARN or name.
Result<std::string> FindQueueUrl(Session& session, const std::string& queue);

}  // namespace iatk::kit

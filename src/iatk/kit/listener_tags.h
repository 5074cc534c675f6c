// The tags of what a listener is made of.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "iatk/base/clock.h"

namespace iatk::kit {

inline constexpr std::string_view kTagId = "iatk:TestHarness:ID";
inline constexpr std::string_view kTagType = "iatk:TestHarness:Type";
inline constexpr std::string_view kTagTarget = "iatk:TestHarness:Target";
inline constexpr std::string_view kTagCreated = "iatk:TestHarness:Created";
inline constexpr std::string_view kTagExpires = "iatk:TestHarness:Expires";

inline constexpr std::string_view kBusListener = "EventBridge.Listener";
inline constexpr std::string_view kTopicListener = "SNS.Listener";

/// A listener is for one test: past this age it is a leaving.
inline constexpr std::chrono::hours kListenerLife{4};

/// Whether a tag's key is one of those above, which users can't set.
bool IsReservedTag(std::string_view key);

/// The reserved tags and the user's own. `type` is one of the two above, `target` the ARN of what
/// is listened to.
std::map<std::string, std::string> ListenerTags(const std::string& id, std::string_view type,
                                                const std::string& target, Time created,
                                                const std::map<std::string, std::string>& own);

}  // namespace iatk::kit

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

/// Whether a tag's key is one of those above, which users can't set.
bool IsReservedTag(std::string_view key);

/// The four reserved tags and the user's own.
std::map<std::string, std::string> ListenerTags(const std::string& id, const std::string& bus_arn,
                                                Time created,
                                                const std::map<std::string, std::string>& own);

}  // namespace iatk::kit

// What the methods have in common.
#pragma once

#include <chrono>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "iatk/base/result.h"
#include "iatk/json/value.h"
#include "iatk/kit/listener.h"
#include "iatk/kit/session.h"
#include "iatk/rpc/params.h"
#include "iatk/rpc/sessions.h"

namespace iatk::rpc {

inline constexpr ParamSpec kRegion = {"Region", ParamType::kString};
inline constexpr ParamSpec kProfile = {"Profile", ParamType::kString};

Error InvalidParams(std::string message);

/// Fails with the original kit's text for the first of these params that is absent or empty.
Result<void> Require(const Params& params, std::initializer_list<std::string_view> names);

/// The session of the call's Region and Profile.
Result<std::shared_ptr<kit::Session>> SessionOf(const Params& params, Sessions& sessions);

/// The param `name` as a time of at most a day, 0 if it is absent. Fails outside of that.
Result<std::chrono::milliseconds> WaitOf(const Params& params, std::string_view name);

/// {"Id", "TargetUnderTest": {"Type", "PhysicalID", "ARN"}, "Components": […], "Warnings": […]};
/// without warnings, there is no such member, as in the original kit.
json::Value ToJson(const kit::Listener& listener);

}  // namespace iatk::rpc

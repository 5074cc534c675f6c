// What the parts of the C++ API share: the way from the kit's results to public ones. The names of
// include/iatk are in iatk::v0, those of the house in iatk.
#pragma once

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/base/version.h"
#include "iatk/kit/event_log.h"
#include "iatk/kit/session.h"
#include "iatk/listener.h"
#include "iatk/result.h"

namespace iatk::v0 {

Error ToPublic(const iatk::Error& error);

template <class T>
Result<T> ToPublic(iatk::Result<T> result) {
  if (!result) return ToPublic(result.error());
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return *std::move(result);
  }
}

/// An error of the caller's: something that no call could carry out.
Error InvalidParams(std::string message);

/// `run()` as the user agent of this front end, its result as a public one.
template <class F>
auto Run(F run) {
  const kit::Session::UserAgentScope scope("aws-iatk/cpp#" + std::string(kVersion));
  return ToPublic(run());
}

/// Fails for a wait that is negative or longer than a day.
iatk::Result<void> CheckWait(std::chrono::milliseconds within);

Event ToEvent(const kit::ReceivedEvent& event, const std::optional<Act>& since);
std::vector<Event> ToEvents(const std::vector<kit::ReceivedEvent>& events,
                            const std::optional<Act>& since);

}  // namespace iatk::v0

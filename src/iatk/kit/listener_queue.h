// The queue that a listener's events come to.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "iatk/base/result.h"
#include "iatk/kit/session.h"

namespace iatk::kit {

struct ListenerQueue {
  std::string url;
  std::string arn;
};

/// Makes the queue `id`, which keeps messages for an hour, and lets `principal` (a service, such as
/// events.amazonaws.com) send to it on behalf of `source_arn`.
Result<ListenerQueue> MakeListenerQueue(Session& session, const std::string& id,
                                        std::string_view principal, const std::string& source_arn,
                                        const std::map<std::string, std::string>& tags);

}  // namespace iatk::kit

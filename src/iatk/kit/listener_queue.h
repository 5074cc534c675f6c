// The queue that a listener's events come to.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "iatk/base/result.h"
#include "iatk/kit/session.h"
#include "iatk/model/sqs/types.h"

namespace iatk::kit {

struct ListenerQueue {
  std::string url;
  std::string arn;
};

/// The ARN that a queue `id` has if it is of the account and region of `source_arn`, as most are.
std::string LikelyQueueArn(const std::string& id, const std::string& source_arn);

/// For the queue `id`, which keeps messages for an hour, and lets `principal` (a service, such as
/// events.amazonaws.com) send to it on behalf of `source_arn`, if it has its likely ARN.
model::sqs::CreateQueueRequest CreateListenerQueue(const std::string& id,
                                                   std::string_view principal,
                                                   const std::string& source_arn,
                                                   const std::map<std::string, std::string>& tags);
/// For the ARN that it has.
model::sqs::GetQueueAttributesRequest DescribeQueue(const std::string& url);
std::string QueueArnIn(const model::sqs::GetQueueAttributesResult& output);

/// Lets `principal` send to it on behalf of `source_arn`, whatever its ARN.
Result<void> SetQueuePolicy(Session& session, const ListenerQueue& queue,
                            std::string_view principal, const std::string& source_arn);

}  // namespace iatk::kit

// The router: takes envelopes to their targets, tries again, and gives up into a dead-letter queue.
// Services meet here and nowhere else.
#pragma once

#include "iatk/base/result.h"
#include "iatk/cloud/delivery/envelope.h"
#include "iatk/cloud/dispatch/request_context.h"

namespace iatk::cloud {

/// Whether there is a way to targets of this service: "sqs", "lambda", "states", "events".
bool IsDeliverable(std::string_view arn);

/// One attempt, by the target service's own operation. Within a fiber.
Result<void> DeliverOnce(Environment& environment, const Envelope& envelope);

/// The first attempt within the caller's fiber; where it fails in a way that may pass, a fiber of
/// its own goes on as the retry policy says. What can't be delivered goes to the dead-letter queue,
/// with EventBridge's attributes. Amazon EventBridge User Guide, "How EventBridge retries
/// delivering events" and "Using dead-letter queues to process undelivered events".
void Deliver(Environment& environment, Envelope envelope);

}  // namespace iatk::cloud

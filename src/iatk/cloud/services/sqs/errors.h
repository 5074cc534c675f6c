// Amazon SQS's errors, with its texts. Codes are the modelled names; the protocols give clients of
// the old query form the old ones.
#pragma once

#include <string>
#include <string_view>

#include "iatk/base/error.h"

namespace iatk::cloud::sqs_errors {

Error QueueDoesNotExist();
Error QueueNameExists(std::string_view attribute);
Error InvalidParameterValue(std::string message);
Error InvalidValueOf(std::string_view parameter, std::string_view value, std::string_view reason);
Error MissingParameter(std::string_view parameter);
Error InvalidAttributeName(std::string_view name);
Error InvalidAttributeValue(std::string_view name);
Error ReceiptHandleIsInvalid(std::string_view handle);
Error ReceiptHandleHasExpired(std::string_view handle);
Error MessageNotInflight();
Error EmptyBatchRequest(std::string_view entry_type);
Error TooManyEntriesInBatchRequest(std::size_t count);
Error BatchEntryIdsNotDistinct(std::string_view id);
Error InvalidBatchEntryId();
Error BatchRequestTooLong(std::size_t bytes);
Error InvalidMessageContents();
Error OverLimit();
Error PurgeQueueInProgress(std::string_view queue);
Error AccessDenied(std::string_view resource);
Error ResourceNotFound();

}  // namespace iatk::cloud::sqs_errors

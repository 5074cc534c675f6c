#include "iatk/cloud/services/sqs/errors.h"

#include <fmt/format.h>

#include "iatk/cloud/services/sqs/limits.h"

namespace iatk::cloud::sqs_errors {

Error QueueDoesNotExist() {
  return SenderError("QueueDoesNotExist", "The specified queue does not exist.");
}

Error QueueNameExists(std::string_view attribute) {
  return SenderError("QueueNameExists",
                     fmt::format("A queue already exists with the same name and a different value "
                                 "for attribute {}",
                                 attribute));
}

Error InvalidParameterValue(std::string message) {
  return SenderError("InvalidParameterValue", std::move(message));
}

Error InvalidValueOf(std::string_view parameter, std::string_view value, std::string_view reason) {
  return InvalidParameterValue(
      fmt::format("Value {} for parameter {} is invalid. Reason: {}", value, parameter, reason));
}

Error MissingParameter(std::string_view parameter) {
  return SenderError("MissingParameter",
                     fmt::format("The request must contain the parameter {}.", parameter));
}

Error InvalidAttributeName(std::string_view name) {
  return SenderError("InvalidAttributeName", fmt::format("Unknown Attribute {}.", name));
}

Error InvalidAttributeValue(std::string_view name) {
  return SenderError("InvalidAttributeValue",
                     fmt::format("Invalid value for the parameter {}.", name));
}

Error ReceiptHandleIsInvalid(std::string_view handle) {
  return SenderError(
      "ReceiptHandleIsInvalid",
      fmt::format("The input receipt handle \"{}\" is not a valid receipt handle.", handle));
}

Error ReceiptHandleHasExpired(std::string_view handle) {
  return InvalidValueOf("ReceiptHandle", handle, "The receipt handle has expired.");
}

Error MessageNotInflight() {
  return SenderError("MessageNotInflight", "The specified message isn't in flight.");
}

Error EmptyBatchRequest(std::string_view entry_type) {
  return SenderError("EmptyBatchRequest",
                     fmt::format("There should be at least one {} in the request.", entry_type));
}

Error TooManyEntriesInBatchRequest(std::size_t count) {
  return SenderError("TooManyEntriesInBatchRequest",
                     fmt::format("Maximum number of entries per request are {}. You have sent {}.",
                                 sqs_limits::kMaxBatchEntries, count));
}

Error BatchEntryIdsNotDistinct(std::string_view id) {
  return SenderError("BatchEntryIdsNotDistinct", fmt::format("Id {} repeated.", id));
}

Error InvalidBatchEntryId() {
  return SenderError("InvalidBatchEntryId",
                     "A batch entry id can only contain alphanumeric characters, hyphens and "
                     "underscores. It can be at most 80 letters long.");
}

Error BatchRequestTooLong(std::size_t bytes) {
  return SenderError(
      "BatchRequestTooLong",
      fmt::format("Batch requests cannot be longer than {} bytes. You have sent {} bytes.",
                  sqs_limits::kMaxMessageBytes, bytes));
}

Error InvalidMessageContents() {
  return SenderError(
      "InvalidMessageContents",
      "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | "
      "#xE000 to #xFFFD | #x10000 to #x10FFFF");
}

Error OverLimit() { return SenderError("OverLimit", "Too many messages in flight.", 403); }

Error PurgeQueueInProgress(std::string_view queue) {
  return SenderError(
      "PurgeQueueInProgress",
      fmt::format("Only one PurgeQueue operation on {} is allowed every 60 seconds.", queue), 403);
}

Error AccessDenied(std::string_view resource) {
  return SenderError("AccessDenied", fmt::format("Access to the resource {} is denied.", resource),
                     403);
}

Error ResourceNotFound() {
  return SenderError("ResourceNotFoundException",
                     "The resource that you specified for the SourceArn parameter doesn't exist.",
                     404);
}

}  // namespace iatk::cloud::sqs_errors

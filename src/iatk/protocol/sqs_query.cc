#include "iatk/protocol/sqs_query.h"

namespace iatk::protocol {
namespace {

constexpr SqsCollection kCollections[] = {
    {"AWSAccountIdList", "AWSAccountId", "", ""},
    {"ActionNameList", "ActionName", "", ""},
    {"AttributeNameList", "AttributeName", "", ""},
    {"BatchResultErrorEntryList", "BatchResultErrorEntry", "", ""},
    {"BinaryList", "BinaryListValue", "", ""},
    {"ChangeMessageVisibilityBatchRequestEntryList", "ChangeMessageVisibilityBatchRequestEntry", "",
     ""},
    {"ChangeMessageVisibilityBatchResultEntryList", "ChangeMessageVisibilityBatchResultEntry", "",
     ""},
    {"DeleteMessageBatchRequestEntryList", "DeleteMessageBatchRequestEntry", "", ""},
    {"DeleteMessageBatchResultEntryList", "DeleteMessageBatchResultEntry", "", ""},
    {"ListMessageMoveTasksResultEntryList", "ListMessageMoveTasksResultEntry", "", ""},
    {"MessageAttributeNameList", "MessageAttributeName", "", ""},
    {"MessageBodyAttributeMap", "MessageAttribute", "Name", "Value"},
    {"MessageBodySystemAttributeMap", "MessageSystemAttribute", "Name", "Value"},
    {"MessageList", "Message", "", ""},
    {"MessageSystemAttributeList", "MessageSystemAttributeName", "", ""},
    {"MessageSystemAttributeMap", "Attribute", "Name", "Value"},
    {"QueueAttributeMap", "Attribute", "Name", "Value"},
    {"QueueUrlList", "QueueUrl", "", ""},
    {"SendMessageBatchRequestEntryList", "SendMessageBatchRequestEntry", "", ""},
    {"SendMessageBatchResultEntryList", "SendMessageBatchResultEntry", "", ""},
    {"StringList", "StringListValue", "", ""},
    {"TagKeyList", "TagKey", "", ""},
    {"TagMap", "Tag", "Key", "Value"},
};

constexpr SqsError kErrors[] = {
    {"BatchEntryIdsNotDistinct", "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"},
    {"BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong"},
    {"EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest"},
    {"InvalidBatchEntryId", "AWS.SimpleQueueService.InvalidBatchEntryId"},
    {"KmsAccessDenied", "KMS.AccessDeniedException"},
    {"KmsDisabled", "KMS.DisabledException"},
    {"KmsInvalidKeyUsage", "KMS.InvalidKeyUsageException"},
    {"KmsInvalidState", "KMS.InvalidStateException"},
    {"KmsNotFound", "KMS.NotFoundException"},
    {"KmsOptInRequired", "KMS.OptInRequired", 403},
    {"KmsThrottled", "KMS.ThrottlingException"},
    {"MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight"},
    {"OverLimit", "OverLimit", 403},
    {"PurgeQueueInProgress", "AWS.SimpleQueueService.PurgeQueueInProgress", 403},
    {"QueueDeletedRecently", "AWS.SimpleQueueService.QueueDeletedRecently"},
    {"QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"},
    {"QueueNameExists", "QueueAlreadyExists"},
    {"ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", 404},
    {"RequestThrottled", "RequestThrottled", 403},
    {"ResourceNotFoundException", "ResourceNotFoundException", 404},
    {"TooManyEntriesInBatchRequest", "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"},
    {"UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation"},
};

}  // namespace

bool IsSqs(const model::Service* service) { return service != nullptr && service->name == "sqs"; }

const SqsCollection* FindSqsCollection(std::string_view shape) {
  for (const SqsCollection& collection : kCollections) {
    if (collection.shape == shape) return &collection;
  }
  return nullptr;
}

const SqsError* FindSqsError(std::string_view shape_or_code) {
  for (const SqsError& error : kErrors) {
    if (error.shape == shape_or_code || error.code == shape_or_code) return &error;
  }
  return nullptr;
}

}  // namespace iatk::protocol

// Up to ten messages in one call; each entry goes well or fails by itself.
#include <algorithm>
#include <set>

#include "iatk/cloud/services/sqs/errors.h"
#include "iatk/cloud/services/sqs/limits.h"
#include "iatk/cloud/services/sqs/service.h"

namespace iatk::cloud {

namespace m = model::sqs;

namespace {

bool IsIdCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         c == '-';
}

template <class Entry>
Result<void> CheckEntries(const std::vector<Entry>& entries, std::string_view entry_type) {
  if (entries.empty()) return Fail(sqs_errors::EmptyBatchRequest(entry_type));
  if (entries.size() > sqs_limits::kMaxBatchEntries) {
    return Fail(sqs_errors::TooManyEntriesInBatchRequest(entries.size()));
  }
  std::set<std::string> ids;
  for (const Entry& entry : entries) {
    const std::string id = entry.id.value_or("");
    if (id.empty() || id.size() > 80 || !std::ranges::all_of(id, IsIdCharacter)) {
      return Fail(sqs_errors::InvalidBatchEntryId());
    }
    if (!ids.insert(id).second) return Fail(sqs_errors::BatchEntryIdsNotDistinct(id));
  }
  return {};
}

m::BatchResultErrorEntry FailedEntry(const std::optional<std::string>& id, const Error& error) {
  m::BatchResultErrorEntry entry;
  entry.id = id;
  entry.code = error.code;
  entry.message = error.message;
  entry.sender_fault = error.kind == ErrorKind::kSender;
  return entry;
}

}  // namespace

Result<m::SendMessageBatchResult> Sqs::SendMessageBatch(RequestContext& context,
                                                        const m::SendMessageBatchRequest& input) {
  IATK_CHECK(CheckEntries(*input.entries, "SendMessageBatchRequestEntry"));
  std::size_t bytes = 0;
  for (const m::SendMessageBatchRequestEntry& entry : *input.entries) {
    bytes += SizeOf(entry.message_body.value_or(""),
                    entry.message_attributes.value_or(MessageAttributes()));
  }
  if (bytes > sqs_limits::kMaxMessageBytes) return Fail(sqs_errors::BatchRequestTooLong(bytes));
  m::SendMessageBatchResult output;
  auto& successful = output.successful.emplace();
  auto& failed = output.failed.emplace();
  for (const m::SendMessageBatchRequestEntry& entry : *input.entries) {
    m::SendMessageRequest request;
    request.queue_url = input.queue_url;
    request.message_body = entry.message_body;
    request.delay_seconds = entry.delay_seconds;
    request.message_attributes = entry.message_attributes;
    request.message_system_attributes = entry.message_system_attributes;
    request.message_deduplication_id = entry.message_deduplication_id;
    request.message_group_id = entry.message_group_id;
    const Result<m::SendMessageResult> sent = SendMessage(context, request);
    if (!sent) {
      // A queue that is not there fails the whole call.
      if (sent.error().code == "QueueDoesNotExist") return Fail(sent.error());
      failed.push_back(FailedEntry(entry.id, sent.error()));
      continue;
    }
    m::SendMessageBatchResultEntry& one = successful.emplace_back();
    one.id = entry.id;
    one.message_id = sent->message_id;
    one.md5_of_message_body = sent->md5_of_message_body;
    one.md5_of_message_attributes = sent->md5_of_message_attributes;
    one.md5_of_message_system_attributes = sent->md5_of_message_system_attributes;
    one.sequence_number = sent->sequence_number;
  }
  if (failed.empty()) output.failed.reset();
  return output;
}

Result<m::DeleteMessageBatchResult> Sqs::DeleteMessageBatch(
    RequestContext& context, const m::DeleteMessageBatchRequest& input) {
  IATK_TRY(const std::shared_ptr<Queue> queue, FindQueue(context, *input.queue_url));
  IATK_CHECK(CheckEntries(*input.entries, "DeleteMessageBatchRequestEntry"));
  m::DeleteMessageBatchResult output;
  auto& successful = output.successful.emplace();
  auto& failed = output.failed.emplace();
  for (const m::DeleteMessageBatchRequestEntry& entry : *input.entries) {
    const Result<void> done = queue->Delete(entry.receipt_handle.value_or(""), context.Now());
    if (done) {
      successful.emplace_back().id = entry.id;
    } else {
      failed.push_back(FailedEntry(entry.id, done.error()));
    }
  }
  if (failed.empty()) output.failed.reset();
  return output;
}

Result<m::ChangeMessageVisibilityBatchResult> Sqs::ChangeMessageVisibilityBatch(
    RequestContext& context, const m::ChangeMessageVisibilityBatchRequest& input) {
  IATK_CHECK(FindQueue(context, *input.queue_url));
  IATK_CHECK(CheckEntries(*input.entries, "ChangeMessageVisibilityBatchRequestEntry"));
  m::ChangeMessageVisibilityBatchResult output;
  auto& successful = output.successful.emplace();
  auto& failed = output.failed.emplace();
  for (const m::ChangeMessageVisibilityBatchRequestEntry& entry : *input.entries) {
    m::ChangeMessageVisibilityRequest request;
    request.queue_url = input.queue_url;
    request.receipt_handle = entry.receipt_handle;
    request.visibility_timeout = entry.visibility_timeout.value_or(0);
    const Result<model::Empty> done = ChangeMessageVisibility(context, request);
    if (done) {
      successful.emplace_back().id = entry.id;
    } else {
      failed.push_back(FailedEntry(entry.id, done.error()));
    }
  }
  if (failed.empty()) output.failed.reset();
  return output;
}

}  // namespace iatk::cloud

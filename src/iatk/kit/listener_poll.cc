#include <fmt/format.h>

#include "iatk/kit/listener.h"
#include "iatk/kit/listener_id.h"
#include "iatk/model/sqs/operations.h"

namespace iatk::kit {

namespace sqs = model::sqs;

namespace {

Result<std::string> FindQueue(Session& session, const std::string& id) {
  if (!IsListenerId(id)) return Fail(SenderError("InvalidId", "invalid ID"));
  if (auto known = session.QueueUrlOf(id)) return *std::move(known);
  sqs::GetQueueUrlRequest input;
  input.queue_name = id;
  IATK_TRY(const sqs::GetQueueUrlResult output,
           session.Call<sqs::op::GetQueueUrl>(input).map_error([&](const Error& error) {
             return Wrap(fmt::format("failed to get eb listener {}", id), error);
           }));
  session.RememberQueueUrl(id, output.queue_url.value_or(""));
  return output.queue_url.value_or("");
}

Result<void> Delete(Session& session, const std::string& queue_url,
                    const std::vector<sqs::Message>& messages) {
  sqs::DeleteMessageBatchRequest input;
  input.queue_url = queue_url;
  auto& entries = input.entries.emplace();
  for (const sqs::Message& message : messages) {
    sqs::DeleteMessageBatchRequestEntry& entry = entries.emplace_back();
    entry.id = std::to_string(entries.size());
    entry.receipt_handle = message.receipt_handle;
  }
  IATK_TRY(const sqs::DeleteMessageBatchResult output,
           session.Call<sqs::op::DeleteMessageBatch>(input));
  if (!output.failed || output.failed->empty()) return {};
  const sqs::BatchResultErrorEntry& first = output.failed->front();
  return Fail(
      SenderError(first.code.value_or("DeleteFailed"),
                  fmt::format("{} of {} events could not be deleted: {}", output.failed->size(),
                              messages.size(), first.message.value_or(first.code.value_or("")))));
}

}  // namespace

Result<std::vector<std::string>> PollEvents(Session& session, const std::string& listener_id,
                                            int wait_seconds, int max_messages) {
  IATK_TRY(const std::string queue_url, FindQueue(session, listener_id));
  sqs::ReceiveMessageRequest input;
  input.queue_url = queue_url;
  input.max_number_of_messages = max_messages;
  input.wait_time_seconds = wait_seconds;
  input.visibility_timeout = wait_seconds + 5;
  const auto failed = [](const Error& error) { return Wrap("failed to poll events", error); };
  IATK_TRY(const sqs::ReceiveMessageResult output,
           session.Call<sqs::op::ReceiveMessage>(input, std::chrono::seconds(wait_seconds + 30))
               .map_error([&](const Error& error) {
                 session.ForgetQueueUrl(listener_id);
                 return failed(error);
               }));
  std::vector<std::string> events;
  if (!output.messages || output.messages->empty()) return events;
  IATK_CHECK(Delete(session, queue_url, *output.messages).map_error(failed));
  for (const sqs::Message& message : *output.messages) events.push_back(message.body.value_or(""));
  return events;
}

}  // namespace iatk::kit

#include "iatk/cloud/services/sqs/service.h"

#include <fmt/format.h>

#include "iatk/cloud/services/sqs/errors.h"

namespace iatk::cloud {

namespace op = model::sqs::op;

Sqs::Sqs(Registry& registry) {
  OperationTable& operations = registry.operations;
  operations.On<op::AddPermission>(this, &Sqs::AddPermission);
  operations.On<op::CancelMessageMoveTask>(this, &Sqs::CancelMessageMoveTask);
  operations.On<op::ChangeMessageVisibility>(this, &Sqs::ChangeMessageVisibility);
  operations.On<op::ChangeMessageVisibilityBatch>(this, &Sqs::ChangeMessageVisibilityBatch);
  operations.On<op::CreateQueue>(this, &Sqs::CreateQueue);
  operations.On<op::DeleteMessage>(this, &Sqs::DeleteMessage);
  operations.On<op::DeleteMessageBatch>(this, &Sqs::DeleteMessageBatch);
  operations.On<op::DeleteQueue>(this, &Sqs::DeleteQueue);
  operations.On<op::GetQueueAttributes>(this, &Sqs::GetQueueAttributes);
  operations.On<op::GetQueueUrl>(this, &Sqs::GetQueueUrl);
  operations.On<op::ListDeadLetterSourceQueues>(this, &Sqs::ListDeadLetterSourceQueues);
  operations.On<op::ListMessageMoveTasks>(this, &Sqs::ListMessageMoveTasks);
  operations.On<op::ListQueueTags>(this, &Sqs::ListQueueTags);
  operations.On<op::ListQueues>(this, &Sqs::ListQueues);
  operations.On<op::PurgeQueue>(this, &Sqs::PurgeQueue);
  operations.On<op::ReceiveMessage>(this, &Sqs::ReceiveMessage);
  operations.On<op::RemovePermission>(this, &Sqs::RemovePermission);
  operations.On<op::SendMessage>(this, &Sqs::SendMessage);
  operations.On<op::SendMessageBatch>(this, &Sqs::SendMessageBatch);
  operations.On<op::SetQueueAttributes>(this, &Sqs::SetQueueAttributes);
  operations.On<op::StartMessageMoveTask>(this, &Sqs::StartMessageMoveTask);
  operations.On<op::TagQueue>(this, &Sqs::TagQueue);
  operations.On<op::UntagQueue>(this, &Sqs::UntagQueue);
  RegisterTags(registry);
  RegisterResourceTypes(registry);
}

Result<std::shared_ptr<Queue>> Sqs::FindQueue(RequestContext& context, std::string_view url) {
  const std::size_t name_at = url.rfind('/');
  if (name_at == std::string_view::npos || name_at == 0) {
    return Fail(SenderError("InvalidAddress",
                            fmt::format("The address {} is not valid for this "
                                        "endpoint.",
                                        url),
                            404));
  }
  const std::size_t account_at = url.rfind('/', name_at - 1);
  const std::string_view account = account_at == std::string_view::npos
                                       ? std::string_view(context.account)
                                       : url.substr(account_at + 1, name_at - account_at - 1);
  Region& region = regions_.For(account, context.region);
  const auto found = region.queues.find(url.substr(name_at + 1));
  if (found == region.queues.end()) return Fail(sqs_errors::QueueDoesNotExist());
  return found->second;
}

std::shared_ptr<Queue> Sqs::FindQueueByArn(std::string_view text) {
  const auto arn = ParseArn(text);
  if (!arn || arn->service != "sqs") return nullptr;
  Region& region = regions_.For(arn->account, arn->region);
  const auto found = region.queues.find(arn->resource);
  return found == region.queues.end() ? nullptr : found->second;
}

std::string Sqs::UrlOf(const RequestContext& context, const Queue& queue) const {
  const auto arn = ParseArn(queue.arn());
  return fmt::format("{}/{}/{}", context.base_url, arn ? arn->account : context.account,
                     queue.name());
}

std::unique_ptr<Service> MakeSqs(Registry& registry) { return std::make_unique<Sqs>(registry); }

}  // namespace iatk::cloud

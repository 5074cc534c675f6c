// Amazon Simple Queue Service.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "iatk/cloud/dispatch/service.h"
#include "iatk/cloud/services/sqs/queue.h"
#include "iatk/cloud/store/store.h"
#include "iatk/model/sqs/operations.h"

namespace iatk::cloud {

class Sqs final : public Service {
 public:
  explicit Sqs(Registry& registry);

  // Queues: op_queues.cc.
  Result<model::sqs::CreateQueueResult> CreateQueue(RequestContext&,
                                                    const model::sqs::CreateQueueRequest&);
  Result<model::Empty> DeleteQueue(RequestContext&, const model::sqs::DeleteQueueRequest&);
  Result<model::sqs::GetQueueUrlResult> GetQueueUrl(RequestContext&,
                                                    const model::sqs::GetQueueUrlRequest&);
  Result<model::sqs::ListQueuesResult> ListQueues(RequestContext&,
                                                  const model::sqs::ListQueuesRequest&);
  Result<model::sqs::GetQueueAttributesResult> GetQueueAttributes(
      RequestContext&, const model::sqs::GetQueueAttributesRequest&);
  Result<model::Empty> SetQueueAttributes(RequestContext&,
                                          const model::sqs::SetQueueAttributesRequest&);
  Result<model::Empty> PurgeQueue(RequestContext&, const model::sqs::PurgeQueueRequest&);
  Result<model::sqs::ListDeadLetterSourceQueuesResult> ListDeadLetterSourceQueues(
      RequestContext&, const model::sqs::ListDeadLetterSourceQueuesRequest&);

  // Messages: op_messages.cc.
  Result<model::sqs::SendMessageResult> SendMessage(RequestContext&,
                                                    const model::sqs::SendMessageRequest&);
  Result<model::sqs::ReceiveMessageResult> ReceiveMessage(RequestContext&,
                                                          const model::sqs::ReceiveMessageRequest&);
  Result<model::Empty> DeleteMessage(RequestContext&, const model::sqs::DeleteMessageRequest&);
  Result<model::Empty> ChangeMessageVisibility(RequestContext&,
                                               const model::sqs::ChangeMessageVisibilityRequest&);

  // Batches of the same: op_batches.cc.
  Result<model::sqs::SendMessageBatchResult> SendMessageBatch(
      RequestContext&, const model::sqs::SendMessageBatchRequest&);
  Result<model::sqs::DeleteMessageBatchResult> DeleteMessageBatch(
      RequestContext&, const model::sqs::DeleteMessageBatchRequest&);
  Result<model::sqs::ChangeMessageVisibilityBatchResult> ChangeMessageVisibilityBatch(
      RequestContext&, const model::sqs::ChangeMessageVisibilityBatchRequest&);

  // Permissions and tags: op_access.cc.
  Result<model::Empty> AddPermission(RequestContext&, const model::sqs::AddPermissionRequest&);
  Result<model::Empty> RemovePermission(RequestContext&,
                                        const model::sqs::RemovePermissionRequest&);
  Result<model::Empty> TagQueue(RequestContext&, const model::sqs::TagQueueRequest&);
  Result<model::Empty> UntagQueue(RequestContext&, const model::sqs::UntagQueueRequest&);
  Result<model::sqs::ListQueueTagsResult> ListQueueTags(RequestContext&,
                                                        const model::sqs::ListQueueTagsRequest&);

  // Redrive of dead-letter queues: op_move_tasks.cc.
  Result<model::sqs::StartMessageMoveTaskResult> StartMessageMoveTask(
      RequestContext&, const model::sqs::StartMessageMoveTaskRequest&);
  Result<model::sqs::ListMessageMoveTasksResult> ListMessageMoveTasks(
      RequestContext&, const model::sqs::ListMessageMoveTasksRequest&);
  Result<model::sqs::CancelMessageMoveTaskResult> CancelMessageMoveTask(
      RequestContext&, const model::sqs::CancelMessageMoveTaskRequest&);

 private:
  struct MoveTask {
    std::string handle;
    std::string source_arn;
    std::string destination_arn;
    std::string status;  ///< "COMPLETED": moving takes no time here
    std::int64_t moved = 0;
    Time started;
  };
  struct Region {
    std::map<std::string, std::shared_ptr<Queue>, std::less<>> queues;  // by name
    std::deque<MoveTask> move_tasks;                                    // newest first
  };

  /// The queue that a URL names, by its last two parts: account and name.
  Result<std::shared_ptr<Queue>> FindQueue(RequestContext& context, std::string_view url);
  std::shared_ptr<Queue> FindQueueByArn(std::string_view arn);
  std::string UrlOf(const RequestContext& context, const Queue& queue) const;
  Result<model::sqs::SendMessageResult> SendTo(RequestContext& context, Queue& queue,
                                               const model::sqs::SendMessageRequest& input);
  /// A redrive policy names a queue that is there and of the same type.
  Result<void> CheckRedrivePolicy(const std::map<std::string, std::string>& wanted,
                                  const QueueAttributes& attributes);
  /// The dead-letter queue of `from` must exist.
  void MoveToDeadLetterQueue(RequestContext& context, const Queue& from,
                             std::vector<MessageContent> dead);
  void RegisterTags(Registry& registry);
  void RegisterResourceTypes(Registry& registry);  // cfn.cc

  Store<Region> regions_;
};

std::unique_ptr<Service> MakeSqs(Registry& registry);

}  // namespace iatk::cloud

// Redrive of dead-letter queues. Moving takes no time here: a task is done when it has been
// started.
#include <algorithm>

#include "iatk/base/digest.h"
#include "iatk/cloud/services/sqs/errors.h"
#include "iatk/cloud/services/sqs/service.h"

namespace iatk::cloud {

namespace m = model::sqs;

namespace {

constexpr std::size_t kMaxTasks = 10;

}  // namespace

Result<m::StartMessageMoveTaskResult> Sqs::StartMessageMoveTask(
    RequestContext& context, const m::StartMessageMoveTaskRequest& input) {
  const std::shared_ptr<Queue> source = FindQueueByArn(*input.source_arn);
  if (source == nullptr) return Fail(sqs_errors::ResourceNotFound());
  Region& region = regions_.For(context.account, context.region);
  const bool is_dead_letter_queue = std::ranges::any_of(region.queues, [&](const auto& entry) {
    const auto& redrive = entry.second->attributes.redrive_policy();
    return redrive && redrive->dead_letter_target_arn == source->arn();
  });
  if (!is_dead_letter_queue) {
    return Fail(sqs_errors::InvalidParameterValue(
        "Source queue must be configured as a Dead Letter Queue."));
  }
  std::shared_ptr<Queue> destination;
  if (input.destination_arn) {
    destination = FindQueueByArn(*input.destination_arn);
    if (destination == nullptr) {
      Error error = sqs_errors::ResourceNotFound();
      error.message =
          "The resource that you specified for the DestinationArn parameter doesn't exist.";
      return Fail(std::move(error));
    }
  }
  MoveTask task;
  task.handle = Base64Encode(context.ids().Uuid() + " " + source->arn());
  task.source_arn = source->arn();
  task.destination_arn = input.destination_arn.value_or("");
  task.started = context.Now();
  task.status = "COMPLETED";
  // Counted before: what arrives while it is moved back is left.
  std::size_t left = source->CountMessages(context.Now()).visible;
  for (; left > 0; --left) {
    std::optional<MessageContent> content = source->TakeOldest(context.Now());
    if (!content) break;
    const std::shared_ptr<Queue> target =
        destination != nullptr ? destination : FindQueueByArn(content->dead_letter_source_arn);
    if (target == nullptr) {
      source->Send(*std::move(content), Duration::zero(), context.Now());
      task.status = "FAILED";
      continue;
    }
    content->dead_letter_source_arn.clear();
    target->Send(*std::move(content), Duration::zero(), context.Now());
    ++task.moved;
  }
  m::StartMessageMoveTaskResult output;
  output.task_handle = task.handle;
  region.move_tasks.push_front(std::move(task));
  if (region.move_tasks.size() > kMaxTasks) region.move_tasks.pop_back();
  return output;
}

Result<m::ListMessageMoveTasksResult> Sqs::ListMessageMoveTasks(
    RequestContext& context, const m::ListMessageMoveTasksRequest& input) {
  if (FindQueueByArn(*input.source_arn) == nullptr) return Fail(sqs_errors::ResourceNotFound());
  const int limit = input.max_results.value_or(1);
  if (limit < 1 || limit > static_cast<int>(kMaxTasks)) {
    return Fail(sqs_errors::InvalidValueOf("MaxResults", std::to_string(limit),
                                           "Must be between 1 and 10, if provided."));
  }
  m::ListMessageMoveTasksResult output;
  auto& results = output.results.emplace();
  for (const MoveTask& task : regions_.For(context.account, context.region).move_tasks) {
    if (task.source_arn != *input.source_arn) continue;
    if (results.size() == static_cast<std::size_t>(limit)) break;
    m::ListMessageMoveTasksResultEntry& entry = results.emplace_back();
    entry.status = task.status;
    entry.source_arn = task.source_arn;
    if (!task.destination_arn.empty()) entry.destination_arn = task.destination_arn;
    entry.approximate_number_of_messages_moved = task.moved;
    entry.approximate_number_of_messages_to_move = task.moved;
    entry.started_timestamp =
        std::chrono::floor<std::chrono::milliseconds>(task.started).time_since_epoch().count();
  }
  return output;
}

Result<m::CancelMessageMoveTaskResult> Sqs::CancelMessageMoveTask(
    RequestContext& context, const m::CancelMessageMoveTaskRequest& input) {
  const auto& tasks = regions_.For(context.account, context.region).move_tasks;
  const auto found = std::ranges::find(tasks, *input.task_handle, &MoveTask::handle);
  if (found == tasks.end()) {
    return Fail(SenderError("ResourceNotFoundException", "Task does not exist.", 404));
  }
  return Fail(sqs_errors::InvalidParameterValue("Only active tasks can be cancelled."));
}

}  // namespace iatk::cloud

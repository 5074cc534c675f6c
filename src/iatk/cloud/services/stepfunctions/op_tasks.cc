// Answers to tasks that wait for their token.
#include "iatk/base/digest.h"
#include "iatk/cloud/services/stepfunctions/errors.h"
#include "iatk/cloud/services/stepfunctions/service.h"
#include "iatk/json/parse.h"

namespace iatk::cloud {

namespace m = model::stepfunctions;

Result<std::shared_ptr<PendingTask>> StepFunctions::FindTask(const std::string& token) {
  if (auto task = tokens_.Find(token)) {
    if (!task->answer) return task;
    return Fail(states_errors::TaskDoesNotExist());
  }
  // A token of ours names its execution; anything else never was one.
  const std::optional<std::string> text = Base64Decode(token);
  if (!text || !text->starts_with("arn:")) return Fail(states_errors::InvalidToken());
  return Fail(states_errors::TaskDoesNotExist());
}

Result<m::SendTaskSuccessOutput> StepFunctions::SendTaskSuccess(
    RequestContext&, const m::SendTaskSuccessInput& input) {
  auto output = json::Parse(*input.output);
  if (!output) return Fail(states_errors::InvalidOutput());
  IATK_TRY(const std::shared_ptr<PendingTask> task, FindTask(*input.task_token));
  task->answer = *std::move(output);
  task->execution->changed.NotifyAll();
  return m::SendTaskSuccessOutput();
}

Result<m::SendTaskFailureOutput> StepFunctions::SendTaskFailure(
    RequestContext&, const m::SendTaskFailureInput& input) {
  IATK_TRY(const std::shared_ptr<PendingTask> task, FindTask(*input.task_token));
  task->answer = Fail(StateError(input.error.value_or(""), input.cause.value_or("")));
  task->execution->changed.NotifyAll();
  return m::SendTaskFailureOutput();
}

Result<m::SendTaskHeartbeatOutput> StepFunctions::SendTaskHeartbeat(
    RequestContext& context, const m::SendTaskHeartbeatInput& input) {
  IATK_TRY(const std::shared_ptr<PendingTask> task, FindTask(*input.task_token));
  task->last_heartbeat = context.Now();
  task->execution->changed.NotifyAll();
  return m::SendTaskHeartbeatOutput();
}

}  // namespace iatk::cloud

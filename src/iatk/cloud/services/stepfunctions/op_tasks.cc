// Answers to tasks that wait under a token.
#include "iatk/cloud/services/stepfunctions/errors.h"
#include "iatk/cloud/services/stepfunctions/service.h"
#include "iatk/json/parse.h"

namespace iatk::cloud {

namespace m = model::stepfunctions;

Result<m::SendTaskSuccessOutput> StepFunctions::SendTaskSuccess(
    RequestContext& context, const m::SendTaskSuccessInput& input) {
  IATK_TRY(const std::shared_ptr<PendingTask> task,
           tokens_.Find(*input.task_token, context.account));
  Result<json::Value> output = json::Parse(*input.output);
  if (!output) return Fail(sfn_errors::InvalidOutput(output.error().message));
  task->answer = *std::move(output);
  task->wake();
  return m::SendTaskSuccessOutput();
}

Result<m::SendTaskFailureOutput> StepFunctions::SendTaskFailure(
    RequestContext& context, const m::SendTaskFailureInput& input) {
  IATK_TRY(const std::shared_ptr<PendingTask> task,
           tokens_.Find(*input.task_token, context.account));
  task->answer = asl::FailWith(asl::Fault{.error = input.error.value_or(""), .cause = input.cause});
  task->wake();
  return m::SendTaskFailureOutput();
}

Result<m::SendTaskHeartbeatOutput> StepFunctions::SendTaskHeartbeat(
    RequestContext& context, const m::SendTaskHeartbeatInput& input) {
  IATK_TRY(const std::shared_ptr<PendingTask> task,
           tokens_.Find(*input.task_token, context.account));
  task->last_heartbeat = context.Now();
  task->wake();
  return m::SendTaskHeartbeatOutput();
}

}  // namespace iatk::cloud

#include "iatk/cloud/services/stepfunctions/service.h"

#include <fmt/format.h>

#include "iatk/cloud/services/stepfunctions/errors.h"

namespace iatk::cloud {

namespace op = model::stepfunctions::op;

namespace {

// An ARN whose resource begins with `kind` and a colon.
Result<Arn> ReadArn(std::string_view text, std::string_view kind) {
  if (!text.starts_with("arn:")) {
    return Fail(sfn_errors::InvalidArn(fmt::format("Invalid ARN prefix: {}", text)));
  }
  std::optional<Arn> arn = ParseArn(text);
  if (!arn || arn->service != "states") {
    return Fail(sfn_errors::InvalidArn(fmt::format("Invalid ARN: {}", text)));
  }
  const std::string_view resource = arn->resource;
  const std::string_view found = resource.substr(0, resource.find(':'));
  if (found != kind) {
    return Fail(
        sfn_errors::InvalidArn(fmt::format("Resource type not valid in this context: {}", found)));
  }
  return *std::move(arn);
}

}  // namespace

StepFunctions::StepFunctions(Registry& registry) : environment_(registry.environment) {
  OperationTable& operations = registry.operations;
  operations.On<op::CreateStateMachine>(this, &StepFunctions::CreateStateMachine);
  operations.On<op::DeleteStateMachine>(this, &StepFunctions::DeleteStateMachine);
  operations.On<op::DescribeExecution>(this, &StepFunctions::DescribeExecution);
  operations.On<op::DescribeStateMachine>(this, &StepFunctions::DescribeStateMachine);
  operations.On<op::DescribeStateMachineForExecution>(
      this, &StepFunctions::DescribeStateMachineForExecution);
  operations.On<op::GetExecutionHistory>(this, &StepFunctions::GetExecutionHistory);
  operations.On<op::ListExecutions>(this, &StepFunctions::ListExecutions);
  operations.On<op::ListStateMachines>(this, &StepFunctions::ListStateMachines);
  operations.On<op::ListTagsForResource>(this, &StepFunctions::ListTagsForResource);
  operations.On<op::SendTaskFailure>(this, &StepFunctions::SendTaskFailure);
  operations.On<op::SendTaskHeartbeat>(this, &StepFunctions::SendTaskHeartbeat);
  operations.On<op::SendTaskSuccess>(this, &StepFunctions::SendTaskSuccess);
  operations.On<op::StartExecution>(this, &StepFunctions::StartExecution);
  operations.On<op::StartSyncExecution>(this, &StepFunctions::StartSyncExecution);
  operations.On<op::StopExecution>(this, &StepFunctions::StopExecution);
  operations.On<op::TagResource>(this, &StepFunctions::TagResource);
  operations.On<op::UntagResource>(this, &StepFunctions::UntagResource);
  operations.On<op::UpdateStateMachine>(this, &StepFunctions::UpdateStateMachine);
  operations.On<op::ValidateStateMachineDefinition>(this,
                                                    &StepFunctions::ValidateStateMachineDefinition);
  RegisterTags(registry);
  RegisterResourceTypes(registry);
}

Result<std::shared_ptr<StateMachine>> StepFunctions::FindMachine(std::string_view text) {
  IATK_TRY(const Arn arn, ReadArn(text, "stateMachine"));
  Region& region = regions_.For(arn.account, arn.region);
  const auto found = region.machines.find(std::string_view(arn.resource).substr(13));
  if (found == region.machines.end()) return Fail(sfn_errors::StateMachineDoesNotExist(text));
  return found->second;
}

Result<std::shared_ptr<Execution>> StepFunctions::FindExecution(std::string_view text) {
  IATK_TRY(const Arn arn, ReadArn(text, "execution"));
  Region& region = regions_.For(arn.account, arn.region);
  const auto found = region.executions.find(text);
  if (found == region.executions.end()) return Fail(sfn_errors::ExecutionDoesNotExist(text));
  return found->second;
}

void StepFunctions::RemoveWhenIdle(const std::shared_ptr<StateMachine>& machine) {
  if (!machine->deleting || machine->running > 0) return;
  const std::optional<Arn> arn = ParseArn(machine->arn);
  Region& region = regions_.For(arn->account, arn->region);
  const auto found = region.machines.find(machine->name);
  if (found != region.machines.end() && found->second == machine) region.machines.erase(found);
}

std::unique_ptr<Service> MakeStepFunctions(Registry& registry) {
  return std::make_unique<StepFunctions>(registry);
}

}  // namespace iatk::cloud

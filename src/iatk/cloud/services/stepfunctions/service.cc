#include "iatk/cloud/services/stepfunctions/service.h"

#include "iatk/cloud/services/stepfunctions/errors.h"

namespace iatk::cloud {

namespace op = model::stepfunctions::op;

StepFunctions::StepFunctions(Registry& registry) : environment_(registry.environment) {
  using Self = StepFunctions;
  OperationTable& operations = registry.operations;
  operations.On<op::CreateStateMachine>(this, &Self::CreateStateMachine);
  operations.On<op::DeleteStateMachine>(this, &Self::DeleteStateMachine);
  operations.On<op::DescribeExecution>(this, &Self::DescribeExecution);
  operations.On<op::DescribeStateMachine>(this, &Self::DescribeStateMachine);
  operations.On<op::DescribeStateMachineForExecution>(this,
                                                      &Self::DescribeStateMachineForExecution);
  operations.On<op::GetExecutionHistory>(this, &Self::GetExecutionHistory);
  operations.On<op::ListExecutions>(this, &Self::ListExecutions);
  operations.On<op::ListStateMachines>(this, &Self::ListStateMachines);
  operations.On<op::ListTagsForResource>(this, &Self::ListTagsForResource);
  operations.On<op::SendTaskFailure>(this, &Self::SendTaskFailure);
  operations.On<op::SendTaskHeartbeat>(this, &Self::SendTaskHeartbeat);
  operations.On<op::SendTaskSuccess>(this, &Self::SendTaskSuccess);
  operations.On<op::StartExecution>(this, &Self::StartExecution);
  operations.On<op::StopExecution>(this, &Self::StopExecution);
  operations.On<op::TagResource>(this, &Self::TagResource);
  operations.On<op::UntagResource>(this, &Self::UntagResource);
  operations.On<op::UpdateStateMachine>(this, &Self::UpdateStateMachine);
  operations.On<op::ValidateStateMachineDefinition>(this, &Self::ValidateStateMachineDefinition);
  RegisterTags(registry);
  RegisterResourceTypes(registry);
}

Result<std::shared_ptr<StateMachine>> StepFunctions::FindStateMachine(RequestContext& context,
                                                                      const std::string& text) {
  const std::optional<Arn> arn = ParseArn(text);
  if (!arn || arn->service != "states" || !arn->resource.starts_with("stateMachine:")) {
    return Fail(states_errors::InvalidArn(text));
  }
  const auto& machines = regions_.For(arn->account, context.region).state_machines;
  const auto found = machines.find(text);
  if (found == machines.end()) return Fail(states_errors::StateMachineDoesNotExist(text));
  return found->second;
}

Result<std::shared_ptr<Execution>> StepFunctions::FindExecution(RequestContext& context,
                                                                const std::string& text) {
  const std::optional<Arn> arn = ParseArn(text);
  if (!arn || arn->service != "states" || !arn->resource.starts_with("execution:")) {
    return Fail(states_errors::InvalidArn(text));
  }
  const auto& executions = regions_.For(arn->account, context.region).executions;
  const auto found = executions.find(text);
  if (found == executions.end()) return Fail(states_errors::ExecutionDoesNotExist(text));
  return found->second;
}

std::unique_ptr<Service> MakeStepFunctions(Registry& registry) {
  return std::make_unique<StepFunctions>(registry);
}

}  // namespace iatk::cloud

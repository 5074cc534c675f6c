// AWS Step Functions: state machines and their executions.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "iatk/cloud/dispatch/service.h"
#include "iatk/cloud/services/stepfunctions/execution.h"
#include "iatk/cloud/services/stepfunctions/interpreter.h"
#include "iatk/cloud/store/store.h"
#include "iatk/model/stepfunctions/operations.h"

namespace iatk::cloud {

class StepFunctions final : public Service {
 public:
  explicit StepFunctions(Registry& registry);

  // State machines: op_state_machines.cc.
  Result<model::stepfunctions::CreateStateMachineOutput> CreateStateMachine(
      RequestContext&, const model::stepfunctions::CreateStateMachineInput&);
  Result<model::stepfunctions::DescribeStateMachineOutput> DescribeStateMachine(
      RequestContext&, const model::stepfunctions::DescribeStateMachineInput&);
  Result<model::stepfunctions::UpdateStateMachineOutput> UpdateStateMachine(
      RequestContext&, const model::stepfunctions::UpdateStateMachineInput&);
  Result<model::stepfunctions::DeleteStateMachineOutput> DeleteStateMachine(
      RequestContext&, const model::stepfunctions::DeleteStateMachineInput&);
  Result<model::stepfunctions::ListStateMachinesOutput> ListStateMachines(
      RequestContext&, const model::stepfunctions::ListStateMachinesInput&);
  Result<model::stepfunctions::ValidateStateMachineDefinitionOutput> ValidateStateMachineDefinition(
      RequestContext&, const model::stepfunctions::ValidateStateMachineDefinitionInput&);

  // Executions: op_executions.cc.
  Result<model::stepfunctions::StartExecutionOutput> StartExecution(
      RequestContext&, const model::stepfunctions::StartExecutionInput&);
  Result<model::stepfunctions::DescribeExecutionOutput> DescribeExecution(
      RequestContext&, const model::stepfunctions::DescribeExecutionInput&);
  Result<model::stepfunctions::DescribeStateMachineForExecutionOutput>
  DescribeStateMachineForExecution(
      RequestContext&, const model::stepfunctions::DescribeStateMachineForExecutionInput&);
  Result<model::stepfunctions::StopExecutionOutput> StopExecution(
      RequestContext&, const model::stepfunctions::StopExecutionInput&);
  Result<model::stepfunctions::ListExecutionsOutput> ListExecutions(
      RequestContext&, const model::stepfunctions::ListExecutionsInput&);
  Result<model::stepfunctions::GetExecutionHistoryOutput> GetExecutionHistory(
      RequestContext&, const model::stepfunctions::GetExecutionHistoryInput&);

  // Tasks that wait for their token: op_tasks.cc.
  Result<model::stepfunctions::SendTaskSuccessOutput> SendTaskSuccess(
      RequestContext&, const model::stepfunctions::SendTaskSuccessInput&);
  Result<model::stepfunctions::SendTaskFailureOutput> SendTaskFailure(
      RequestContext&, const model::stepfunctions::SendTaskFailureInput&);
  Result<model::stepfunctions::SendTaskHeartbeatOutput> SendTaskHeartbeat(
      RequestContext&, const model::stepfunctions::SendTaskHeartbeatInput&);

  // Tags: op_tags.cc.
  Result<model::stepfunctions::TagResourceOutput> TagResource(
      RequestContext&, const model::stepfunctions::TagResourceInput&);
  Result<model::stepfunctions::UntagResourceOutput> UntagResource(
      RequestContext&, const model::stepfunctions::UntagResourceInput&);
  Result<model::stepfunctions::ListTagsForResourceOutput> ListTagsForResource(
      RequestContext&, const model::stepfunctions::ListTagsForResourceInput&);

 private:
  struct Region {
    std::map<std::string, std::shared_ptr<StateMachine>> state_machines;  // by ARN
    std::map<std::string, std::shared_ptr<Execution>> executions;         // by ARN
    std::vector<std::string> execution_order;                             // ARNs, oldest first
  };

  Region& RegionOf(RequestContext& context) {
    return regions_.For(context.account, context.region);
  }
  Result<std::shared_ptr<StateMachine>> FindStateMachine(RequestContext& context,
                                                         const std::string& arn);
  Result<std::shared_ptr<Execution>> FindExecution(RequestContext& context, const std::string& arn);
  Result<std::shared_ptr<PendingTask>> FindTask(const std::string& token);
  void RegisterTags(Registry& registry);
  void RegisterResourceTypes(Registry& registry);  // cfn.cc

  Environment& environment_;
  Store<Region> regions_;
  TaskTokens tokens_;
};

std::unique_ptr<Service> MakeStepFunctions(Registry& registry);

}  // namespace iatk::cloud

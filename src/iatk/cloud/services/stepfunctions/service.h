// AWS Step Functions.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "iatk/cloud/dispatch/service.h"
#include "iatk/cloud/services/stepfunctions/execution.h"
#include "iatk/cloud/services/stepfunctions/task_tokens.h"
#include "iatk/cloud/store/store.h"
#include "iatk/model/stepfunctions/operations.h"

namespace iatk::cloud {

class StepFunctions final : public Service {
 public:
  explicit StepFunctions(Registry& registry);

  // State machines: op_state_machines.cc.
  Result<model::stepfunctions::CreateStateMachineOutput> CreateStateMachine(
      RequestContext&, const model::stepfunctions::CreateStateMachineInput&);
  Result<model::stepfunctions::UpdateStateMachineOutput> UpdateStateMachine(
      RequestContext&, const model::stepfunctions::UpdateStateMachineInput&);
  Result<model::stepfunctions::DescribeStateMachineOutput> DescribeStateMachine(
      RequestContext&, const model::stepfunctions::DescribeStateMachineInput&);
  Result<model::stepfunctions::DeleteStateMachineOutput> DeleteStateMachine(
      RequestContext&, const model::stepfunctions::DeleteStateMachineInput&);
  Result<model::stepfunctions::ListStateMachinesOutput> ListStateMachines(
      RequestContext&, const model::stepfunctions::ListStateMachinesInput&);
  Result<model::stepfunctions::ValidateStateMachineDefinitionOutput> ValidateStateMachineDefinition(
      RequestContext&, const model::stepfunctions::ValidateStateMachineDefinitionInput&);

  // Executions: op_executions.cc.
  Result<model::stepfunctions::StartExecutionOutput> StartExecution(
      RequestContext&, const model::stepfunctions::StartExecutionInput&);
  Result<model::stepfunctions::StartSyncExecutionOutput> StartSyncExecution(
      RequestContext&, const model::stepfunctions::StartSyncExecutionInput&);
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

  // Callbacks of tasks: op_tasks.cc.
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
    std::map<std::string, std::shared_ptr<StateMachine>, std::less<>> machines;  // by name
    std::map<std::string, std::shared_ptr<Execution>, std::less<>> executions;   // by ARN
    std::deque<std::shared_ptr<Execution>> order;                                // oldest first
    std::size_t running = 0;
  };

  /// The state machine that an ARN names. Fails with InvalidArn or StateMachineDoesNotExist.
  Result<std::shared_ptr<StateMachine>> FindMachine(std::string_view arn);
  /// The execution of a standard workflow.
  Result<std::shared_ptr<Execution>> FindExecution(std::string_view arn);
  /// The one that waits for deletion goes when its last execution has ended.
  void RemoveWhenIdle(const std::shared_ptr<StateMachine>& machine);

  struct NewExecution {
    std::string_view state_machine_arn;
    const std::optional<std::string>& name;
    const std::optional<std::string>& input;
    const std::optional<std::string>& trace_header;
  };
  /// Checks, makes and starts it.
  Result<std::shared_ptr<Execution>> Begin(RequestContext& context, const NewExecution& what,
                                           bool sync);
  void Keep(Region& region, const std::shared_ptr<Execution>& execution);
  void RegisterTags(Registry& registry);
  void RegisterResourceTypes(Registry& registry);  // cfn.cc

  Environment& environment_;
  Store<Region> regions_;
  TaskTokens tokens_;
};

std::unique_ptr<Service> MakeStepFunctions(Registry& registry);

}  // namespace iatk::cloud

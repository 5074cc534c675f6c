// State machines.
#include "iatk/cloud/dispatch/page.h"
#include "iatk/cloud/services/stepfunctions/definition.h"
#include "iatk/cloud/services/stepfunctions/errors.h"
#include "iatk/cloud/services/stepfunctions/service.h"

namespace iatk::cloud {

namespace m = model::stepfunctions;

namespace {

constexpr std::size_t kMaxTags = 50;

bool IsName(std::string_view name) {
  constexpr std::string_view kRefused = " \t\n<>{}[]?*\"#%\\^|~`$&,;:/";
  return !name.empty() && name.size() <= 80 &&
         name.find_first_of(kRefused) == std::string_view::npos;
}

Error InvalidToken() { return SenderError("InvalidToken", "Invalid Token: 'Invalid token'"); }

m::TracingConfiguration TracingOf(const StateMachine& machine) {
  m::TracingConfiguration tracing;
  tracing.enabled = machine.tracing;
  return tracing;
}

m::LoggingConfiguration LoggingOf(const StateMachine& machine) {
  m::LoggingConfiguration logging;
  const std::string* const level = machine.logging_configuration.FindString("level");
  const json::Value* const include = machine.logging_configuration.Find("includeExecutionData");
  logging.level = level == nullptr ? "OFF" : *level;
  logging.include_execution_data =
      include != nullptr && include->AsBool() != nullptr && *include->AsBool();
  return logging;
}

json::Value LoggingJson(const std::optional<m::LoggingConfiguration>& logging) {
  if (!logging) return json::Value();
  return json::Object{{"level", logging->level.value_or("OFF")},
                      {"includeExecutionData", logging->include_execution_data.value_or(false)}};
}

}  // namespace

Result<m::CreateStateMachineOutput> StepFunctions::CreateStateMachine(
    RequestContext& context, const m::CreateStateMachineInput& input) {
  if (!IsName(*input.name)) return Fail(states_errors::InvalidName(*input.name));
  const std::optional<Arn> role = ParseArn(*input.role_arn);
  if (!role || role->service != "iam") return Fail(states_errors::InvalidArn(*input.role_arn));
  if (input.type.value_or("STANDARD") == "EXPRESS") {
    return Fail(states_errors::NotImplemented("stepfunctions:CreateStateMachine of type EXPRESS"));
  }
  if (input.publish.value_or(false)) {
    return Fail(states_errors::NotImplemented("stepfunctions:CreateStateMachine with publish"));
  }
  IATK_TRY(json::Value definition, ReadDefinition(*input.definition));
  const std::string arn = context.MakeArn("states", "stateMachine:" + *input.name);
  Region& region = RegionOf(context);
  m::CreateStateMachineOutput output;
  output.state_machine_arn = arn;
  if (const auto found = region.state_machines.find(arn); found != region.state_machines.end()) {
    // The same request again is answered as the first was.
    const StateMachine& present = *found->second;
    if (present.definition != *input.definition || present.role_arn != *input.role_arn) {
      return Fail(states_errors::StateMachineAlreadyExists(arn));
    }
    output.creation_date = present.created;
    return output;
  }
  auto machine = std::make_shared<StateMachine>();
  machine->name = *input.name;
  machine->arn = arn;
  machine->definition = *input.definition;
  machine->machine = std::move(definition);
  machine->role_arn = *input.role_arn;
  machine->tracing =
      input.tracing_configuration && input.tracing_configuration->enabled.value_or(false);
  machine->logging_configuration = LoggingJson(input.logging_configuration);
  machine->revision_id = context.ids().Uuid();
  machine->created = machine->updated = context.Now();
  for (const m::Tag& tag : input.tags.value_or(std::vector<m::Tag>())) {
    machine->tags[tag.key.value_or("")] = tag.value.value_or("");
  }
  if (machine->tags.size() > kMaxTags) return Fail(states_errors::TooManyTags(arn));
  output.creation_date = machine->created;
  region.state_machines.emplace(arn, std::move(machine));
  return output;
}

Result<m::DescribeStateMachineOutput> StepFunctions::DescribeStateMachine(
    RequestContext& context, const m::DescribeStateMachineInput& input) {
  IATK_TRY(const auto machine, FindStateMachine(context, *input.state_machine_arn));
  m::DescribeStateMachineOutput output;
  output.state_machine_arn = machine->arn;
  output.name = machine->name;
  output.status = "ACTIVE";
  output.definition = machine->definition;
  output.role_arn = machine->role_arn;
  output.type = machine->type;
  output.creation_date = machine->created;
  output.logging_configuration = LoggingOf(*machine);
  output.tracing_configuration = TracingOf(*machine);
  output.revision_id = machine->revision_id;
  return output;
}

Result<m::UpdateStateMachineOutput> StepFunctions::UpdateStateMachine(
    RequestContext& context, const m::UpdateStateMachineInput& input) {
  IATK_TRY(const auto machine, FindStateMachine(context, *input.state_machine_arn));
  // Executions go on with the machine as it was when they started.
  auto changed = std::make_shared<StateMachine>(*machine);
  if (input.definition) {
    IATK_TRY(changed->machine, ReadDefinition(*input.definition));
    changed->definition = *input.definition;
  }
  if (input.role_arn) changed->role_arn = *input.role_arn;
  if (input.tracing_configuration) {
    changed->tracing = input.tracing_configuration->enabled.value_or(false);
  }
  if (input.logging_configuration) {
    changed->logging_configuration = LoggingJson(input.logging_configuration);
  }
  changed->revision_id = context.ids().Uuid();
  changed->updated = context.Now();
  m::UpdateStateMachineOutput output;
  output.update_date = changed->updated;
  output.revision_id = changed->revision_id;
  RegionOf(context).state_machines[changed->arn] = std::move(changed);
  return output;
}

Result<m::DeleteStateMachineOutput> StepFunctions::DeleteStateMachine(
    RequestContext& context, const m::DeleteStateMachineInput& input) {
  const auto machine = FindStateMachine(context, *input.state_machine_arn);
  if (!machine && machine.error().code == "InvalidArn") return Fail(machine.error());
  Region& region = RegionOf(context);
  region.state_machines.erase(*input.state_machine_arn);
  for (auto& [arn, execution] : region.executions) {
    if (execution->state_machine->arn != *input.state_machine_arn || !execution->running())
      continue;
    execution->stop_requested = true;
    execution->changed.NotifyAll();
  }
  return m::DeleteStateMachineOutput();
}

Result<m::ListStateMachinesOutput> StepFunctions::ListStateMachines(
    RequestContext& context, const m::ListStateMachinesInput& input) {
  m::ListStateMachinesOutput output;
  auto& machines = output.state_machines.emplace();
  IATK_TRY(output.next_token,
           TakePage(RegionOf(context).state_machines,
                    {input.next_token, input.max_results, InvalidToken()},
                    [&](const std::string&, const std::shared_ptr<StateMachine>& machine) {
                      m::StateMachineListItem& one = machines.emplace_back();
                      one.state_machine_arn = machine->arn;
                      one.name = machine->name;
                      one.type = machine->type;
                      one.creation_date = machine->created;
                      return true;
                    }));
  return output;
}

Result<m::ValidateStateMachineDefinitionOutput> StepFunctions::ValidateStateMachineDefinition(
    RequestContext&, const m::ValidateStateMachineDefinitionInput& input) {
  m::ValidateStateMachineDefinitionOutput output;
  auto& diagnostics = output.diagnostics.emplace();
  output.truncated = false;
  const auto limit = static_cast<std::size_t>(input.max_results.value_or(100));
  for (const DefinitionProblem& problem : CheckDefinition(*input.definition)) {
    if (limit > 0 && diagnostics.size() == limit) {
      output.truncated = true;
      break;
    }
    m::ValidateStateMachineDefinitionDiagnostic& one = diagnostics.emplace_back();
    one.severity = "ERROR";
    one.code = problem.code;
    one.message = problem.message;
    one.location = problem.location;
  }
  output.result = diagnostics.empty() ? "OK" : "FAIL";
  return output;
}

Result<m::DescribeStateMachineForExecutionOutput> StepFunctions::DescribeStateMachineForExecution(
    RequestContext& context, const m::DescribeStateMachineForExecutionInput& input) {
  IATK_TRY(const auto execution, FindExecution(context, *input.execution_arn));
  const StateMachine& machine = *execution->state_machine;
  m::DescribeStateMachineForExecutionOutput output;
  output.state_machine_arn = machine.arn;
  output.name = machine.name;
  output.definition = machine.definition;
  output.role_arn = machine.role_arn;
  output.update_date = machine.updated;
  output.logging_configuration = LoggingOf(machine);
  output.tracing_configuration = TracingOf(machine);
  output.revision_id = machine.revision_id;
  return output;
}

}  // namespace iatk::cloud

// State machines: create, update, describe, delete, list, validate.
#include <fmt/format.h>

#include "iatk/cloud/dispatch/page.h"
#include "iatk/cloud/services/stepfunctions/errors.h"
#include "iatk/cloud/services/stepfunctions/limits.h"
#include "iatk/cloud/services/stepfunctions/names.h"
#include "iatk/cloud/services/stepfunctions/service.h"

namespace iatk::cloud {

namespace m = model::stepfunctions;

namespace {

m::LoggingConfiguration WithDefaults(std::optional<m::LoggingConfiguration> logging) {
  m::LoggingConfiguration full = logging.value_or(m::LoggingConfiguration());
  if (!full.level) full.level = "OFF";
  if (!full.include_execution_data) full.include_execution_data = false;
  return full;
}

bool SameLogging(const m::LoggingConfiguration& a, const m::LoggingConfiguration& b) {
  const auto arns = [](const m::LoggingConfiguration& logging) {
    std::vector<std::string> all;
    for (const m::LogDestination& destination :
         logging.destinations.value_or(std::vector<m::LogDestination>())) {
      if (destination.cloud_watch_logs_log_group) {
        all.push_back(destination.cloud_watch_logs_log_group->log_group_arn.value_or(""));
      }
    }
    return all;
  };
  return a.level == b.level && a.include_execution_data == b.include_execution_data &&
         arns(a) == arns(b);
}

Result<void> CheckRole(const std::string& arn) {
  const std::optional<Arn> role = ParseArn(arn);
  if (!arn.starts_with("arn:")) {
    return Fail(sfn_errors::InvalidArn(fmt::format("Invalid ARN prefix: {}", arn)));
  }
  if (!role || role->service != "iam") {
    return Fail(sfn_errors::InvalidArn(fmt::format("Invalid Role Arn: {}", arn)));
  }
  return {};
}

Result<std::shared_ptr<const asl::Workflow>> ReadDefinition(std::string_view operation,
                                                            const std::string& definition,
                                                            bool express) {
  asl::Parsed parsed = asl::ParseDefinition(definition, express);
  if (!parsed.unsupported.empty()) {
    return Fail(sfn_errors::NotImplemented(
        fmt::format("{} with {}", operation, parsed.unsupported.front())));
  }
  if (parsed.workflow == nullptr) {
    return Fail(sfn_errors::InvalidDefinition(asl::InvalidDefinitionText(parsed.diagnostics)));
  }
  return std::move(parsed.workflow);
}

Result<void> RefuseVersions(std::string_view operation, const std::optional<bool>& publish) {
  if (!publish.value_or(false)) return {};
  return Fail(sfn_errors::NotImplemented(fmt::format("{} with publish (versions)", operation)));
}

template <class Encryption>
Result<void> RefuseEncryption(std::string_view operation, const Encryption& encryption) {
  if (!encryption || encryption->type.value_or("AWS_OWNED_KEY") == "AWS_OWNED_KEY") return {};
  return Fail(sfn_errors::NotImplemented(
      fmt::format("{} with an encryption key of the customer's", operation)));
}

}  // namespace

Result<m::CreateStateMachineOutput> StepFunctions::CreateStateMachine(
    RequestContext& context, const m::CreateStateMachineInput& input) {
  if (!IsName(*input.name)) return Fail(sfn_errors::InvalidName(*input.name));
  IATK_CHECK(RefuseVersions("CreateStateMachine", input.publish));
  IATK_CHECK(RefuseEncryption("CreateStateMachine", input.encryption_configuration));
  IATK_CHECK(CheckRole(*input.role_arn));
  auto machine = std::make_shared<StateMachine>();
  machine->name = *input.name;
  machine->arn = context.MakeArn("states", "stateMachine:" + machine->name);
  machine->express = input.type.value_or("STANDARD") == "EXPRESS";
  machine->created = InMilliseconds(context.Now());
  auto revision = std::make_shared<Revision>();
  revision->definition = *input.definition;
  IATK_TRY(revision->workflow,
           ReadDefinition("CreateStateMachine", revision->definition, machine->express));
  revision->role_arn = *input.role_arn;
  revision->logging = WithDefaults(input.logging_configuration);
  revision->tracing =
      input.tracing_configuration && input.tracing_configuration->enabled.value_or(false);
  revision->updated = machine->created;
  for (const m::Tag& tag : input.tags.value_or(std::vector<m::Tag>())) {
    if (tag.key) machine->tags[*tag.key] = tag.value.value_or("");
  }
  if (machine->tags.size() > sfn_limits::kMaxTags) {
    return Fail(sfn_errors::TooManyTags(machine->arn));
  }

  Region& region = regions_.For(context.account, context.region);
  const auto found = region.machines.find(machine->name);
  if (found != region.machines.end()) {
    const StateMachine& there = *found->second;
    if (there.deleting) return Fail(sfn_errors::StateMachineDeleting(there.arn));
    // Idempotent by name, definition, type and configurations; neither role nor tags count.
    if (there.revision->definition != revision->definition || there.express != machine->express ||
        there.revision->tracing != revision->tracing ||
        !SameLogging(there.revision->logging, revision->logging)) {
      return Fail(sfn_errors::StateMachineAlreadyExists(there.arn));
    }
    machine = found->second;
  } else {
    machine->revision = std::move(revision);
    region.machines.emplace(machine->name, machine);
  }
  m::CreateStateMachineOutput output;
  output.state_machine_arn = machine->arn;
  output.creation_date = machine->created;
  return output;
}

Result<m::UpdateStateMachineOutput> StepFunctions::UpdateStateMachine(
    RequestContext& context, const m::UpdateStateMachineInput& input) {
  IATK_CHECK(RefuseVersions("UpdateStateMachine", input.publish));
  IATK_CHECK(RefuseEncryption("UpdateStateMachine", input.encryption_configuration));
  IATK_TRY(const std::shared_ptr<StateMachine> machine, FindMachine(*input.state_machine_arn));
  if (machine->deleting) return Fail(sfn_errors::StateMachineDeleting(machine->arn));
  if (!input.definition && !input.role_arn && !input.logging_configuration &&
      !input.tracing_configuration) {
    return Fail(sfn_errors::MissingRequiredParameter());
  }
  const Revision& before = *machine->revision;
  auto revision = std::make_shared<Revision>(before);
  if (input.role_arn) {
    IATK_CHECK(CheckRole(*input.role_arn));
    revision->role_arn = *input.role_arn;
  }
  if (input.definition) {
    revision->definition = *input.definition;
    IATK_TRY(revision->workflow,
             ReadDefinition("UpdateStateMachine", revision->definition, machine->express));
  }
  if (input.logging_configuration) revision->logging = WithDefaults(input.logging_configuration);
  if (input.tracing_configuration) {
    revision->tracing = input.tracing_configuration->enabled.value_or(false);
  }
  // An update that changes nothing makes no revision.
  if (revision->definition != before.definition || revision->role_arn != before.role_arn ||
      revision->tracing != before.tracing || !SameLogging(revision->logging, before.logging)) {
    revision->id = context.ids().Uuid();
    revision->updated = InMilliseconds(context.Now());
    machine->revision = std::move(revision);
  }
  m::UpdateStateMachineOutput output;
  output.update_date = InMilliseconds(context.Now());
  output.revision_id = machine->revision->id;
  return output;
}

Result<m::DescribeStateMachineOutput> StepFunctions::DescribeStateMachine(
    RequestContext&, const m::DescribeStateMachineInput& input) {
  IATK_TRY(const std::shared_ptr<StateMachine> machine, FindMachine(*input.state_machine_arn));
  const Revision& revision = *machine->revision;
  m::DescribeStateMachineOutput output;
  output.state_machine_arn = machine->arn;
  output.name = machine->name;
  output.status = machine->deleting ? "DELETING" : "ACTIVE";
  output.definition = revision.definition;
  output.role_arn = revision.role_arn;
  output.type = machine->express ? "EXPRESS" : "STANDARD";
  output.creation_date = machine->created;
  output.logging_configuration = revision.logging;
  output.tracing_configuration.emplace().enabled = revision.tracing;
  output.revision_id = revision.id;
  return output;
}

Result<m::DeleteStateMachineOutput> StepFunctions::DeleteStateMachine(
    RequestContext&, const m::DeleteStateMachineInput& input) {
  const Result<std::shared_ptr<StateMachine>> machine = FindMachine(*input.state_machine_arn);
  if (machine) {
    (*machine)->deleting = true;
    RemoveWhenIdle(*machine);
  } else if (machine.error().code != "StateMachineDoesNotExist") {
    return Fail(machine.error());
  }
  return m::DeleteStateMachineOutput();
}

Result<m::ListStateMachinesOutput> StepFunctions::ListStateMachines(
    RequestContext& context, const m::ListStateMachinesInput& input) {
  m::ListStateMachinesOutput output;
  auto& machines = output.state_machines.emplace();
  // A page size of 0 stands for the default.
  const auto limit = input.max_results.value_or(0) == 0 ? std::nullopt : input.max_results;
  IATK_TRY(
      output.next_token,
      TakePage(
          regions_.For(context.account, context.region).machines,
          {.token = input.next_token, .limit = limit, .invalid_token = sfn_errors::InvalidToken()},
          [&](const std::string& name, const std::shared_ptr<StateMachine>& machine) {
            m::StateMachineListItem& item = machines.emplace_back();
            item.state_machine_arn = machine->arn;
            item.name = name;
            item.type = machine->express ? "EXPRESS" : "STANDARD";
            item.creation_date = machine->created;
            return true;
          }));
  return output;
}

Result<m::ValidateStateMachineDefinitionOutput> StepFunctions::ValidateStateMachineDefinition(
    RequestContext&, const m::ValidateStateMachineDefinitionInput& input) {
  const asl::Parsed parsed =
      asl::ParseDefinition(*input.definition, input.type.value_or("STANDARD") == "EXPRESS");
  if (!parsed.unsupported.empty()) {
    return Fail(sfn_errors::NotImplemented(
        fmt::format("ValidateStateMachineDefinition with {}", parsed.unsupported.front())));
  }
  m::ValidateStateMachineDefinitionOutput output;
  output.result = parsed.diagnostics.empty() ? "OK" : "FAIL";
  const std::size_t most =
      input.max_results.value_or(0) == 0 ? 100 : static_cast<std::size_t>(*input.max_results);
  output.truncated = parsed.diagnostics.size() > most;
  auto& diagnostics = output.diagnostics.emplace();
  for (const asl::Diagnostic& diagnostic : parsed.diagnostics) {
    if (diagnostics.size() == most) break;
    auto& item = diagnostics.emplace_back();
    item.severity = "ERROR";
    item.code = diagnostic.code;
    item.message = diagnostic.message;
    if (!diagnostic.location.empty()) item.location = diagnostic.location;
  }
  return output;
}

}  // namespace iatk::cloud

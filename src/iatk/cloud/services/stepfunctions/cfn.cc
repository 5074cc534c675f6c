// AWS::StepFunctions::StateMachine. AWS CloudFormation Template Reference, same title.
#include <fmt/format.h>

#include "iatk/base/digest.h"
#include "iatk/cloud/dispatch/properties.h"
#include "iatk/cloud/services/stepfunctions/errors.h"
#include "iatk/cloud/services/stepfunctions/service.h"
#include "iatk/json/parse.h"
#include "iatk/json/write.h"
#include "iatk/yaml/parse.h"

namespace iatk::cloud {

namespace m = model::stepfunctions;

namespace {

// Each "${name}" becomes the text of its substitution; others stay as they are. The text goes in as
// it is: one that is no JSON within its place makes the definition invalid, as on AWS.
std::string Substitute(std::string definition, const json::Object& properties) {
  const json::Value* const all = properties.Find("DefinitionSubstitutions");
  if (all == nullptr || all->AsObject() == nullptr) return definition;
  std::string out;
  std::size_t at = 0;
  while (true) {
    const std::size_t open = definition.find("${", at);
    const std::size_t close = open == std::string::npos ? open : definition.find('}', open);
    if (close == std::string::npos) break;
    const std::string name = definition.substr(open + 2, close - open - 2);
    const std::optional<std::string> value = TextOf(*all->AsObject(), name);
    out += definition.substr(at, open - at);
    out += value ? *value : definition.substr(open, close + 1 - open);
    at = close + 1;
  }
  return out + definition.substr(at);
}

Result<std::string> FromS3(RequestContext& context, const json::Value& location) {
  json::Object input;
  for (const char* name : {"Bucket", "Key"}) {
    if (const std::string* text = location.FindString(name)) input.Set(name, *text);
  }
  if (const std::string* version = location.FindString("Version")) {
    input.Set("VersionId", *version);
  }
  IATK_TRY(const json::Value object,
           context.operations().CallJson(context, "s3", "GetObject", std::move(input)));
  const std::string* const body = object.FindString("Body");
  std::optional<std::string> text = body == nullptr ? std::string() : Base64Decode(*body);
  if (!text) return Fail(ReceiverError("InternalFailure", "s3:GetObject gave no base64"));
  if (json::Parse(*text)) return *std::move(text);
  // A definition may be YAML there.
  IATK_TRY(const json::Value value, yaml::Parse(*text));
  return json::Write(value);
}

Result<std::string> DefinitionOf(ResourceRequest& request) {
  const json::Object& properties = request.properties;
  std::string definition;
  if (const auto text = TextOf(properties, "DefinitionString")) {
    definition = *text;
  } else if (const auto object = TextOf(properties, "Definition")) {
    definition = *object;
  } else if (const json::Value* location = properties.Find("DefinitionS3Location")) {
    IATK_TRY(definition, FromS3(request.context, *location));
  } else {
    return Fail(SenderError("ValidationException",
                            "Property validation failure: one of DefinitionString, Definition and "
                            "DefinitionS3Location is required"));
  }
  return Substitute(std::move(definition), properties);
}

std::optional<m::LoggingConfiguration> LoggingOf(const json::Object& properties) {
  const json::Value* const value = properties.Find("LoggingConfiguration");
  if (value == nullptr || value->AsObject() == nullptr) return std::nullopt;
  m::LoggingConfiguration logging;
  logging.level = TextOf(*value->AsObject(), "Level");
  logging.include_execution_data = IsTrue(value->Find("IncludeExecutionData"));
  const json::Value* const destinations = value->Find("Destinations");
  if (destinations != nullptr && destinations->AsArray() != nullptr) {
    for (const json::Value& item : *destinations->AsArray()) {
      const json::Value* const group = item.Find("CloudWatchLogsLogGroup");
      if (group == nullptr || group->AsObject() == nullptr) continue;
      if (!logging.destinations) logging.destinations.emplace();
      logging.destinations->emplace_back().cloud_watch_logs_log_group.emplace().log_group_arn =
          TextOf(*group->AsObject(), "LogGroupArn");
    }
  }
  return logging;
}

m::TracingConfiguration TracingOf(const json::Object& properties) {
  const json::Value* const value = properties.Find("TracingConfiguration");
  m::TracingConfiguration tracing;
  tracing.enabled = value != nullptr && IsTrue(value->Find("Enabled"));
  return tracing;
}

ResourceResult ResultOf(const StateMachine& machine) {
  return {machine.arn,
          json::Object{{"Arn", machine.arn},
                       {"Name", machine.name},
                       {"StateMachineRevisionId", machine.revision->id.value_or("INITIAL")}}};
}

}  // namespace

void StepFunctions::RegisterResourceTypes(Registry& registry) {
  ResourceType type;
  type.name = "AWS::StepFunctions::StateMachine";
  type.properties = {"Definition",
                     "DefinitionS3Location",
                     "DefinitionString",
                     "DefinitionSubstitutions",
                     "EncryptionConfiguration",
                     "LoggingConfiguration",
                     "RoleArn",
                     "StateMachineName",
                     "StateMachineType",
                     "Tags",
                     "TracingConfiguration"};
  type.create = [this](ResourceRequest& request) -> Result<ResourceResult> {
    m::CreateStateMachineInput input;
    constexpr std::size_t kRandomLength = 12;
    input.name =
        TextOf(request.properties, "StateMachineName")
            .value_or(request.logical_id.substr(0, 80 - kRandomLength - 1) + "-" +
                      request.context.ids().FromAlphabet(kRandomLength, kAlphabetAlphanumeric));
    Region& region = regions_.For(request.context.account, request.context.region);
    if (region.machines.contains(*input.name)) {
      return Fail(SenderError("AlreadyExists",
                              fmt::format("Resource of type 'AWS::StepFunctions::StateMachine' "
                                          "with identifier '{}' already exists.",
                                          *input.name)));
    }
    IATK_TRY(input.definition, DefinitionOf(request));
    input.role_arn = TextOf(request.properties, "RoleArn");
    input.type = TextOf(request.properties, "StateMachineType");
    input.logging_configuration = LoggingOf(request.properties);
    input.tracing_configuration = TracingOf(request.properties);
    if (const json::Value* key = request.properties.Find("EncryptionConfiguration")) {
      input.encryption_configuration.emplace().type =
          key->AsObject() != nullptr ? TextOf(*key->AsObject(), "Type") : std::nullopt;
    }
    for (const auto& [key, value] : TagsOf(request)) {
      if (!input.tags) input.tags.emplace();
      m::Tag& tag = input.tags->emplace_back();
      tag.key = key;
      tag.value = value;
    }
    IATK_TRY(const auto output,
             request.context.operations().Call<m::op::CreateStateMachine>(request.context, input));
    IATK_TRY(const std::shared_ptr<StateMachine> machine, FindMachine(*output.state_machine_arn));
    return ResultOf(*machine);
  };
  type.update = [this, create = type.create](ResourceRequest& request) -> Result<ResourceResult> {
    for (const std::string_view name : {"StateMachineName", "StateMachineType"}) {
      if (TextOf(request.properties, name) != TextOf(request.previous_properties, name)) {
        return create(request);
      }
    }
    m::UpdateStateMachineInput input;
    input.state_machine_arn = request.physical_id;
    IATK_TRY(input.definition, DefinitionOf(request));
    input.role_arn = TextOf(request.properties, "RoleArn");
    input.logging_configuration = LoggingOf(request.properties).value_or(m::LoggingConfiguration());
    input.tracing_configuration = TracingOf(request.properties);
    IATK_CHECK(
        request.context.operations().Call<m::op::UpdateStateMachine>(request.context, input));
    IATK_TRY(const std::shared_ptr<StateMachine> machine, FindMachine(request.physical_id));
    machine->tags = TagsOf(request);
    return ResultOf(*machine);
  };
  type.remove = [this](ResourceRequest& request) -> Result<void> {
    const auto machine = FindMachine(request.physical_id);
    if (!machine) return {};
    (*machine)->deleting = true;
    // differs from AWS: CloudFormation waits until the executions have ended at their next
    // transition; here they are aborted at once.
    const Arn arn = *ParseArn(request.physical_id);
    const std::deque<std::shared_ptr<Execution>> executions =
        regions_.For(arn.account, arn.region).order;
    for (const std::shared_ptr<Execution>& execution : executions) {
      if (&execution->machine() == machine->get()) execution->Abort(std::nullopt, std::nullopt);
    }
    RemoveWhenIdle(*machine);
    return {};
  };
  registry.resource_types.Register(std::move(type));
}

}  // namespace iatk::cloud

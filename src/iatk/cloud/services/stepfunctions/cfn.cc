// AWS::StepFunctions::StateMachine.
#include <fmt/format.h>

#include "iatk/cloud/services/stepfunctions/service.h"
#include "iatk/json/write.h"
#include "iatk/model/s3/operations.h"

namespace iatk::cloud {

namespace m = model::stepfunctions;

namespace {

std::optional<std::string> TextOf(const json::Object& properties, std::string_view name) {
  const json::Value* const value = properties.Find(name);
  if (value == nullptr) return std::nullopt;
  if (const std::string* text = value->AsString()) return *text;
  return json::Write(*value);
}

bool IsTrue(const json::Value* value) {
  if (value == nullptr) return false;
  if (value->AsBool() != nullptr) return *value->AsBool();
  return value->AsString() != nullptr && *value->AsString() == "true";
}

// The definition's text, from wherever the template has it.
Result<std::string> DefinitionText(ResourceRequest& request) {
  if (const auto text = TextOf(request.properties, "DefinitionString")) return *text;
  if (const auto text = TextOf(request.properties, "Definition")) return *text;
  const json::Value* const location = request.properties.Find("DefinitionS3Location");
  if (location == nullptr) {
    return Fail(SenderError("ValidationError",
                            "One of Definition, DefinitionString or DefinitionS3Location is "
                            "required"));
  }
  model::s3::GetObjectRequest input;
  const std::string* const bucket = location->FindString("Bucket");
  const std::string* const key = location->FindString("Key");
  input.bucket = bucket == nullptr ? "" : *bucket;
  input.key = key == nullptr ? "" : *key;
  if (const std::string* version = location->FindString("Version")) input.version_id = *version;
  IATK_TRY(const model::s3::GetObjectOutput output,
           request.context.operations().Call<model::s3::op::GetObject>(request.context, input));
  return output.body.value_or("");
}

// ${name} becomes the value of DefinitionSubstitutions; a string's text goes in as JSON text does.
std::string Substitute(const std::string& text, const json::Value* substitutions) {
  if (substitutions == nullptr || substitutions->AsObject() == nullptr) return text;
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t open = text.find("${", at);
    const std::size_t close = open == std::string::npos ? open : text.find('}', open);
    if (close == std::string::npos) break;
    const json::Value* const value =
        substitutions->Find(std::string_view(text).substr(open + 2, close - open - 2));
    out += text.substr(at, open - at);
    if (value == nullptr) {
      out += text.substr(open, close + 1 - open);
    } else if (const std::string* string = value->AsString()) {
      std::string quoted;
      json::WriteString(*string, &quoted);
      out += quoted.substr(1, quoted.size() - 2);
    } else {
      out += json::Write(*value);
    }
    at = close + 1;
  }
  return out + text.substr(at);
}

std::vector<m::Tag> TagsOf(const ResourceRequest& request) {
  std::map<std::string, std::string> all(request.stack_tags.begin(), request.stack_tags.end());
  const json::Value* const own = request.properties.Find("Tags");
  if (own != nullptr && own->AsArray() != nullptr) {
    for (const json::Value& tag : *own->AsArray()) {
      const std::string* const key = tag.FindString("Key");
      const std::string* const value = tag.FindString("Value");
      if (key != nullptr && value != nullptr) all[*key] = *value;
    }
  }
  std::vector<m::Tag> tags;
  for (const auto& [key, value] : all) {
    m::Tag& tag = tags.emplace_back();
    tag.key = key;
    tag.value = value;
  }
  return tags;
}

m::TracingConfiguration TracingOf(const json::Object& properties) {
  m::TracingConfiguration tracing;
  const json::Value* const given = properties.Find("TracingConfiguration");
  tracing.enabled = given != nullptr && IsTrue(given->Find("Enabled"));
  return tracing;
}

std::optional<m::LoggingConfiguration> LoggingOf(const json::Object& properties) {
  const json::Value* const given = properties.Find("LoggingConfiguration");
  if (given == nullptr) return std::nullopt;
  m::LoggingConfiguration logging;
  const std::string* const level = given->FindString("Level");
  logging.level = level == nullptr ? "OFF" : *level;
  logging.include_execution_data = IsTrue(given->Find("IncludeExecutionData"));
  return logging;
}

}  // namespace

void StepFunctions::RegisterResourceTypes(Registry& registry) {
  const auto result_of = [this](ResourceRequest& request,
                                const std::string& arn) -> Result<ResourceResult> {
    IATK_TRY(const auto machine, FindStateMachine(request.context, arn));
    return ResourceResult{arn, json::Object{{"Arn", arn},
                                            {"Name", machine->name},
                                            {"StateMachineRevisionId", machine->revision_id}}};
  };
  ResourceType type;
  type.name = "AWS::StepFunctions::StateMachine";
  type.properties = {"Definition",
                     "DefinitionS3Location",
                     "DefinitionString",
                     "DefinitionSubstitutions",
                     "LoggingConfiguration",
                     "RoleArn",
                     "StateMachineName",
                     "StateMachineType",
                     "Tags",
                     "TracingConfiguration"};
  type.create = [this, result_of](ResourceRequest& request) -> Result<ResourceResult> {
    m::CreateStateMachineInput input;
    IATK_TRY(const std::string text, DefinitionText(request));
    input.definition = Substitute(text, request.properties.Find("DefinitionSubstitutions"));
    input.name = TextOf(request.properties, "StateMachineName").value_or(request.GeneratedName(80));
    input.role_arn = TextOf(request.properties, "RoleArn").value_or("");
    input.type = TextOf(request.properties, "StateMachineType");
    input.tracing_configuration = TracingOf(request.properties);
    input.logging_configuration = LoggingOf(request.properties);
    input.tags = TagsOf(request);
    const std::string arn = request.context.MakeArn("states", "stateMachine:" + *input.name);
    if (RegionOf(request.context).state_machines.contains(arn)) {
      return Fail(SenderError(
          "AlreadyExists", fmt::format("Resource of type '{}' with identifier '{}' already exists.",
                                       "AWS::StepFunctions::StateMachine", arn)));
    }
    IATK_TRY(const auto output, CreateStateMachine(request.context, input));
    return result_of(request, *output.state_machine_arn);
  };
  type.update = [this, result_of,
                 create = type.create](ResourceRequest& request) -> Result<ResourceResult> {
    for (const std::string_view name : {"StateMachineName", "StateMachineType"}) {
      if (TextOf(request.properties, name) != TextOf(request.previous_properties, name)) {
        return create(request);
      }
    }
    m::UpdateStateMachineInput input;
    input.state_machine_arn = request.physical_id;
    IATK_TRY(const std::string text, DefinitionText(request));
    input.definition = Substitute(text, request.properties.Find("DefinitionSubstitutions"));
    input.role_arn = TextOf(request.properties, "RoleArn");
    input.tracing_configuration = TracingOf(request.properties);
    input.logging_configuration = LoggingOf(request.properties);
    IATK_CHECK(UpdateStateMachine(request.context, input));
    return result_of(request, request.physical_id);
  };
  type.remove = [this](ResourceRequest& request) -> Result<void> {
    m::DeleteStateMachineInput input;
    input.state_machine_arn = request.physical_id;
    IATK_CHECK(DeleteStateMachine(request.context, input));
    return {};
  };
  registry.resource_types.Register(std::move(type));
}

}  // namespace iatk::cloud

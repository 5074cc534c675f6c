#include "iatk/cloud/services/stepfunctions/integration.h"

#include <fmt/format.h>

#include "iatk/base/time_text.h"
#include "iatk/cloud/dispatch/operation_table.h"
#include "iatk/json/parse.h"
#include "iatk/json/write.h"
#include "iatk/model/lambda/operations.h"

namespace iatk::cloud {
namespace {

constexpr std::string_view kOptimized = "arn:aws:states:::";
constexpr std::string_view kToken = ".waitForTaskToken";

// A service's error as a task's: the service's name before the code, e.g.
// "Lambda.ResourceNotFound…".
Error TaskError(std::string_view service, const Error& error) {
  return StateError(fmt::format("{}.{}", service, error.code),
                    fmt::format("{} (Service: {}, Status Code: {}, Request ID: {})", error.message,
                                service, error.http_status, error.request_id));
}

json::Object HttpMetadata(const RequestContext& context) {
  return json::Object{
      {"AllHttpHeaders", json::Object{{"x-amzn-RequestId", json::Array{context.request_id}},
                                      {"Date", json::Array{FormatHttpDate(context.Now())}}}},
      {"HttpHeaders", json::Object{{"x-amzn-RequestId", context.request_id},
                                   {"Date", FormatHttpDate(context.Now())}}},
      {"HttpStatusCode", 200}};
}

void AddMetadata(const RequestContext& context, json::Value* result) {
  if (result->AsObject() == nullptr) return;
  result->AsObject()->Set("SdkHttpMetadata", HttpMetadata(context));
  result->AsObject()->Set("SdkResponseMetadata", json::Object{{"RequestId", context.request_id}});
}

// A member that the service takes as text may be given as JSON.
void WriteAsText(json::Value* object, std::string_view name) {
  json::Value* const member = object->Find(name);
  if (member != nullptr && member->AsString() == nullptr) *member = json::Write(*member);
}

struct FunctionAnswer {
  json::Value payload;
  std::string executed_version;
};

Result<FunctionAnswer> InvokeFunction(RequestContext& context, const std::string& name,
                                      const json::Value* payload, const std::string& type) {
  model::lambda::InvocationRequest input;
  input.function_name = name;
  if (!type.empty()) input.invocation_type = type;
  input.payload = payload == nullptr ? "{}" : json::Write(*payload);
  auto output = context.operations().Call<model::lambda::op::Invoke>(context, input);
  if (!output) return Fail(TaskError("Lambda", output.error()));
  const std::string text = output->payload.value_or("");
  if (output->function_error) {
    const auto json = json::Parse(text);
    const std::string* const error = json ? json->FindString("errorType") : nullptr;
    return Fail(StateError(error == nullptr ? "Exception" : *error, text));
  }
  FunctionAnswer answer;
  answer.executed_version = output->executed_version.value_or("$LATEST");
  if (auto json = json::Parse(text)) answer.payload = *std::move(json);
  return answer;
}

Outcome CallLambda(RequestContext& context, const json::Value& parameters) {
  const std::string* const name = parameters.FindString("FunctionName");
  const std::string* const type = parameters.FindString("InvocationType");
  if (name == nullptr) {
    return Fail(
        StateError("States.Runtime", "The field 'FunctionName' is required but was missing"));
  }
  IATK_TRY(FunctionAnswer answer, InvokeFunction(context, *name, parameters.Find("Payload"),
                                                 type == nullptr ? "" : *type));
  json::Value result = json::Object{{"ExecutedVersion", answer.executed_version},
                                    {"Payload", std::move(answer.payload)},
                                    {"StatusCode", 200}};
  AddMetadata(context, &result);
  return result;
}

Outcome CallEvents(RequestContext& context, json::Value parameters, const Execution& execution) {
  if (json::Value* entries = parameters.Find("Entries"); entries && entries->AsArray()) {
    for (json::Value& entry : *entries->AsArray()) {
      if (entry.AsObject() == nullptr) continue;
      WriteAsText(&entry, "Detail");
      // The machine and the execution are added to what the event is about.
      json::Value& resources = (*entry.AsObject())["Resources"];
      if (resources.AsArray() == nullptr) resources = json::Array();
      resources.AsArray()->emplace_back(execution.state_machine->arn);
      resources.AsArray()->emplace_back(execution.arn);
    }
  }
  auto result = context.operations().CallJson(context, "events", "PutEvents", parameters);
  if (!result) return Fail(TaskError("EventBridge", result.error()));
  const json::Value* const failed = result->Find("FailedEntryCount");
  if (failed != nullptr && failed->AsNumber() && failed->AsNumber()->AsInt64().value_or(0) > 0) {
    return Fail(StateError("EventBridge.FailedEntry", json::Write(*result)));
  }
  AddMetadata(context, &*result);
  return *std::move(result);
}

Outcome CallSqs(RequestContext& context, json::Value parameters) {
  WriteAsText(&parameters, "MessageBody");
  auto result = context.operations().CallJson(context, "sqs", "SendMessage", parameters);
  if (!result) return Fail(TaskError("Sqs", result.error()));
  AddMetadata(context, &*result);
  return *std::move(result);
}

Outcome CallStates(RequestContext& context, json::Value parameters) {
  if (json::Object* object = parameters.AsObject()) {
    // The API's names begin in lower case, the state's in upper case.
    json::Object renamed;
    for (auto& [name, value] : *object) {
      std::string lower = name;
      if (!lower.empty() && lower[0] >= 'A' && lower[0] <= 'Z') {
        lower[0] = static_cast<char>(lower[0] + 32);
      }
      renamed.Set(lower, std::move(value));
    }
    parameters = std::move(renamed);
    WriteAsText(&parameters, "input");
  }
  auto result =
      context.operations().CallJson(context, "stepfunctions", "StartExecution", parameters);
  if (!result) return Fail(TaskError("StepFunctions", result.error()));
  json::Value renamed = json::Object{{"ExecutionArn", *result->Find("executionArn")},
                                     {"StartDate", *result->Find("startDate")}};
  AddMetadata(context, &renamed);
  return renamed;
}

}  // namespace

std::string_view Integration::trace_name() const {
  switch (kind) {
    case Kind::kEvents:
      return "Events";
    case Kind::kSqs:
      return "SQS";
    case Kind::kStates:
      return "States";
    default:
      return "Lambda";
  }
}

std::optional<Integration> ReadIntegration(std::string_view resource) {
  Integration integration;
  if (!resource.starts_with(kOptimized)) {
    const std::optional<Arn> arn = ParseArn(resource);
    if (!arn || arn->service != "lambda" || !arn->resource.starts_with("function:")) {
      return std::nullopt;
    }
    integration.resource_type = "lambda";
    integration.resource = resource;
    return integration;
  }
  std::string_view name = resource.substr(kOptimized.size());
  integration.resource = name.substr(name.find(':') + 1);
  if (name.ends_with(kToken)) {
    integration.waits_for_token = true;
    name.remove_suffix(kToken.size());
  }
  if (name == "lambda:invoke") {
    integration.kind = Integration::Kind::kLambda;
  } else if (name == "events:putEvents") {
    integration.kind = Integration::Kind::kEvents;
  } else if (name == "sqs:sendMessage") {
    integration.kind = Integration::Kind::kSqs;
  } else if (name == "states:startExecution") {
    integration.kind = Integration::Kind::kStates;
  } else {
    return std::nullopt;
  }
  integration.resource_type = name.substr(0, name.find(':'));
  return integration;
}

Outcome Call(RequestContext& context, const Integration& integration, const json::Value& parameters,
             const Execution& execution) {
  switch (integration.kind) {
    case Integration::Kind::kFunction: {
      IATK_TRY(FunctionAnswer answer,
               InvokeFunction(context, integration.resource, &parameters, ""));
      return std::move(answer.payload);
    }
    case Integration::Kind::kLambda:
      return CallLambda(context, parameters);
    case Integration::Kind::kEvents:
      return CallEvents(context, parameters, execution);
    case Integration::Kind::kSqs:
      return CallSqs(context, parameters);
    case Integration::Kind::kStates:
      return CallStates(context, parameters);
  }
  return Fail(StateError("States.Runtime", "unknown resource"));
}

}  // namespace iatk::cloud

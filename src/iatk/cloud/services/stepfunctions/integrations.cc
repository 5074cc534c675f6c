#include "iatk/cloud/services/stepfunctions/integrations.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "iatk/base/time_text.h"
#include "iatk/cloud/dispatch/operation_table.h"
#include "iatk/json/parse.h"
#include "iatk/json/write.h"
#include "iatk/model/lambda/operations.h"

namespace iatk::cloud {

using asl::FailWith;
using asl::Outcome;

namespace {

// How errors of a service are named.
struct ErrorNames {
  const char* prefix;   // of the error
  const char* service;  // in its cause
};

// The role's session, as which Step Functions calls.
RequestContext ContextFor(const Execution& execution,
                          const std::optional<trace::TraceHeader>& trace) {
  const Execution::Start& start = execution.start();
  RequestContext context =
      MakeServiceContext(execution.environment(), start.account, start.region, "", "");
  const std::string& role = execution.revision().role_arn;
  context.principal.arn =
      MakeArn("sts", "", start.account,
              fmt::format("assumed-role/{}/{}", role.substr(role.rfind('/') + 1), start.name));
  context.trace = trace;
  return context;
}

tl::unexpected<asl::Fault> ServiceFault(const ErrorNames& names, const Error& error) {
  const std::string name =
      error.code.ends_with("Exception") ? error.code : error.code + "Exception";
  return FailWith(
      fmt::format("{}.{}", names.prefix, name),
      fmt::format("{} (Service: {}; Status Code: {}; Error Code: {}; Request ID: {}; "
                  "Proxy: null)",
                  error.message, names.service, error.http_status, error.code, error.request_id));
}

// What the SDK within Step Functions tells of the HTTP exchange.
void AddSdkMetadata(const RequestContext& context, std::string_view content_type,
                    std::size_t content_length, json::Object* output) {
  const std::vector<std::pair<std::string, std::string>> headers = {
      {"x-amzn-RequestId", context.request_id},           {"Connection", "keep-alive"},
      {"Content-Length", std::to_string(content_length)}, {"Date", FormatHttpDate(context.Now())},
      {"Content-Type", std::string(content_type)},
  };
  json::Object all;
  json::Object single;
  for (const auto& [name, value] : headers) {
    all.Set(name, json::Array{value});
    single.Set(name, value);
  }
  output->Set("SdkHttpMetadata", json::Object{{"AllHttpHeaders", std::move(all)},
                                              {"HttpHeaders", std::move(single)},
                                              {"HttpStatusCode", 200}});
  output->Set("SdkResponseMetadata", json::Object{{"RequestId", context.request_id}});
}

// Texts of the API may be given as JSON, which is then written as text.
void JsonAsText(std::string_view field, json::Object* object) {
  json::Value* const value = object->Find(field);
  if (value != nullptr && value->AsString() == nullptr) *value = json::Write(*value);
}

void CopyMember(const json::Value& from, std::string_view name, json::Object* to) {
  if (const json::Value* value = from.Find(name)) to->Set(name, *value);
}

Outcome<json::Value> PutEvents(const Execution& execution, RequestContext& context,
                               const json::Value& parameters) {
  constexpr ErrorNames kNames{"EventBridge", "AmazonEventBridge"};
  json::Value input = parameters;
  json::Value* const entries = input.Find("Entries");
  if (entries != nullptr && entries->AsArray() != nullptr) {
    for (json::Value& entry : *entries->AsArray()) {
      if (entry.AsObject() == nullptr) continue;
      JsonAsText("Detail", entry.AsObject());
      json::Value& resources = (*entry.AsObject())["Resources"];
      if (resources.AsArray() == nullptr) resources = json::Array();
      resources.AsArray()->emplace_back(execution.machine().arn);
      resources.AsArray()->emplace_back(execution.start().arn);
    }
  }
  const auto answer = context.operations().CallJson(context, "events", "PutEvents", input);
  if (!answer) return ServiceFault(kNames, answer.error());
  json::Object output;
  CopyMember(*answer, "Entries", &output);
  CopyMember(*answer, "FailedEntryCount", &output);
  const json::Value* const failed = output.Find("FailedEntryCount");
  if (failed != nullptr && failed->AsNumber() != nullptr && failed->AsNumber()->AsDouble() > 0) {
    return FailWith("EventBridge.FailedEntry", json::Write(output));
  }
  return json::Value(std::move(output));
}

Outcome<json::Value> SendMessage(RequestContext& context, const json::Value& parameters) {
  constexpr ErrorNames kNames{"SQS", "AmazonSQS"};
  json::Value input = parameters;
  if (input.AsObject() != nullptr) JsonAsText("MessageBody", input.AsObject());
  const auto answer = context.operations().CallJson(context, "sqs", "SendMessage", input);
  if (!answer) return ServiceFault(kNames, answer.error());
  json::Object output;
  CopyMember(*answer, "MD5OfMessageAttributes", &output);
  CopyMember(*answer, "MD5OfMessageBody", &output);
  CopyMember(*answer, "MessageId", &output);
  AddSdkMetadata(context, "application/x-amz-json-1.0", json::Write(*answer).size(), &output);
  CopyMember(*answer, "SequenceNumber", &output);
  return json::Value(std::move(output));
}

std::optional<std::string> TextOf(const json::Value& parameters, std::string_view name) {
  const json::Value* const value = parameters.Find(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  return value->AsString() != nullptr ? *value->AsString() : json::Write(*value);
}

// The error that a function itself reports, in its payload.
tl::unexpected<asl::Fault> FunctionFault(const std::string& payload) {
  const auto value = json::Parse(payload);
  const std::string* const type = value ? value->FindString("errorType") : nullptr;
  if (type != nullptr && !type->empty()) return FailWith(*type, payload);
  return FailWith("Lambda.Unknown",
                  fmt::format("The cause could not be determined because Lambda did not return an "
                              "error type. Returned payload: {}",
                              payload));
}

Outcome<model::lambda::InvocationResponse> InvokeFunction(
    RequestContext& context, const model::lambda::InvocationRequest& input) {
  constexpr ErrorNames kNames{"Lambda", "AWSLambda"};
  auto answer = context.operations().Call<model::lambda::op::Invoke>(context, input);
  if (!answer) return ServiceFault(kNames, answer.error());
  if (answer->function_error) return FunctionFault(answer->payload.value_or(""));
  return *std::move(answer);
}

json::Value PayloadOf(const model::lambda::InvocationResponse& answer) {
  auto value = json::Parse(answer.payload.value_or(""));
  return value ? *std::move(value) : json::Value(json::Object());
}

Outcome<json::Value> Invoke(RequestContext& context, const json::Value& parameters) {
  model::lambda::InvocationRequest input;
  input.function_name = TextOf(parameters, "FunctionName");
  input.invocation_type = TextOf(parameters, "InvocationType");
  input.log_type = TextOf(parameters, "LogType");
  input.client_context = TextOf(parameters, "ClientContext");
  input.qualifier = TextOf(parameters, "Qualifier");
  if (const json::Value* payload = parameters.Find("Payload"))
    input.payload = json::Write(*payload);
  IATK_TRY(const model::lambda::InvocationResponse answer, InvokeFunction(context, input));
  json::Object output;
  output.Set("ExecutedVersion", answer.executed_version.value_or("$LATEST"));
  if (answer.log_result) output.Set("LogResult", *answer.log_result);
  output.Set("Payload", PayloadOf(answer));
  AddSdkMetadata(context, "application/json", answer.payload.value_or("").size(), &output);
  output.Set("StatusCode", answer.status_code.value_or(200));
  return json::Value(std::move(output));
}

Outcome<json::Value> StartExecution(RequestContext& context, const json::Value& parameters) {
  constexpr ErrorNames kNames{"StepFunctions", "AWSStepFunctions"};
  json::Object input;
  input.Set("stateMachineArn", TextOf(parameters, "StateMachineArn").value_or(""));
  if (const auto text = TextOf(parameters, "Input")) input.Set("input", *text);
  if (const auto text = TextOf(parameters, "Name")) input.Set("name", *text);
  if (const auto text = TextOf(parameters, "TraceHeader")) input.Set("traceHeader", *text);
  const auto answer =
      context.operations().CallJson(context, "stepfunctions", "StartExecution", std::move(input));
  if (!answer) return ServiceFault(kNames, answer.error());
  json::Object output;
  if (const std::string* arn = answer->FindString("executionArn")) output.Set("ExecutionArn", *arn);
  AddSdkMetadata(context, "application/x-amz-json-1.0", json::Write(*answer).size(), &output);
  const json::Value* const date = answer->Find("startDate");
  if (date != nullptr && date->AsNumber() != nullptr) {
    output.Set("StartDate", static_cast<std::int64_t>(date->AsNumber()->AsDouble() * 1000));
  }
  return json::Value(std::move(output));
}

}  // namespace

CallNames NamesOf(const asl::Integration& integration) {
  if (integration.kind == nullptr) return {"Lambda", "Invoke"};
  static const std::map<std::string_view, CallNames> names = {
      {"events", {"Events", "PutEvents"}},
      {"lambda", {"Lambda", "Invoke"}},
      {"sqs", {"SQS", "SendMessage"}},
      {"states", {"States", "StartExecution"}},
  };
  return names.at(integration.kind->service);
}

Outcome<json::Value> CallIntegration(const Execution& execution,
                                     const asl::Integration& integration,
                                     const json::Value& parameters,
                                     const std::optional<trace::TraceHeader>& trace) {
  RequestContext context = ContextFor(execution, trace);
  if (integration.kind == nullptr) {
    model::lambda::InvocationRequest input;
    input.function_name = integration.function_arn;
    input.payload = json::Write(parameters);
    IATK_TRY(const model::lambda::InvocationResponse answer, InvokeFunction(context, input));
    return PayloadOf(answer);
  }
  const std::string_view service = integration.kind->service;
  if (service == "events") return PutEvents(execution, context, parameters);
  if (service == "sqs") return SendMessage(context, parameters);
  if (service == "lambda") return Invoke(context, parameters);
  return StartExecution(context, parameters);
}

}  // namespace iatk::cloud

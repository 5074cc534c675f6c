#include "iatk/cloud/services/stepfunctions/asl/integration.h"

#include <array>

#include "iatk/base/arn.h"

namespace iatk::cloud::asl {
namespace {

constexpr std::array<std::string_view, 1> kPutEventsRequired = {"Entries"};
constexpr std::array<std::string_view, 1> kPutEventsFields = {"Entries"};
constexpr std::array<std::string_view, 2> kSendMessageRequired = {"MessageBody", "QueueUrl"};
constexpr std::array<std::string_view, 6> kSendMessageFields = {
    "DelaySeconds",           "MessageAttributes", "MessageBody",
    "MessageDeduplicationId", "MessageGroupId",    "QueueUrl"};
constexpr std::array<std::string_view, 1> kInvokeRequired = {"FunctionName"};
constexpr std::array<std::string_view, 6> kInvokeFields = {
    "ClientContext", "FunctionName", "InvocationType", "LogType", "Payload", "Qualifier"};
constexpr std::array<std::string_view, 1> kStartExecutionRequired = {"StateMachineArn"};
constexpr std::array<std::string_view, 4> kStartExecutionFields = {
    "Input", "Name", "StateMachineArn", "TraceHeader"};

constexpr std::array<IntegrationKind, 4> kKinds = {{
    {"events", "putEvents", kPutEventsRequired, kPutEventsFields, false},
    {"lambda", "invoke", kInvokeRequired, kInvokeFields, false},
    {"sqs", "sendMessage", kSendMessageRequired, kSendMessageFields, false},
    {"states", "startExecution", kStartExecutionRequired, kStartExecutionFields, true},
}};

std::optional<Integration::Pattern> ReadPattern(std::string_view suffix, bool syncs) {
  if (suffix.empty()) return Integration::Pattern::kRequestResponse;
  if (suffix == ".waitForTaskToken") return Integration::Pattern::kWaitForTaskToken;
  if (syncs && suffix == ".sync") return Integration::Pattern::kSync;
  if (syncs && suffix == ".sync:2") return Integration::Pattern::kSync2;
  return std::nullopt;
}

}  // namespace

std::optional<Integration> ReadResource(std::string_view text, ResourceProblem* problem) {
  *problem = ResourceProblem::kNone;
  const std::optional<Arn> arn = ParseArn(text);
  if (!arn) {
    *problem = ResourceProblem::kNoArn;
    return std::nullopt;
  }
  Integration integration;
  if (arn->service == "lambda" && arn->resource.starts_with("function:")) {
    integration.function_arn = text;
    return integration;
  }
  if (arn->service != "states") {
    *problem = ResourceProblem::kNoArn;
    return std::nullopt;
  }
  *problem = ResourceProblem::kNotSupported;
  if (!arn->region.empty() || !arn->account.empty()) return std::nullopt;  // an activity
  const std::string_view resource = arn->resource;
  for (const IntegrationKind& kind : kKinds) {
    const std::size_t length = kind.service.size() + 1 + kind.action.size();
    if (!resource.starts_with(kind.service) || resource.size() < length ||
        resource[kind.service.size()] != ':' ||
        resource.substr(kind.service.size() + 1, kind.action.size()) != kind.action) {
      continue;
    }
    const auto pattern = ReadPattern(resource.substr(length), kind.syncs);
    if (!pattern) return std::nullopt;
    integration.kind = &kind;
    integration.pattern = *pattern;
    integration.resource = resource.substr(kind.service.size() + 1);
    *problem = ResourceProblem::kNone;
    return integration;
  }
  return std::nullopt;
}

}  // namespace iatk::cloud::asl

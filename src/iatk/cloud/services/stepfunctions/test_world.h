// Step Functions in process, with stand-ins for the services that its tasks call.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "iatk/cloud/dispatch/test_cloud.h"
#include "iatk/cloud/services/stepfunctions/service.h"
#include "iatk/json/parse.h"
#include "iatk/json/write.h"
#include "iatk/model/events/operations.h"
#include "iatk/model/lambda/operations.h"
#include "iatk/model/sqs/operations.h"
#include "iatk/model/stepfunctions/operations.h"

namespace iatk::cloud {

class World : public testing::Test {
 protected:
  using Lambda = std::function<Result<model::lambda::InvocationResponse>(
      RequestContext&, const model::lambda::InvocationRequest&)>;

  World() {
    cloud.journal.SetSegmentSink([this](std::string_view, std::string_view, json::Value segment) {
      segments.push_back(std::move(segment));
    });
    cloud.operations.On<model::events::op::PutEvents>(
        [this](RequestContext& context, const model::events::PutEventsRequest& input)
            -> Result<model::events::PutEventsResponse> {
          model::events::PutEventsResponse output;
          output.failed_entry_count = 0;
          output.entries.emplace();
          for (const auto& entry : *input.entries) {
            events.push_back(entry);
            event_trace = context.trace;
            auto& result = output.entries->emplace_back();
            if (entry.source) {
              result.event_id = "event-1";
            } else {
              result.error_code = "InvalidArgument";
              output.failed_entry_count = 1;
            }
          }
          return output;
        });
    cloud.operations.On<model::sqs::op::SendMessage>(
        [this](
            RequestContext&,
            const model::sqs::SendMessageRequest& input) -> Result<model::sqs::SendMessageResult> {
          messages.push_back(*input.message_body);
          model::sqs::SendMessageResult output;
          output.message_id = "message-1";
          return output;
        });
    cloud.operations.On<model::lambda::op::Invoke>(
        [this](RequestContext& context, const model::lambda::InvocationRequest& input) {
          ++invocations;
          return lambda(context, input);
        });
  }
  ~World() override { cloud.loop.EndFibers(); }

  static Result<model::lambda::InvocationResponse> Payload(std::string text,
                                                           bool is_error = false) {
    model::lambda::InvocationResponse response;
    response.status_code = 200;
    response.payload = std::move(text);
    response.executed_version = "$LATEST";
    if (is_error) response.function_error = "Unhandled";
    return response;
  }

  /// Makes a state machine; its ARN, or the error.
  std::string Create(const std::string& definition, const std::string& name = "m",
                     bool express = false, bool tracing = false) {
    model::stepfunctions::CreateStateMachineInput input;
    input.name = name;
    input.definition = definition;
    input.role_arn = "arn:aws:iam::123456789012:role/r";
    if (express) input.type = "EXPRESS";
    if (tracing) input.tracing_configuration.emplace().enabled = true;
    const auto output = cloud.Call<model::stepfunctions::op::CreateStateMachine>(input);
    return output ? *output->state_machine_arn
                  : output.error().code + ": " + output.error().message;
  }

  /// Makes a state machine of one state and starts it; the execution's ARN.
  std::string StartState(const std::string& state, const std::string& input = "{}") {
    return Start(Create(R"({"StartAt":"A","States":{"A":)" + state + "}}"), input);
  }
  std::string Start(const std::string& machine, const std::string& input = "{}",
                    std::optional<std::string> name = std::nullopt,
                    std::optional<std::string> trace_header = std::nullopt) {
    model::stepfunctions::StartExecutionInput start;
    start.state_machine_arn = machine;
    start.input = input;
    start.name = std::move(name);
    start.trace_header = std::move(trace_header);
    const auto output = cloud.Call<model::stepfunctions::op::StartExecution>(start);
    return output ? *output->execution_arn : output.error().code + ": " + output.error().message;
  }

  model::stepfunctions::DescribeExecutionOutput Describe(const std::string& arn) {
    model::stepfunctions::DescribeExecutionInput input;
    input.execution_arn = arn;
    const auto output = cloud.Call<model::stepfunctions::op::DescribeExecution>(input);
    EXPECT_TRUE(output.has_value()) << arn;
    return output ? *output : model::stepfunctions::DescribeExecutionOutput();
  }
  /// "SUCCEEDED <output>", or "<status> <error> <cause>".
  std::string Outcome(const std::string& arn) {
    const auto output = Describe(arn);
    if (*output.status == "SUCCEEDED") return "SUCCEEDED " + *output.output;
    return *output.status + " " + output.error.value_or("-") + " " + output.cause.value_or("-");
  }
  std::vector<model::stepfunctions::HistoryEvent> Events(const std::string& arn) {
    model::stepfunctions::GetExecutionHistoryInput input;
    input.execution_arn = arn;
    input.max_results = 1000;
    return cloud.Call<model::stepfunctions::op::GetExecutionHistory>(input)->events.value();
  }
  /// "1<0 ExecutionStarted, 2<0 PassStateEntered, …".
  std::string History(const std::string& arn) {
    std::string text;
    for (const auto& event : Events(arn)) {
      if (!text.empty()) text += ", ";
      text += std::to_string(*event.id) + "<" + std::to_string(*event.previous_event_id) + " " +
              *event.type;
    }
    return text;
  }
  /// The token that an event or message carries under "token".
  static std::string TokenOf(const std::string& text) {
    return *json::Parse(text)->FindString("token");
  }
  std::string SendSuccess(const std::string& token, const std::string& output) {
    model::stepfunctions::SendTaskSuccessInput input;
    input.task_token = token;
    input.output = output;
    const auto sent = cloud.Call<model::stepfunctions::op::SendTaskSuccess>(input);
    return sent ? "sent" : sent.error().code + ": " + sent.error().message;
  }

  TestCloud cloud;
  std::vector<model::events::PutEventsRequestEntry> events;
  std::optional<trace::TraceHeader> event_trace;
  std::vector<std::string> messages;
  std::vector<json::Value> segments;
  int invocations = 0;
  Lambda lambda = [](RequestContext&, const model::lambda::InvocationRequest& input) {
    return Payload(input.payload.value_or("null"));
  };
  std::unique_ptr<Service> service = MakeStepFunctions(cloud.registry);
};

}  // namespace iatk::cloud

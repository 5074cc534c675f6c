// Executions: start, stop, describe, list, history.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "iatk/base/digest.h"
#include "iatk/cloud/services/stepfunctions/errors.h"
#include "iatk/cloud/services/stepfunctions/interpreter.h"
#include "iatk/cloud/services/stepfunctions/limits.h"
#include "iatk/cloud/services/stepfunctions/names.h"
#include "iatk/cloud/services/stepfunctions/service.h"
#include "iatk/json/parse.h"

namespace iatk::cloud {

namespace m = model::stepfunctions;

namespace {

// The trace that an execution belongs to: StartExecution's own header before the caller's.
std::unique_ptr<ExecutionTrace> TraceOf(RequestContext& context, const StateMachine& machine,
                                        const std::string& arn,
                                        const std::optional<std::string>& given) {
  std::optional<trace::TraceHeader> header;
  if (given) header = trace::ParseTraceHeader(*given);
  const bool asked_for = header.has_value();
  if (!header) header = context.trace;
  const bool sampled = !header || header->sampled.value_or(true);
  return std::make_unique<ExecutionTrace>(context.environment, context.account, context.region,
                                          machine.name, arn, std::move(header),
                                          sampled && (asked_for || machine.revision->tracing));
}

std::size_t PageSize(const std::optional<std::int32_t>& given) {
  return given.value_or(0) == 0 ? 100 : static_cast<std::size_t>(*given);
}

// A page's token: where the next one begins.
Result<std::size_t> ReadToken(const std::optional<std::string>& token) {
  if (!token) return std::size_t{0};
  const std::optional<std::string> text = Base64Decode(*token);
  std::size_t value = 0;
  if (!text ||
      std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc()) {
    return Fail(sfn_errors::InvalidToken());
  }
  return value;
}

std::string MakeToken(std::size_t next) { return Base64Encode(std::to_string(next)); }

m::CloudWatchEventsExecutionDataDetails Included() {
  m::CloudWatchEventsExecutionDataDetails details;
  details.included = true;
  return details;
}

// The events of an execution without the data of its states.
m::HistoryEvent WithoutData(m::HistoryEvent event) {
  const auto drop = [](auto& details, auto field, auto about) {
    if (!details) return;
    ((*details).*field).reset();
    ((*details).*about).reset();
  };
  drop(event.execution_started_event_details, &m::ExecutionStartedEventDetails::input,
       &m::ExecutionStartedEventDetails::input_details);
  drop(event.execution_succeeded_event_details, &m::ExecutionSucceededEventDetails::output,
       &m::ExecutionSucceededEventDetails::output_details);
  drop(event.state_entered_event_details, &m::StateEnteredEventDetails::input,
       &m::StateEnteredEventDetails::input_details);
  drop(event.state_exited_event_details, &m::StateExitedEventDetails::output,
       &m::StateExitedEventDetails::output_details);
  drop(event.task_submitted_event_details, &m::TaskSubmittedEventDetails::output,
       &m::TaskSubmittedEventDetails::output_details);
  drop(event.task_succeeded_event_details, &m::TaskSucceededEventDetails::output,
       &m::TaskSucceededEventDetails::output_details);
  drop(event.lambda_function_scheduled_event_details,
       &m::LambdaFunctionScheduledEventDetails::input,
       &m::LambdaFunctionScheduledEventDetails::input_details);
  drop(event.lambda_function_succeeded_event_details,
       &m::LambdaFunctionSucceededEventDetails::output,
       &m::LambdaFunctionSucceededEventDetails::output_details);
  return event;
}

}  // namespace

void StepFunctions::Keep(Region& region, const std::shared_ptr<Execution>& execution) {
  region.executions.emplace(execution->start().arn, execution);
  region.order.push_back(execution);
  // The oldest that have ended make room.
  while (region.order.size() > sfn_limits::kMaxExecutions && !region.order.front()->running()) {
    region.executions.erase(region.order.front()->start().arn);
    region.order.pop_front();
  }
}

Result<std::shared_ptr<Execution>> StepFunctions::Begin(RequestContext& context,
                                                        const NewExecution& what, bool sync) {
  IATK_TRY(const std::shared_ptr<StateMachine> machine, FindMachine(what.state_machine_arn));
  if (machine->deleting) return Fail(sfn_errors::StateMachineDeleting(machine->arn));
  if (sync && !machine->express) return Fail(sfn_errors::StateMachineTypeNotSupported());
  const std::string input = what.input.value_or("{}");
  if (input.empty()) return Fail(sfn_errors::InvalidExecutionInput("Invalid execution input."));
  if (const auto parsed = json::Parse(input); !parsed) {
    return Fail(sfn_errors::InvalidExecutionInput(parsed.error().message));
  }
  const std::string name = what.name ? *what.name : context.ids().Uuid();
  if (!IsName(name)) return Fail(sfn_errors::InvalidName(name));
  const Arn machine_arn = *ParseArn(machine->arn);
  const auto arn_of = [&](std::string_view kind, std::string_view suffix) {
    return MakeArn("states", machine_arn.region, machine_arn.account,
                   fmt::format("{}:{}:{}{}", kind, machine->name, name, suffix));
  };
  const std::string arn =
      machine->express ? arn_of("express", ":" + context.ids().Uuid()) : arn_of("execution", "");
  Region& region = regions_.For(machine_arn.account, machine_arn.region);
  if (const auto found = region.executions.find(arn); found != region.executions.end()) {
    // A call that is repeated while the execution runs gets the same answer.
    if (found->second->running() && found->second->start().input == input) return found->second;
    return Fail(sfn_errors::ExecutionAlreadyExists(arn));
  }
  if (region.running >= sfn_limits::kMaxRunning) {
    return Fail(sfn_errors::ExecutionLimitExceeded());
  }

  auto execution = std::make_shared<Execution>(environment_,
                                               Execution::Start{.machine = machine,
                                                                .arn = arn,
                                                                .name = name,
                                                                .account = machine_arn.account,
                                                                .region = machine_arn.region,
                                                                .input = input,
                                                                .trace_header = what.trace_header},
                                               TraceOf(context, *machine, arn, what.trace_header));
  ++region.running;
  execution->OnEnd([this, &region, machine] {
    --region.running;
    RemoveWhenIdle(machine);
  });
  if (!machine->express) Keep(region, execution);

  std::optional<Duration> limit;
  if (const auto seconds = execution->revision().workflow->timeout_seconds) {
    limit = std::chrono::seconds(*seconds);
  }
  if (machine->express && (!limit || *limit > sfn_limits::kExpressDuration)) {
    limit = sfn_limits::kExpressDuration;
  }
  if (limit) {
    context.loop().At(context.Now() + *limit, [weak = std::weak_ptr(execution)] {
      if (const auto late = weak.lock()) late->TimeOut();
    });
  }
  const InterpreterServices services{
      .tokens = tokens_,
      .find_execution = [this](const std::string& child) -> std::shared_ptr<Execution> {
        return FindExecution(child).value_or(nullptr);
      }};
  context.loop().Spawn(
      [interpreter = std::make_shared<Interpreter>(execution, services)] { interpreter->Run(); });
  return execution;
}

Result<m::StartExecutionOutput> StepFunctions::StartExecution(RequestContext& context,
                                                              const m::StartExecutionInput& input) {
  IATK_TRY(const std::shared_ptr<Execution> execution,
           Begin(context, {*input.state_machine_arn, input.name, input.input, input.trace_header},
                 false));
  m::StartExecutionOutput output;
  output.execution_arn = execution->start().arn;
  output.start_date = execution->start_date();
  return output;
}

Result<m::StartSyncExecutionOutput> StepFunctions::StartSyncExecution(
    RequestContext& context, const m::StartSyncExecutionInput& input) {
  IATK_TRY(const std::shared_ptr<Execution> execution,
           Begin(context, {*input.state_machine_arn, input.name, input.input, input.trace_header},
                 true));
  while (execution->running()) execution->changed().Wait();
  m::StartSyncExecutionOutput output;
  output.execution_arn = execution->start().arn;
  output.state_machine_arn = execution->machine().arn;
  output.name = execution->start().name;
  output.start_date = execution->start_date();
  output.stop_date = execution->stop_date();
  output.status = execution->status();
  output.error = execution->error();
  output.cause = execution->cause();
  output.input = execution->start().input;
  output.input_details = Included();
  output.output = execution->output();
  output.output_details = Included();
  output.trace_header = execution->start().trace_header;
  // Express workflows are billed by 100 milliseconds and 64 MB.
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(*execution->stop_date() -
                                                                          execution->start_date())
                        .count();
  auto& billing = output.billing_details.emplace();
  billing.billed_duration_in_milliseconds = std::max<std::int64_t>(1, (took + 99) / 100) * 100;
  billing.billed_memory_used_in_mb = 64;
  return output;
}

Result<m::DescribeExecutionOutput> StepFunctions::DescribeExecution(
    RequestContext&, const m::DescribeExecutionInput& input) {
  IATK_TRY(const std::shared_ptr<Execution> execution, FindExecution(*input.execution_arn));
  m::DescribeExecutionOutput output;
  output.execution_arn = execution->start().arn;
  output.state_machine_arn = execution->machine().arn;
  output.name = execution->start().name;
  output.status = execution->status();
  output.start_date = execution->start_date();
  output.stop_date = execution->stop_date();
  output.input = execution->start().input;
  output.input_details = Included();
  output.output = execution->output();
  if (execution->output()) output.output_details = Included();
  output.trace_header = execution->start().trace_header;
  output.error = execution->error();
  output.cause = execution->cause();
  output.redrive_count = 0;
  const bool may_be_redriven = !execution->running() && execution->status() != "SUCCEEDED";
  output.redrive_status = may_be_redriven ? "REDRIVABLE" : "NOT_REDRIVABLE";
  if (execution->running()) {
    output.redrive_status_reason = "Execution is RUNNING and cannot be redriven";
  } else if (!may_be_redriven) {
    output.redrive_status_reason = "Execution is SUCCEEDED and cannot be redriven";
  }
  return output;
}

Result<m::DescribeStateMachineForExecutionOutput> StepFunctions::DescribeStateMachineForExecution(
    RequestContext&, const m::DescribeStateMachineForExecutionInput& input) {
  IATK_TRY(const std::shared_ptr<Execution> execution, FindExecution(*input.execution_arn));
  const Revision& revision = execution->revision();
  m::DescribeStateMachineForExecutionOutput output;
  output.state_machine_arn = execution->machine().arn;
  output.name = execution->machine().name;
  output.definition = revision.definition;
  output.role_arn = revision.role_arn;
  output.update_date = revision.updated;
  output.logging_configuration = revision.logging;
  output.tracing_configuration.emplace().enabled = revision.tracing;
  output.revision_id = revision.id;
  return output;
}

Result<m::StopExecutionOutput> StepFunctions::StopExecution(RequestContext& context,
                                                            const m::StopExecutionInput& input) {
  IATK_TRY(const std::shared_ptr<Execution> execution, FindExecution(*input.execution_arn));
  execution->Abort(input.error, input.cause);
  m::StopExecutionOutput output;
  output.stop_date = execution->stop_date().value_or(InMilliseconds(context.Now()));
  return output;
}

Result<m::ListExecutionsOutput> StepFunctions::ListExecutions(RequestContext&,
                                                              const m::ListExecutionsInput& input) {
  if (input.map_run_arn || !input.state_machine_arn) {
    return Fail(sfn_errors::NotImplemented("ListExecutions by mapRunArn"));
  }
  if (input.redrive_filter.value_or("NOT_REDRIVEN") != "NOT_REDRIVEN") {
    return Fail(sfn_errors::NotImplemented("ListExecutions of redriven executions"));
  }
  IATK_TRY(const std::shared_ptr<StateMachine> machine, FindMachine(*input.state_machine_arn));
  if (machine->express) return Fail(sfn_errors::StateMachineTypeNotSupported());
  const Arn arn = *ParseArn(machine->arn);
  const Region& region = regions_.For(arn.account, arn.region);
  // A token counts those that were started before its page's end, so that new ones don't shift it.
  IATK_TRY(const std::size_t token, ReadToken(input.next_token));
  std::size_t left = input.next_token ? std::min(token, region.order.size()) : region.order.size();
  const std::size_t most = PageSize(input.max_results);
  m::ListExecutionsOutput output;
  auto& items = output.executions.emplace();
  for (; left > 0; --left) {
    const Execution& execution = *region.order[left - 1];
    if (&execution.machine() != machine.get()) continue;
    if (input.status_filter && *input.status_filter != execution.status()) continue;
    if (items.size() == most) {
      output.next_token = MakeToken(left);
      break;
    }
    m::ExecutionListItem& item = items.emplace_back();
    item.execution_arn = execution.start().arn;
    item.state_machine_arn = machine->arn;
    item.name = execution.start().name;
    item.status = execution.status();
    item.start_date = execution.start_date();
    item.stop_date = execution.stop_date();
    item.redrive_count = 0;
  }
  return output;
}

Result<m::GetExecutionHistoryOutput> StepFunctions::GetExecutionHistory(
    RequestContext&, const m::GetExecutionHistoryInput& input) {
  IATK_TRY(const std::shared_ptr<Execution> execution, FindExecution(*input.execution_arn));
  const std::vector<m::HistoryEvent>& all = execution->history().events();
  const bool reverse = input.reverse_order.value_or(false);
  // A token is the place of its page's first event; backwards, one more than that.
  IATK_TRY(const std::size_t token, ReadToken(input.next_token));
  std::size_t at = input.next_token ? std::min(token, all.size()) : (reverse ? all.size() : 0);
  const std::size_t most = PageSize(input.max_results);
  m::GetExecutionHistoryOutput output;
  auto& events = output.events.emplace();
  while (events.size() < most && (reverse ? at > 0 : at < all.size())) {
    const m::HistoryEvent& event = reverse ? all[--at] : all[at++];
    events.push_back(input.include_execution_data.value_or(true) ? event : WithoutData(event));
  }
  if (reverse ? at > 0 : at < all.size()) output.next_token = MakeToken(at);
  return output;
}

}  // namespace iatk::cloud

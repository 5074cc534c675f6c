// Executions.
#include <algorithm>
#include <charconv>

#include "iatk/base/digest.h"
#include "iatk/cloud/services/stepfunctions/errors.h"
#include "iatk/cloud/services/stepfunctions/service.h"
#include "iatk/json/parse.h"
#include "iatk/protocol/json_codec.h"

namespace iatk::cloud {

namespace m = model::stepfunctions;

namespace {

constexpr std::size_t kMaxInput = 256U * 1024U;
constexpr std::size_t kMaxExecutions = 10'000;  // kept for look-up
constexpr std::size_t kPageSize = 100;

bool IsExecutionName(std::string_view name) {
  constexpr std::string_view kRefused = " \t\n<>{}[]?*\"#%\\^|~`$&,;:/";
  return !name.empty() && name.size() <= 80 &&
         name.find_first_of(kRefused) == std::string_view::npos;
}

// Where a page begins: tokens are places, for executions and events only come at the end.
Result<std::size_t> PlaceOf(const std::optional<std::string>& token) {
  if (!token || token->empty()) return std::size_t{0};
  const std::optional<std::string> text = Base64Decode(*token);
  std::size_t place = 0;
  if (!text ||
      std::from_chars(text->data(), text->data() + text->size(), place).ec != std::errc()) {
    return Fail(states_errors::InvalidToken());
  }
  return place;
}

std::size_t LimitOf(const std::optional<std::int32_t>& wanted) {
  return wanted && *wanted > 0 ? static_cast<std::size_t>(*wanted) : kPageSize;
}

// The trace that an execution is a part of: the header's, the caller's, or a new one if the state
// machine is traced.
std::optional<trace::TraceHeader> TraceOf(const RequestContext& context,
                                          const StateMachine& machine,
                                          const std::optional<std::string>& header) {
  if (header) {
    if (auto given = trace::ParseTraceHeader(*header)) {
      if (!given->sampled && machine.tracing) given->sampled = true;
      return given;
    }
  }
  if (context.trace && context.trace->sampled.value_or(false)) return context.trace;
  if (!machine.tracing) return std::nullopt;
  trace::TraceHeader made;
  made.root = trace::NewTraceId(context.clock(), context.ids());
  made.sampled = true;
  return made;
}

}  // namespace

Result<m::StartExecutionOutput> StepFunctions::StartExecution(RequestContext& context,
                                                              const m::StartExecutionInput& input) {
  IATK_TRY(const auto machine, FindStateMachine(context, *input.state_machine_arn));
  const std::string name = input.name.value_or(context.ids().Uuid());
  if (!IsExecutionName(name)) return Fail(states_errors::InvalidName(name));
  const std::string text = input.input.value_or("{}");
  if (text.size() > kMaxInput) {
    return Fail(states_errors::InvalidExecutionInput("Maximum size is 262144 bytes"));
  }
  if (const auto json = json::Parse(text); !json) {
    return Fail(states_errors::InvalidExecutionInput(json.error().message));
  }
  Arn arn = ParseArn(machine->arn).value_or(Arn());
  arn.resource = "execution:" + machine->name + ":" + name;
  Region& region = regions_.For(arn.account, arn.region);
  m::StartExecutionOutput output;
  output.execution_arn = arn.ToString();
  if (const auto found = region.executions.find(*output.execution_arn);
      found != region.executions.end()) {
    // The same name with the same input, while it runs, is the same request.
    if (!found->second->running() || found->second->input != text) {
      return Fail(states_errors::ExecutionAlreadyExists(*output.execution_arn));
    }
    output.start_date = found->second->started;
    return output;
  }
  auto execution = std::make_shared<Execution>(context.loop(), machine);
  execution->name = name;
  execution->arn = *output.execution_arn;
  execution->account = arn.account;
  execution->region = arn.region;
  execution->input = text;
  execution->started = context.Now();
  execution->trace = TraceOf(context, *machine, input.trace_header);
  if (execution->trace) {
    execution->segment_id = context.ids().Hex(16);
    execution->parent_id = std::exchange(execution->trace->parent, execution->segment_id);
  }
  output.start_date = execution->started;
  if (region.execution_order.size() >= kMaxExecutions) {
    const auto oldest = region.executions.find(region.execution_order.front());
    if (oldest == region.executions.end() || !oldest->second->running()) {
      if (oldest != region.executions.end()) region.executions.erase(oldest);
      region.execution_order.erase(region.execution_order.begin());
    }
  }
  region.executions.emplace(execution->arn, execution);
  region.execution_order.push_back(execution->arn);
  Hop hop;
  hop.kind = HopKind::kExecutionStarted;
  hop.account = execution->account;
  hop.region = execution->region;
  hop.resource = execution->arn;
  if (execution->trace) hop.trace_id = execution->trace->root;
  context.journal().Record(std::move(hop));
  context.loop().Spawn([this, execution] { Interpreter(environment_, tokens_, execution).Run(); });
  return output;
}

Result<m::DescribeExecutionOutput> StepFunctions::DescribeExecution(
    RequestContext& context, const m::DescribeExecutionInput& input) {
  IATK_TRY(const auto execution, FindExecution(context, *input.execution_arn));
  m::DescribeExecutionOutput output;
  output.execution_arn = execution->arn;
  output.state_machine_arn = execution->state_machine->arn;
  output.name = execution->name;
  output.status = execution->status;
  output.start_date = execution->started;
  output.stop_date = execution->stopped;
  output.input = execution->input;
  output.input_details.emplace().included = true;
  if (execution->status == "SUCCEEDED") {
    output.output = execution->output;
    output.output_details.emplace().included = true;
  }
  if (execution->failure) {
    if (!execution->failure->error.empty()) output.error = execution->failure->error;
    if (!execution->failure->cause.empty()) output.cause = execution->failure->cause;
  }
  if (execution->trace) {
    trace::TraceHeader header = *execution->trace;
    header.parent = execution->parent_id;
    output.trace_header = header.ToString();
  }
  output.redrive_count = 0;
  return output;
}

Result<m::StopExecutionOutput> StepFunctions::StopExecution(RequestContext& context,
                                                            const m::StopExecutionInput& input) {
  IATK_TRY(const auto execution, FindExecution(context, *input.execution_arn));
  m::StopExecutionOutput output;
  output.stop_date = execution->stopped.value_or(context.Now());
  if (!execution->running() || execution->stop_requested) return output;
  execution->stop_requested = true;
  execution->stop_reason = {input.error.value_or(""), input.cause.value_or("")};
  execution->changed.NotifyAll();
  return output;
}

Result<m::ListExecutionsOutput> StepFunctions::ListExecutions(RequestContext& context,
                                                              const m::ListExecutionsInput& input) {
  if (!input.state_machine_arn) {
    return Fail(
        SenderError("ValidationException", "Must provide a State Machine ARN or Map Run ARN"));
  }
  IATK_TRY(const auto machine, FindStateMachine(context, *input.state_machine_arn));
  IATK_TRY(std::size_t place, PlaceOf(input.next_token));
  const Region& region = RegionOf(context);
  m::ListExecutionsOutput output;
  auto& executions = output.executions.emplace();
  // Newest first.
  const std::size_t count = region.execution_order.size();
  for (; place < count; ++place) {
    const auto found = region.executions.find(region.execution_order[count - 1 - place]);
    if (found == region.executions.end()) continue;
    const Execution& execution = *found->second;
    if (execution.state_machine->arn != machine->arn) continue;
    if (input.status_filter && execution.status != *input.status_filter) continue;
    if (executions.size() == LimitOf(input.max_results)) {
      output.next_token = Base64Encode(std::to_string(place));
      break;
    }
    m::ExecutionListItem& one = executions.emplace_back();
    one.execution_arn = execution.arn;
    one.state_machine_arn = machine->arn;
    one.name = execution.name;
    one.status = execution.status;
    one.start_date = execution.started;
    one.stop_date = execution.stopped;
    one.redrive_count = 0;
  }
  return output;
}

Result<m::GetExecutionHistoryOutput> StepFunctions::GetExecutionHistory(
    RequestContext& context, const m::GetExecutionHistoryInput& input) {
  IATK_TRY(const auto execution, FindExecution(context, *input.execution_arn));
  IATK_TRY(std::size_t place, PlaceOf(input.next_token));
  const auto& events = execution->history.events();
  json::Object page;
  json::Array taken;
  for (; place < events.size(); ++place) {
    if (taken.size() == LimitOf(input.max_results)) {
      page.Set("nextToken", Base64Encode(std::to_string(place)));
      break;
    }
    const bool reverse = input.reverse_order.value_or(false);
    taken.emplace_back(events[reverse ? events.size() - 1 - place : place]);
  }
  page.Set("events", std::move(taken));
  m::GetExecutionHistoryOutput output;
  IATK_CHECK(protocol::FromJson(*m::op::GetExecutionHistory::Table().output, page, &output));
  return output;
}

}  // namespace iatk::cloud

#include "iatk/cloud/services/stepfunctions/execution.h"

#include <utility>

namespace iatk::cloud {

namespace m = model::stepfunctions;

namespace {

Hop HopOf(const Execution& execution, HopKind kind, std::string trace_id) {
  Hop hop;
  hop.kind = kind;
  hop.account = execution.start().account;
  hop.region = execution.start().region;
  hop.resource = execution.start().arn;
  hop.source = execution.machine().arn;
  hop.trace_id = std::move(trace_id);
  return hop;
}

}  // namespace

Execution::Execution(Environment& environment, Start start, std::unique_ptr<ExecutionTrace> trace)
    : environment_(environment),
      start_(std::move(start)),
      revision_(start_.machine->revision),
      trace_(std::move(trace)),
      history_(environment.loop.clock()),
      changed_(environment.loop),
      start_date_(InMilliseconds(environment.loop.clock().Now())) {
  ++start_.machine->running;
  m::HistoryEvent event;
  auto& details = event.execution_started_event_details.emplace();
  history_.SetData(start_.input, &details.input, &details.input_details);
  details.role_arn = revision_->role_arn;
  history_.Add("ExecutionStarted", 0, std::move(event));
  environment_.journal.Record(HopOf(*this, HopKind::kExecutionStarted, trace_->trace_id()));
  trace_->Begin();
}

void Execution::Succeed(std::string output, std::int64_t previous) {
  if (!running()) return;
  m::HistoryEvent event;
  auto& details = event.execution_succeeded_event_details.emplace();
  history_.SetData(output, &details.output, &details.output_details);
  history_.Add("ExecutionSucceeded", previous, std::move(event));
  output_ = std::move(output);
  End("SUCCEEDED");
}

void Execution::Fail(std::optional<std::string> error, std::optional<std::string> cause,
                     std::int64_t previous) {
  if (!running()) return;
  m::HistoryEvent event;
  auto& details = event.execution_failed_event_details.emplace();
  details.error = error;
  details.cause = cause;
  history_.Add("ExecutionFailed", previous, std::move(event));
  error_ = std::move(error);
  cause_ = std::move(cause);
  End("FAILED");
}

void Execution::TimeOut() {
  if (!running()) return;
  m::HistoryEvent event;
  event.execution_timed_out_event_details.emplace().error = "States.Timeout";
  history_.Add("ExecutionTimedOut", 0, std::move(event));
  error_ = "States.Timeout";
  End("TIMED_OUT");
}

void Execution::Abort(std::optional<std::string> error, std::optional<std::string> cause) {
  if (!running()) return;
  m::HistoryEvent event;
  auto& details = event.execution_aborted_event_details.emplace();
  details.error = error;
  details.cause = cause;
  history_.Add("ExecutionAborted", 0, std::move(event));
  error_ = std::move(error);
  cause_ = std::move(cause);
  End("ABORTED");
}

void Execution::End(std::string status) {
  status_ = std::move(status);
  stop_date_ = InMilliseconds(environment_.loop.clock().Now());
  --start_.machine->running;
  Hop hop = HopOf(*this, HopKind::kExecutionEnded, trace_->trace_id());
  if (status_ != "SUCCEEDED") hop.outcome = status_;
  hop.detail = error_.value_or("");
  hop.duration = *stop_date_ - start_date_;
  environment_.journal.Record(std::move(hop));
  trace_->End(status_ != "SUCCEEDED");
  changed_.NotifyAll();
  for (const auto& callback : std::exchange(on_end_, {})) callback();
}

void Execution::OnEnd(std::function<void()> callback) {
  if (running()) {
    on_end_.push_back(std::move(callback));
  } else {
    callback();
  }
}

}  // namespace iatk::cloud

// What traces there were in a stretch of time.
#include <cmath>
#include <set>
#include <string_view>
#include <utility>

#include "iatk/base/digest.h"
#include "iatk/cloud/services/xray/service.h"

namespace iatk::cloud {

namespace m = model::xray;

namespace {

constexpr auto kMaxRange = std::chrono::hours(6);  // API reference, GetTraceSummaries
constexpr std::size_t kPageSize = 100;

Time TimeOf(double seconds) { return Time(Duration(std::llround(seconds * 1e6))); }

bool Flag(const trace::Document& segment, std::string_view name) {
  const json::Value* found = segment.json->Find(name);
  return found != nullptr && found->AsBool() != nullptr && *found->AsBool();
}

m::ServiceId ServiceOf(const trace::Document& segment, const std::string& account) {
  m::ServiceId service;
  service.name = segment.name;
  service.names.emplace().emplace_back(segment.name);
  service.account_id = account;
  if (!segment.origin.empty()) service.type = segment.origin;
  return service;
}

m::TraceSummary SummaryOf(const TraceStore::Trace& trace, const AssembledTrace& assembled,
                          const std::string& account) {
  m::TraceSummary summary;
  summary.id = trace.id;
  summary.start_time = TimeOf(assembled.start);
  summary.duration = assembled.duration;
  const trace::Document& root = assembled.segments.front();
  if (root.end_time) summary.response_time = *root.end_time - root.start_time;
  summary.is_partial = assembled.is_partial;
  summary.has_error = summary.has_fault = summary.has_throttle = false;
  auto& services = summary.service_ids.emplace();
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const trace::Document& segment : assembled.segments) {
    *summary.has_error = *summary.has_error || Flag(segment, "error");
    *summary.has_fault = *summary.has_fault || Flag(segment, "fault");
    *summary.has_throttle = *summary.has_throttle || Flag(segment, "throttle");
    if (seen.emplace(segment.origin, segment.name).second) {
      services.push_back(ServiceOf(segment, account));
    }
  }
  summary.entry_point = ServiceOf(root, account);
  summary.revision = static_cast<std::int32_t>(trace.documents.size());
  return summary;
}

}  // namespace

Result<m::GetTraceSummariesResult> XRay::GetTraceSummaries(
    RequestContext& context, const m::GetTraceSummariesRequest& input) {
  if (*input.end_time < *input.start_time) {
    return Fail(
        SenderError("InvalidRequestException", "Invalid time range: StartTime is after EndTime."));
  }
  if (*input.end_time - *input.start_time > kMaxRange) {
    return Fail(
        SenderError("InvalidRequestException", "Time range cannot be longer than 6 hours."));
  }
  if (input.filter_expression && !input.filter_expression->empty()) {
    Error error =
        ReceiverError("NotImplemented", "xray:GetTraceSummaries with FilterExpression", 501);
    error.retryable = false;
    return Fail(std::move(error));
  }
  std::string after;
  if (input.next_token) {
    const auto decoded = Base64Decode(*input.next_token);
    if (!decoded) return Fail(SenderError("InvalidRequestException", "Invalid NextToken"));
    after = *decoded;
  }
  m::GetTraceSummariesResult output;
  auto& summaries = output.trace_summaries.emplace();
  output.approximate_time = context.Now();
  std::int64_t processed = 0;
  bool reached = after.empty();
  for (const TraceStore::Trace* trace : traces_.For(context.account, context.region).All()) {
    if (!reached) {
      reached = trace->id == after;
      continue;
    }
    const AssembledTrace assembled = AssembleTrace(*trace);
    if (assembled.segments.empty()) continue;
    ++processed;
    const Time start = TimeOf(assembled.start);
    if (start < *input.start_time || start > *input.end_time) continue;
    if (summaries.size() == kPageSize) {
      output.next_token = Base64Encode(*summaries.back().id);
      break;
    }
    summaries.push_back(SummaryOf(*trace, assembled, context.account));
  }
  output.traces_processed_count = processed;
  return output;
}

}  // namespace iatk::cloud

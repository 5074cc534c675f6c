#include "iatk/kit/trace_retrieval.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>
#include <utility>

#include "iatk/model/xray/operations.h"

namespace iatk::kit {

namespace xray = model::xray;
using std::chrono::hours;
using std::chrono::milliseconds;

namespace {

constexpr std::size_t kIdsPerJob = 100;  // API model, StartTraceRetrieval
constexpr milliseconds kFirstPause{200};
constexpr milliseconds kLongestPause{3200};
constexpr int kMostPages = 1000;
constexpr hours kMargin{1};
constexpr hours kOldest{24 * 30};

// When a trace began, by its id. Ids that came from OpenTelemetry may begin with anything.
Time BeginOf(const std::string& id, Time now) {
  std::uint32_t seconds = 0;
  if (id.size() >= 10) std::from_chars(id.data() + 2, id.data() + 10, seconds, 16);
  const Time begin{std::chrono::seconds(seconds)};
  const bool plausible = begin <= now + kMargin && begin >= now - kOldest;
  return plausible ? begin - kMargin : now - hours(24);
}

Result<std::string> StartJob(Session& session, std::vector<std::string> ids) {
  const Time now = session.clock().Now();
  Time begin = now;
  for (const std::string& id : ids) begin = std::min(begin, BeginOf(id, now));
  xray::StartTraceRetrievalRequest input;
  input.trace_ids = std::move(ids);
  input.start_time = begin;
  input.end_time = now;
  IATK_TRY(xray::StartTraceRetrievalResult output,
           session.Call<xray::op::StartTraceRetrieval>(input));
  return output.retrieval_token.value_or("");
}

void TakeIn(const xray::RetrievedTrace& from, RetrievedTrace* out) {
  trace::Trace& trace = out->trace;
  trace.id = from.id.value_or("");
  trace.duration = std::max(trace.duration, from.duration.value_or(0));
  for (const xray::Span& span : from.spans.value_or(std::vector<xray::Span>())) {
    auto document = trace::ReadReceived(std::string_view(span.document.value_or("")));
    if (document) {
      trace.segments.push_back(*std::move(document));
    } else {
      out->unreadable.push_back(document.error().message);
    }
  }
}

// The first page, once the job is done.
Result<xray::ListRetrievedTracesResult> AwaitJob(Session& session,
                                                 const xray::ListRetrievedTracesRequest& input,
                                                 Time until) {
  for (milliseconds pause = kFirstPause;; pause = std::min(pause * 2, kLongestPause)) {
    IATK_TRY(xray::ListRetrievedTracesResult output,
             session.Call<xray::op::ListRetrievedTraces>(input));
    const std::string status = output.retrieval_status.value_or("");
    if (status == "COMPLETE") return output;
    if (status != "RUNNING" && status != "SCHEDULED") {
      return Fail(ReceiverError("RetrievalFailed",
                                fmt::format("the retrieval of traces ended as {}", status)));
    }
    const Time now = session.clock().Now();
    if (now >= until) {
      return Fail(ReceiverError("RetrievalNotDone", "the retrieval of traces was still running"));
    }
    SleepFor(std::min<Duration>(pause, until - now));
  }
}

Result<void> RunJob(Session& session, std::vector<std::string> ids, Time until,
                    std::map<std::string, RetrievedTrace>* out) {
  xray::ListRetrievedTracesRequest input;
  IATK_TRY(input.retrieval_token, StartJob(session, std::move(ids)));
  input.trace_format = "XRAY";
  IATK_TRY(xray::ListRetrievedTracesResult output, AwaitJob(session, input, until));
  for (int page = 0; page < kMostPages; ++page) {
    for (const xray::RetrievedTrace& trace :
         output.traces.value_or(std::vector<xray::RetrievedTrace>())) {
      // A trace without spans is one that is not there.
      if (trace.spans && !trace.spans->empty()) TakeIn(trace, &(*out)[trace.id.value_or("")]);
    }
    if (!output.next_token || output.next_token->empty()) break;
    input.next_token = output.next_token;
    IATK_TRY(output, session.Call<xray::op::ListRetrievedTraces>(input));
  }
  return {};
}

}  // namespace

bool IsRefused(const Error& error) {
  return error.http_status == 501 || error.http_status == 404 || error.http_status == 405 ||
         error.code == "NotImplemented" || error.code == "UnknownOperationException" ||
         error.code == "ResourceNotFoundException";
}

Result<std::vector<RetrievedTrace>> RetrieveTraces(Session& session,
                                                   const std::vector<std::string>& ids,
                                                   Time until) {
  std::map<std::string, RetrievedTrace> traces;
  for (std::size_t begin = 0; begin < ids.size(); begin += kIdsPerJob) {
    const auto first = ids.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto count = static_cast<std::ptrdiff_t>(std::min(kIdsPerJob, ids.size() - begin));
    IATK_CHECK(RunJob(session, std::vector<std::string>(first, first + count), until, &traces));
  }
  std::vector<RetrievedTrace> found;
  for (auto& [id, trace] : traces) found.push_back(std::move(trace));
  return found;
}

}  // namespace iatk::kit

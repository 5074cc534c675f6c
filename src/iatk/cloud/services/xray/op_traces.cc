// Segment documents in, whole traces out.
#include "iatk/cloud/services/xray/service.h"
#include "iatk/trace/header.h"

namespace iatk::cloud {

namespace m = model::xray;

namespace {

constexpr std::size_t kMaxTraceIds = 5;  // API reference, BatchGetTraces

}  // namespace

Result<m::PutTraceSegmentsResult> XRay::PutTraceSegments(RequestContext& context,
                                                         const m::PutTraceSegmentsRequest& input) {
  m::PutTraceSegmentsResult output;
  auto& unprocessed = output.unprocessed_trace_segments.emplace();
  TraceStore& traces = traces_.For(context.account, context.region);
  for (const std::string& text : *input.trace_segment_documents) {
    Result<trace::Document> document = trace::ReadDocument(std::string_view(text));
    if (document) {
      traces.Add(std::move(*document), context.Now());
      continue;
    }
    m::UnprocessedTraceSegment& failed = unprocessed.emplace_back();
    failed.error_code = document.error().code;
    failed.message = document.error().message;
  }
  return output;
}

Result<m::BatchGetTracesResult> XRay::BatchGetTraces(RequestContext& context,
                                                     const m::BatchGetTracesRequest& input) {
  if (input.trace_ids->size() > kMaxTraceIds) {
    return Fail(SenderError("InvalidRequestException", "Too many trace IDs requested. Max is 5."));
  }
  for (const std::string& id : *input.trace_ids) {
    if (!trace::IsTraceId(id)) {
      return Fail(SenderError("InvalidRequestException", "Invalid trace ID: " + id));
    }
  }
  m::BatchGetTracesResult output;
  output.traces.emplace();
  output.unprocessed_trace_ids.emplace();
  const TraceStore& traces = traces_.For(context.account, context.region);
  for (const std::string& id : *input.trace_ids) {
    const TraceStore::Trace* const found = traces.Find(id);
    if (found == nullptr) continue;
    const AssembledTrace assembled = AssembleTrace(*found);
    m::Trace& trace = output.traces->emplace_back();
    trace.id = id;
    trace.duration = assembled.duration;
    trace.limit_exceeded = found->limit_exceeded;
    auto& segments = trace.segments.emplace();
    for (const trace::Document& document : assembled.segments) {
      m::Segment& segment = segments.emplace_back();
      segment.id = document.id;
      segment.document = document.json.Text();
    }
  }
  return output;
}

}  // namespace iatk::cloud

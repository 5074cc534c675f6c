#include "iatk/cloud/services/xray/trace_store.h"

#include <algorithm>
#include <utility>

namespace iatk::cloud {

void TraceStore::Add(trace::Document document, Time now) {
  const auto [it, is_new] = traces_.try_emplace(std::string(document.trace_id));
  Trace& trace = it->second;
  if (is_new) {
    trace.id = document.trace_id;
    trace.first_seen = now;
    order_.emplace_back(document.trace_id);
    if (order_.size() > kMaxTraces) {
      traces_.erase(order_.front());
      order_.pop_front();
    }
  }
  const std::size_t size = document.json.TextSize();
  if (trace.bytes + size > kMaxTraceBytes) {
    trace.limit_exceeded = true;
    return;
  }
  trace.bytes += size;
  trace.documents.push_back(std::move(document));
}

const TraceStore::Trace* TraceStore::Find(std::string_view id) const {
  const auto it = traces_.find(std::string(id));
  return it == traces_.end() ? nullptr : &it->second;
}

std::vector<const TraceStore::Trace*> TraceStore::All() const {
  std::vector<const Trace*> all;
  for (const std::string& id : order_) all.push_back(&traces_.at(id));
  return all;
}

AssembledTrace AssembleTrace(const TraceStore::Trace& trace) {
  AssembledTrace assembled;
  assembled.segments = trace::Assemble(trace.documents);
  trace::AddInferredSegments(&assembled.segments);
  if (assembled.segments.empty()) return assembled;
  assembled.start = assembled.segments.front().start_time;
  double end = assembled.start;
  for (const trace::Document& segment : assembled.segments) {
    end = std::max(end, segment.end_time.value_or(segment.start_time));
    assembled.is_partial = assembled.is_partial || segment.in_progress();
  }
  assembled.duration = end - assembled.start;
  return assembled;
}

}  // namespace iatk::cloud

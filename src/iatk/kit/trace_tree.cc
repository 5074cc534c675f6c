#include "iatk/kit/trace_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "iatk/model/xray/operations.h"
#include "iatk/trace/header.h"

namespace iatk::kit {

namespace xray = model::xray;

namespace {

constexpr std::size_t kIdsPerCall = 5;  // API reference, BatchGetTraces
constexpr int kMaxRounds = 5;
constexpr std::size_t kMaxLinkedTraces = 500;

Result<trace::Trace> Read(const xray::Trace& from) {
  trace::Trace trace;
  trace.id = from.id.value_or("");
  trace.duration = from.duration.value_or(0);
  trace.limit_exceeded = from.limit_exceeded.value_or(false);
  for (const xray::Segment& segment : from.segments.value_or(std::vector<xray::Segment>())) {
    IATK_TRY(trace::Document document,
             trace::ReadDocument(std::string_view(segment.document.value_or(""))));
    trace.segments.push_back(std::move(document));
  }
  return trace;
}

// The traces that X-Ray has of `ids`; a trace's segments may come in several pages.
Result<std::map<std::string, trace::Trace>> Fetch(Session& session,
                                                  const std::vector<std::string>& ids) {
  std::map<std::string, trace::Trace> traces;
  for (std::size_t begin = 0; begin < ids.size(); begin += kIdsPerCall) {
    xray::BatchGetTracesRequest input;
    const auto first = ids.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto count = static_cast<std::ptrdiff_t>(std::min(kIdsPerCall, ids.size() - begin));
    input.trace_ids = std::vector<std::string>(first, first + count);
    do {
      IATK_TRY(const xray::BatchGetTracesResult output,
               session.Call<xray::op::BatchGetTraces>(input));
      for (const xray::Trace& one : output.traces.value_or(std::vector<xray::Trace>())) {
        IATK_TRY(trace::Trace trace, Read(one));
        trace::Trace& known = traces[trace.id];
        std::move(trace.segments.begin(), trace.segments.end(), std::back_inserter(known.segments));
        known.id = trace.id;
        known.duration = std::max(known.duration, trace.duration);
        known.limit_exceeded = known.limit_exceeded || trace.limit_exceeded;
      }
      input.next_token = output.next_token;
    } while (input.next_token && !input.next_token->empty());
  }
  return traces;
}

void FindLinks(const json::Value& json, std::vector<std::string>* out) {
  if (const json::Value* links = json.Find("links"); links != nullptr && links->AsArray()) {
    for (const json::Value& link : *links->AsArray()) {
      const json::Value* const attributes = link.Find("attributes");
      const std::string* const trace_id = link.FindString("trace_id");
      if (attributes == nullptr || trace_id == nullptr) continue;
      const std::string* const type = attributes->FindString("aws.xray.reserved.reference_type");
      if (type != nullptr && *type == "child") out->push_back(*trace_id);
    }
  }
  const json::Value* const subsegments = json.Find("subsegments");
  if (subsegments == nullptr || subsegments->AsArray() == nullptr) return;
  for (const json::Value& subsegment : *subsegments->AsArray()) FindLinks(subsegment, out);
}

// Puts the root of a linked trace behind the segment that links to it.
void Adopt(std::vector<trace::Document> linked, const std::string& parent_id,
           std::vector<trace::Document>* segments) {
  std::ranges::stable_sort(linked, {}, &trace::Document::start_time);
  if (linked.empty()) return;
  linked.front().parent_id = parent_id;
  std::ranges::move(linked, std::back_inserter(*segments));
}

// Rounds of linked traces, each of all that the one before links to.
Result<std::vector<trace::Document>> WithLinked(Session& session,
                                                std::vector<trace::Document> segments) {
  std::set<std::string> fetched;
  std::size_t looked_at = 0;
  for (int round = 0; round < kMaxRounds; ++round) {
    std::vector<std::string> wanted;
    std::map<std::string, std::string> linked_from;
    for (; looked_at < segments.size(); ++looked_at) {
      std::vector<std::string> links;
      FindLinks(segments[looked_at].json, &links);
      for (const std::string& id : links) {
        if (!trace::IsTraceId(id) || fetched.size() >= kMaxLinkedTraces) continue;
        if (!fetched.insert(id).second) continue;
        wanted.push_back(id);
        linked_from.emplace(id, segments[looked_at].id);
      }
    }
    if (wanted.empty()) break;
    IATK_TRY(auto traces, Fetch(session, wanted));
    for (auto& [id, trace] : traces) {
      Adopt(std::move(trace.segments), linked_from[id], &segments);
    }
  }
  return segments;
}

}  // namespace

Result<TraceTree> GetTraceTree(Session& session, std::string_view tracing_header,
                               bool fetch_linked) {
  const auto header = trace::ParseTraceHeader(tracing_header);
  if (!header) {
    return Fail(SenderError(
        "InvalidHeader", fmt::format("no trace id in the tracing header \"{}\"", tracing_header)));
  }
  const auto failed = [&](const Error& error) {
    return Wrap(fmt::format("failed to fetch trace {} with error", header->root), error);
  };
  IATK_TRY(auto traces, Fetch(session, {header->root}).map_error(failed));
  const auto found = traces.find(header->root);
  if (found == traces.end()) {
    return Fail(failed(SenderError("TraceNotFound", "trace not found")));
  }
  TraceTree result;
  result.source = std::move(found->second);
  std::vector<trace::Document> segments = result.source.segments;
  if (fetch_linked) {
    IATK_TRY(segments, WithLinked(session, std::move(segments)).map_error(failed));
  }
  IATK_TRY(result.tree, trace::BuildTree(std::move(segments)).map_error([&](const Error& error) {
    return Wrap(fmt::format("failed to build trace tree {} with error", header->root), error);
  }));
  return result;
}

}  // namespace iatk::kit

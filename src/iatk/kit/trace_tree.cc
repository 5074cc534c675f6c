#include "iatk/kit/trace_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "iatk/kit/trace_fetch.h"

namespace iatk::kit {
namespace {

// For what takes time although a trace is only looked at once: see GatherTrace.
constexpr std::chrono::seconds kPatience{20};

bool IsPastLimit(const trace::FollowedLink& link) {
  return link.state == trace::FollowedLink::State::kTooDeep ||
         link.state == trace::FollowedLink::State::kTooMany;
}

}  // namespace

Result<trace::TraceHeader> ReadHeaderOrId(std::string_view text) {
  if (trace::IsTraceId(text)) return trace::TraceHeader{std::string(text), "", std::nullopt, ""};
  auto header = trace::ParseTraceHeader(text);
  if (header) return *std::move(header);
  return Fail(
      SenderError("InvalidHeader", fmt::format("no trace id in the tracing header \"{}\"", text)));
}

Result<TraceTree> GetTraceTree(Session& session, std::string_view tracing_header,
                               bool fetch_linked) {
  IATK_TRY(const trace::TraceHeader header, ReadHeaderOrId(tracing_header));
  const auto failed = [&](const Error& error) {
    return Wrap(fmt::format("failed to fetch trace {} with error", header.root), error);
  };
  IATK_TRY(GatheredTrace gathered,
           GatherTrace(session, header.root, fetch_linked, session.clock().Now() + kPatience)
               .map_error(failed));
  if (gathered.source.id.empty()) {
    return Fail(failed(SenderError("TraceNotFound", "trace not found")));
  }
  if (!gathered.unreadable.empty()) {
    return Fail(failed(SenderError("UnreadableDocument", gathered.unreadable.front())));
  }
  TraceTree result;
  result.source = std::move(gathered.source);
  result.source_places = std::move(gathered.source_places);
  result.linked_trace_limit_exceeded = std::ranges::any_of(gathered.links, IsPastLimit);
  IATK_TRY(result.tree,
           trace::BuildTree(std::move(gathered.documents), header.root)
               .map_error([&](const Error& error) {
                 return Wrap(fmt::format("failed to build trace tree {} with error", header.root),
                             error);
               }));
  return result;
}

Result<TraceLook> LookAtTrace(Session& session, const trace::TraceHeader& header, bool linked,
                              Time until) {
  IATK_TRY(GatheredTrace gathered, GatherTrace(session, header.root, linked, until));
  TraceLook look;
  look.last_error = std::move(gathered.last_error);
  trace::View& view = look.view;
  view.trace_id = header.root;
  view.caller = header.parent;
  view.found = !gathered.source.id.empty();
  view.duration = gathered.source.duration;
  view.limit_exceeded = gathered.source.limit_exceeded;
  view.links = std::move(gathered.links);
  view.unreadable = std::move(gathered.unreadable);
  view.forest = trace::BuildForest(std::move(gathered.documents), view.caller);
  return look;
}

}  // namespace iatk::kit

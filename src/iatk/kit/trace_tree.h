// Traces as trees, from X-Ray.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/kit/session.h"
#include "iatk/trace/header.h"
#include "iatk/trace/tree.h"
#include "iatk/trace/view.h"

namespace iatk::kit {

struct TraceTree {
  trace::Trace source;  ///< without its segments
  trace::Tree tree;     ///< of the source's segments and, where asked for, of linked traces
  std::vector<std::size_t> source_places;    ///< of the source's segments in the tree, as they came
  bool linked_trace_limit_exceeded = false;  ///< there are more linked traces than were fetched
};

/// The trace whose id `tracing_header` carries ("Root=1-…;Sampled=1"), all of it or none. With
/// `fetch_linked`, traces that segments link to as children stand behind these segments, see
/// GatherTrace. Fails with "trace not found" while X-Ray does not have it, and with "found a
/// segment … with no parent" while a part of it is missing.
Result<TraceTree> GetTraceTree(Session& session, std::string_view tracing_header,
                               bool fetch_linked);

/// A trace as far as it has come, and what went wrong with looking.
struct TraceLook {
  trace::View view;
  std::string last_error;  ///< of a service that could not tell all; empty if all could
};

/// Looks once; a trace that is not there is a view that has not been found. What takes time ends at
/// `until`. Fails where X-Ray can't be asked.
Result<TraceLook> LookAtTrace(Session& session, const trace::TraceHeader& header, bool linked,
                              Time until);

/// Reads a tracing header, or a trace id alone. Fails with code "InvalidHeader".
Result<trace::TraceHeader> ReadHeaderOrId(std::string_view text);

}  // namespace iatk::kit

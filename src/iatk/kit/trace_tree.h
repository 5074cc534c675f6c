// Traces as trees, from X-Ray.
#pragma once

#include <string>
#include <string_view>

#include "iatk/base/result.h"
#include "iatk/kit/session.h"
#include "iatk/trace/tree.h"

namespace iatk::kit {

struct TraceTree {
  trace::Trace source;
  trace::Tree tree;  ///< of the source's segments and, where asked for, of linked traces
};

/// The trace whose id `tracing_header` carries ("Root=1-…;Sampled=1"). With `fetch_linked`, traces
/// that segments link to as children stand behind these segments, five rounds deep. Fails with
/// "trace not found" while X-Ray does not have it, and with "found a segment … with no parent"
/// while a part of it is missing.
Result<TraceTree> GetTraceTree(Session& session, std::string_view tracing_header,
                               bool fetch_linked);

}  // namespace iatk::kit

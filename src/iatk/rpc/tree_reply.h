// The output of get_trace_tree: as JSON, and packed for a front end in the same process.
#pragma once

#include <string>
#include <string_view>

#include "iatk/json/value.h"
#include "iatk/kit/trace_tree.h"
#include "iatk/rpc/packed.h"

namespace iatk::rpc {

/// {"root", "paths", "source_trace": {"id", "duration", "limit_exceeded", "segments"},
/// "linked_trace_limit_exceeded", "paths_cut"}; the last only where it is true. Each path has the
/// documents of its segments, so a document stands there as often as it is on a path.
json::Value ToJson(const kit::TraceTree& found);

/// The same without "root", "paths" and the segments.
json::Value HeadOf(const kit::TraceTree& found);

/// A reply as include/iatk/iatk.h describes it: each document once, where it came. `head` is the
/// reply with the output that HeadOf gives, as JSON text.
Packed Pack(const kit::TraceTree& found, std::string_view head);

}  // namespace iatk::rpc

// Traces from X-Ray, wherever it keeps them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/kit/session.h"
#include "iatk/trace/tree.h"
#include "iatk/trace/view.h"

namespace iatk::kit {

struct FetchedTraces {
  std::map<std::string, trace::Trace> traces;  ///< by id; of those that are there
  std::vector<std::string> unreadable;         ///< why a document could not be read, one line each
  std::string last_error;  ///< why Transaction Search could not tell; empty if it could, or is none
};

/// The traces that X-Ray has of `ids`, five ids a call, several calls at a time. Ids that X-Ray
/// left unprocessed are asked for again, a few times, with growing pauses. Those that it does not
/// find are looked for where Transaction Search keeps traces; that takes seconds, and ends at
/// `until`. Fails where X-Ray can't be asked.
Result<FetchedTraces> FetchTraces(Session& session, const std::vector<std::string>& ids,
                                  Time until);

/// A trace and those that its segments link to as children.
struct GatheredTrace {
  trace::Trace source;  ///< without its segments; without an id if it is not there
  std::vector<std::size_t> source_places;  ///< of its segments in `documents`, as they came
  /// All segments; the first of a linked trace have, as their parent_id, the part that links to it.
  std::vector<trace::Document> documents;
  std::vector<trace::FollowedLink> links;
  std::vector<std::string> unreadable;
  std::string last_error;
};

/// With `linked`, follows links of segments and of subsegments, at any depth in them, up to five
/// links after one another; a trace that is linked to several times stands behind the first link.
Result<GatheredTrace> GatherTrace(Session& session, const std::string& trace_id, bool linked,
                                  Time until);

}  // namespace iatk::kit

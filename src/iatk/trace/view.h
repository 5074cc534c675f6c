// A trace as it was seen at a moment: its trees, what linked traces they go on in, and whether
// anything is missing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/json/value.h"
#include "iatk/trace/forest.h"

namespace iatk::trace {

/// A link to a trace that goes on from a segment or subsegment.
struct FollowedLink {
  enum class State {
    kFollowed,  ///< its segments stand behind `from`
    kAgain,     ///< they stand behind another link already, or the link leads back
    kMissing,   ///< the trace is not there (yet)
    kTooDeep,   ///< past the bound of links after links
    kTooMany,   ///< past the bound of linked traces
    kInvalid,   ///< its trace id is none
  };
  std::string from;  ///< the id of the part
  std::string trace_id;
  State state = State::kFollowed;
};
std::string_view NameOf(FollowedLink::State state);  ///< "followed", "again", "missing", …

struct View {
  std::string trace_id;
  std::string caller;   ///< the header's Parent; empty if it had none
  bool found = false;   ///< whether X-Ray has anything of the trace
  double duration = 0;  ///< as X-Ray tells it, in seconds
  bool limit_exceeded = false;
  Forest forest;  ///< of linked traces too
  std::vector<FollowedLink> links;
  std::vector<std::string> unreadable;  ///< why a document could not be read, one line each
};

/// Whether a trace is all there.
struct Judgement {
  bool complete = false;
  std::vector<std::string> missing;  ///< of the hops that were asked for
  std::vector<std::string> reasons;  ///< why it is not complete, one line each
};

/// Complete is a trace of which all `hops` are there (each a name, an origin or a path, select.h),
/// nothing is in progress, no parent and no linked trace is missing, and every document could be
/// read. Fails for a hop that is no path.
Result<Judgement> Judge(const View& view, const std::vector<std::string>& hops);

/// Equal for two looks at a trace between which nothing changed.
std::uint64_t Fingerprint(const View& view);

/// {"TraceId", "Caller", "Found", "Duration", "LimitExceeded", "Segments": [{"Document",
/// "ParentId"}], "Roots": [id], "Orphans": [{"Id", "Name", "ParentId", "Reason"}], "Pending":
/// [{"Id", "Name", "SegmentId", "IsSegment"}], "Links": [{"From", "TraceId", "State"}],
/// "Unreadable": [text], "Complete", "Missing": [hop], "Reasons": [line]}. A segment's ParentId is
/// the part it stands behind in the tree: of a linked trace, the one with the link.
json::Value ToJson(const View& view, const Judgement& judgement);

/// Reads back what ToJson gave. Fails with code "InvalidTrace".
Result<View> ReadView(const json::Value& json);

/// {"Id", "Name", "Origin", "StartTime", "Duration", "SegmentId", "IsSegment", "InProgress",
/// "Document"}; the time in seconds since the epoch, the duration in seconds.
json::Value ToJson(const Forest& forest, const Part& part);

/// The trace in text: what is missing, and the trees.
std::string ToText(const View& view, const Judgement& judgement);

}  // namespace iatk::trace

// Traces as far as they have come, and what a test can check of them.
//
//   auto trace = kit.Trace(published.trace_header).value();
//   trace.WaitUntilComplete({"orders > Events > worker"}, 30s).value();
//   trace.CheckNoErrors().value();
//   trace.CheckDuration({.at_most = 2s}, {.name = "worker"}).value();
//
// A check that does not hold fails with Error::not_met() and a message that shows the tree.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "iatk/export.h"
#include "iatk/json.h"
#include "iatk/result.h"
#include "iatk/time.h"

namespace iatk::v0 {

/// Segments and subsegments of which all is true that is given.
struct TraceSelector {
  std::string name = {};
  std::string origin = {};      ///< "AWS::Lambda::Function"; subsegments have none
  std::string annotation = {};  ///< the key of an annotation that it has
  std::optional<json::Value> annotation_value = std::nullopt;  ///< nullopt: any
  /// "A > B > C": a C behind a B behind an A. A step is a name or an origin, "*" is any;
  /// subsegments on the way may be left out.
  std::string path = {};
};

/// A segment or a subsegment.
struct TracePart {
  std::string id;
  std::string name;
  std::string origin;  ///< empty for subsegments, and where it is not known
  Time start_time;
  Seconds duration{0};  ///< 0 while it is in progress
  bool in_progress = false;
  bool is_segment = false;  ///< and no subsegment
  std::string segment_id;   ///< the segment that it is, or is in
  json::Value document;     ///< all of it: AWS X-Ray Developer Guide, "X-Ray segment documents"
};

/// A segment whose parent has not come.
struct TraceOrphan {
  std::string id;
  std::string name;
  std::string parent_id;
  std::string reason;  ///< in words
};

/// How long something should take, in seconds; at least one of the two is needed.
struct DurationLimits {
  std::optional<Seconds> at_most = std::nullopt;
  std::optional<Seconds> at_least = std::nullopt;
};

/// A trace as it was at the last look. Copies are the same view: a look through one is seen by all.
/// Not thread-safe.
class IATK_EXPORT TraceView {
 public:
  const std::string& id() const;
  bool found() const;     ///< whether anything of it was there
  bool complete() const;  ///< nothing is missing or in progress, and all hops waited for are there
  std::vector<std::string> missing() const;  ///< the hops that were waited for and are not there
  std::vector<std::string> reasons() const;  ///< why it is not complete, one line each
  std::vector<TracePart> segments() const;   ///< by start time
  std::vector<TracePart> roots() const;      ///< the segments that no other called
  std::vector<TraceOrphan> orphans() const;
  std::vector<TracePart> pending() const;  ///< what is in progress

  /// Looks again, without waiting.
  Result<void> Look();
  /// Waits until the trace is complete and does not change any more. `hops` have to be there:
  /// names, origins or paths. Without them, a trace is complete if nothing more comes within a
  /// second; what X-Ray does not know of yet is not missed. The last look is taken when the time is
  /// up.
  Result<void> WaitUntilComplete(const std::vector<std::string>& hops = {},
                                 std::chrono::milliseconds within = std::chrono::seconds(30));

  /// What is selected, callers before what they called. Fails for a path that is none.
  Result<std::vector<TracePart>> Select(const TraceSelector& selector) const;

  /// That something is as given; a path that is not there is shown beside the nearest.
  Result<std::vector<TracePart>> CheckPresent(const TraceSelector& selector) const;
  /// That nothing is as given.
  Result<void> CheckAbsent(const TraceSelector& selector) const;
  /// That these (names or origins) began in this order; others may come between.
  Result<std::vector<TracePart>> CheckOrder(const std::vector<std::string>& names) const;
  /// That nothing that is selected has one of the flags ("error", "fault", "throttle"); and that
  /// something is selected.
  Result<void> CheckNoErrors(const TraceSelector& selector = {},
                             const std::vector<std::string>& flags = {"error", "fault",
                                                                      "throttle"}) const;
  /// That something that is selected has one of the flags; returns all that has.
  Result<std::vector<TracePart>> CheckErrors(const TraceSelector& selector = {},
                                             const std::vector<std::string>& flags = {
                                                 "error", "fault", "throttle"}) const;
  /// That the whole trace takes so long.
  Result<void> CheckDuration(const DurationLimits& limits) const;
  /// That all that is selected takes so long.
  Result<void> CheckDuration(const DurationLimits& limits, const TraceSelector& selector) const;
  /// That the tree is as expected; see Diff.
  Result<void> CheckTree(const std::vector<std::string>& expected, bool subsegments = false) const;

  /// How the tree differs from an expected one, whatever the order of siblings: empty if it does
  /// not; else lines of both, with "-" before what is only expected and "+" before what is only
  /// there. `expected` is names, indented by two spaces a level, or paths ("A > B > C"), which are
  /// put together where they begin alike.
  Result<std::string> Diff(const std::vector<std::string>& expected,
                           bool subsegments = false) const;

  std::string Text() const;  ///< what is missing, and the trees on a time line
  std::string Html() const;  ///< the same as a web page that needs nothing beside itself

  struct Impl;

 private:
  friend class Kit;
  explicit TraceView(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

/// A whole trace as one tree.
struct TraceTree {
  struct Segment {
    std::string id;
    std::string name;
    std::string parent_id;  ///< empty if it names none
    std::string origin;     ///< empty if it is not known
    Time start_time;
    std::optional<Time> end_time;  ///< nullopt while it is in progress
    json::Value document;
    std::vector<std::size_t> children;  ///< by their place in `segments`
  };
  std::string trace_id;
  Seconds duration{0};
  std::vector<Segment> segments;                ///< by start time
  std::size_t root = 0;                         ///< its place in `segments`
  std::vector<std::vector<std::size_t>> paths;  ///< from the root to each leaf
  bool paths_cut = false;                       ///< there are more than are in `paths`
  bool linked_trace_limit_exceeded = false;     ///< there are more linked traces than were fetched
};

}  // namespace iatk::v0

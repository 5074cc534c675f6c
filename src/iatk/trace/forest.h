// A trace as far as it has come, as trees: the one builder of all that is made of segments.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "iatk/json/value.h"
#include "iatk/trace/document.h"
#include "iatk/trace/kinship.h"

namespace iatk::trace {

/// A segment, or a subsegment within one. What it refers to belongs to its forest.
struct Part {
  std::string_view id;
  std::string_view name;
  std::string_view origin;  ///< of segments; empty if there is none
  double start_time = 0;    ///< seconds since the epoch
  std::optional<double> end_time;
  const json::Value* json = nullptr;
  std::size_t segment = 0;     ///< that it is, or is in
  bool is_segment = false;     ///< and no subsegment
  std::size_t parent = kNone;  ///< a part
  std::size_t depth = 0;       ///< parts above it
  std::size_t end = 0;         ///< one past the last part behind it

  bool in_progress() const { return !end_time; }
  double duration() const { return end_time.value_or(start_time) - start_time; }  ///< seconds
  bool Flag(std::string_view name) const;  ///< "error", "fault", "throttle"
};

/// Segments by who called whom. Moves, and does not copy: parts refer to its documents.
struct Forest {
  Forest() = default;
  Forest(Forest&&) = default;
  Forest& operator=(Forest&&) = default;
  Forest(const Forest&) = delete;
  Forest& operator=(const Forest&) = delete;
  ~Forest() = default;

  /// In the order of StartsBefore, one of each id: of several documents the last that is complete.
  std::vector<Document> segments;
  /// Of each segment, the segments behind it or behind its subsegments, in that order too.
  std::vector<std::vector<std::size_t>> children;
  std::vector<std::size_t> roots;  ///< segments that name no parent
  std::vector<Orphan> orphans;     ///< by segment

  /// Depth first, siblings by start time and id: the trees of the roots, then those of the orphans.
  /// The children of part p are p + 1, the `end` of that one, and so on, below p's `end`.
  std::vector<Part> parts;
  std::vector<std::size_t> part_of;  ///< of each segment
  std::vector<std::size_t> pending;  ///< parts that are in progress
};

/// Total: whatever the documents say, each of them is in one tree. Takes time and space linear in
/// the documents, but for sorting. A segment whose parent is `caller` (the header's Parent: often a
/// test, which sends no segments) and has not come is a root.
Forest BuildForest(std::vector<Document> documents, std::string_view caller = {});

}  // namespace iatk::trace

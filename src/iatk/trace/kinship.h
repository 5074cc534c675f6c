// Who called whom among segments: what forests and trees are grown from.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/trace/document.h"

namespace iatk::trace {

inline constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// A segment that heads a tree of its own although it names a parent.
struct Orphan {
  enum class Reason {
    kParentMissing,  ///< the parent has not come (yet)
    kParentBehind,   ///< the parent is behind it: the documents form a ring
  };
  std::size_t segment = 0;
  Reason reason = Reason::kParentMissing;
  std::string parent_id;
};

/// Segments by their numbers: the places of their documents in `standing`.
struct Kinship {
  /// Places of documents, in the order of StartsBefore, one of each id: of several documents the
  /// last that is complete.
  std::vector<std::size_t> standing;
  /// Of each segment, its parent or kNone, and the part of it that it names: its place in the order
  /// of ForEachPart, 0 the segment itself.
  std::vector<std::size_t> parents;
  std::vector<std::size_t> parent_parts;
  /// Of each segment, the segments behind it or behind its subsegments, in order.
  std::vector<std::vector<std::size_t>> children;
  std::vector<std::size_t> roots;  ///< that name no parent
  std::vector<Orphan> orphans;     ///< in order
};

/// A segment's own id goes before a subsegment's that is the same; each ring of parents is cut at
/// its earliest segment. A segment whose parent is `caller` and has not come is a root.
Kinship Relate(const std::vector<Document>& documents, std::string_view caller = {});

}  // namespace iatk::trace

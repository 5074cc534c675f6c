// The tree of a trace as the original kit gives it: from one root, or not at all.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/json/value.h"
#include "iatk/trace/document.h"

namespace iatk::trace {

/// A trace as BatchGetTraces gives it.
struct Trace {
  std::string id;
  double duration = 0;  ///< seconds
  bool limit_exceeded = false;
  std::vector<Document> segments;
};

/// The segments of a trace by who called whom. Segments are named by the places of their documents.
struct Tree {
  std::vector<Document> documents;    ///< as they were given
  std::vector<std::size_t> segments;  ///< in the order of StartsBefore, one of each id
  /// Of each of `segments`, by their places there.
  std::vector<std::vector<std::size_t>> children;
  std::size_t root = 0;
  /// The segments on paths from the root, depth first, siblings in the order of StartsBefore; and
  /// how far below the root each is. One that none follows that is deeper ends a path.
  std::vector<std::size_t> walk;
  std::vector<std::size_t> depths;
  bool paths_cut = false;  ///< there are more paths than are in `walk`
};

/// All paths of a tree together may grow with the square of its segments, and each repeats whole
/// documents. They end at so many entries, and bytes of documents.
inline constexpr std::size_t kMostPathEntries = 200'000;
inline constexpr std::size_t kMostPathBytes = 128U * 1024U * 1024U;

/// The earliest segment (of the trace `source`, if it is not empty) is the root; a segment's parent
/// is the segment that has the id it names, or holds the subsegment that has it. Segments without a
/// parent beside the root are left out, as the original kit does. Fails with "found a segment <id>
/// with no parent" if a parent has not come (yet), and with "no trace segments found".
Result<Tree> BuildTree(std::vector<Document> documents, std::string_view source = {});

/// From the root to each leaf, depth first.
std::vector<std::vector<std::size_t>> PathsOf(const Tree& tree);

/// Each path as the documents of its segments.
json::Value PathsToJson(const Tree& tree);

}  // namespace iatk::trace

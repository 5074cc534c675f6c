// The names of a trace's segments as an outline, and how two outlines differ.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/trace/forest.h"

namespace iatk::trace {

struct OutlineLine {
  std::size_t depth = 0;
  std::string name;
  bool operator==(const OutlineLine&) const = default;
};
/// Depth first; a line is at most one deeper than the line before it.
using Outline = std::vector<OutlineLine>;

inline constexpr std::size_t kMostOutlineLines = 100'000;

/// Names of segments, with `subsegments` those of subsegments too. Orphans stand at depth 0, with
/// "(orphan)" behind their names.
Outline OutlineOf(const Forest& forest, bool subsegments);

/// Reads names that are indented by two spaces a level, and paths ("A > B > C"), which are put
/// together where they begin alike. Fails with code "InvalidOutline" for an indentation that skips
/// a level, for a path with an indentation, and past kMostOutlineLines.
Result<Outline> ReadOutline(const std::vector<std::string>& lines);

/// Empty if both are the same trees, whatever the order of siblings. Otherwise lines of both, with
/// "- " before what is only in `expected`, "+ " before what is only in `actual`; what is in both
/// and far from any difference is left out.
std::string Diff(const Outline& expected, const Outline& actual);

}  // namespace iatk::trace

// A forest laid out as rows on a time line, for whatever draws it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "iatk/trace/forest.h"

namespace iatk::trace {

struct Row {
  std::size_t part = 0;
  std::size_t depth = 0;    ///< rows above it
  bool last = false;        ///< of its siblings
  double begin = 0;         ///< 0 to 1: where its bar begins, and ends, on the time line
  double end = 0;           ///< not below `begin`
  double start_ms = 0;      ///< after the beginning of the time line
  double duration_ms = 0;   ///< 0 while it is in progress
  std::string heading;      ///< above the row: why the tree that begins with it is not in its place
  std::string state;        ///< "", or e.g. "fault: ValueError: no such order, in progress"
  bool is_failure = false;  ///< an error, a fault or a throttle
};

struct Waterfall {
  std::vector<Row> rows;
  std::size_t left_out = 0;  ///< rows past `most_rows`
  double total_ms = 0;       ///< the length of the time line
};

Waterfall LayOut(const Forest& forest, bool subsegments, std::size_t most_rows);

/// Why an orphan is not in its place.
std::string Describe(const Orphan& orphan);

/// `text` on one line, without control characters, cut at `most` bytes: names and messages come
/// from anywhere.
std::string OneLine(std::string_view text, std::size_t most);

}  // namespace iatk::trace

// The documents of an account's traces in a region.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "iatk/base/clock.h"
#include "iatk/trace/document.h"

namespace iatk::cloud {

/// Keeps the newest traces: X-Ray keeps 30 days of them, a test kit needs the last few.
class TraceStore {
 public:
  static constexpr std::size_t kMaxTraces = 10'000;
  static constexpr std::size_t kMaxTraceBytes =
      500U * 1024U;  // "Trace document size", X-Ray quotas

  void Add(trace::Document document, Time now);

  struct Trace {
    std::string id;
    Time first_seen;
    std::size_t bytes = 0;
    bool limit_exceeded = false;  ///< documents past kMaxTraceBytes were dropped
    std::vector<trace::Document> documents;
  };
  const Trace* Find(std::string_view id) const;
  /// All traces, oldest first.
  std::vector<const Trace*> All() const;

 private:
  std::unordered_map<std::string, Trace> traces_;
  std::deque<std::string> order_;
};

/// A trace put together: segments with the inferred ones, and what BatchGetTraces says of it.
struct AssembledTrace {
  std::vector<trace::Document> segments;
  double start = 0;         ///< of the earliest segment, seconds since the epoch
  double duration = 0;      ///< to the latest end, seconds
  bool is_partial = false;  ///< a segment is in progress
};
AssembledTrace AssembleTrace(const TraceStore::Trace& trace);

}  // namespace iatk::cloud

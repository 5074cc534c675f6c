// The X-Ray tracing header:
// "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1". AWS X-Ray Developer
// Guide, "X-Ray concepts", Tracing header.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "iatk/base/clock.h"
#include "iatk/base/ids.h"

namespace iatk::trace {

struct TraceHeader {
  std::string root;             ///< the trace id, "1-" eight hex digits "-" 24 hex digits
  std::string parent;           ///< the segment or subsegment that called; 16 hex digits, or empty
  std::optional<bool> sampled;  ///< nullopt: not decided ("?" or absent)
  /// Fields that are carried on as they came, e.g. "Lineage=a87bd80c:0|68fd508a:5".
  std::string rest;

  std::string ToString() const;
};

/// Fields in any order, names without case, white space around them ignored. nullopt if there is no
/// valid Root; an invalid Parent is dropped.
std::optional<TraceHeader> ParseTraceHeader(std::string_view text);

bool IsTraceId(std::string_view text);
bool IsSegmentId(std::string_view text);

std::string NewTraceId(const Clock& clock, IdSource& ids);
inline std::string NewSegmentId(IdSource& ids) { return ids.Hex(16); }

}  // namespace iatk::trace

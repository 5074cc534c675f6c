// Finding segments and subsegments in a trace.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/json/value.h"
#include "iatk/trace/forest.h"

namespace iatk::trace {

inline constexpr std::size_t kMostSteps = 64;

/// The steps of "A > B > C". A step is a name or an origin; "*" is any. Fails with code
/// "InvalidPath" for an empty step, and for more than kMostSteps.
Result<std::vector<std::string>> ReadPath(std::string_view text);
std::string ToText(const std::vector<std::string>& path);

/// What to find: parts of which all that is given is true.
struct Selector {
  std::string name;
  std::string origin;  ///< subsegments have none
  std::optional<std::string> annotation;
  std::optional<json::Value> annotation_value;  ///< without it, any
  /// The part is the last step, the part before it the one before, and so on. A step's part may be
  /// behind subsegments of the one before that the path does not name: "workflow > function".
  std::vector<std::string> path;
};

/// {"Name", "Origin", "Annotation", "AnnotationValue", "Path"}, all optional; Path is text. Fails
/// with code "InvalidSelector".
Result<Selector> ReadSelector(const json::Value& json);

/// 'name "a", annotation order = 1'; "anything" if nothing is given.
std::string ToText(const Selector& selector);

/// Parts, in the order of the forest's.
std::vector<std::size_t> Select(const Forest& forest, const Selector& selector);

/// How far a path is there.
struct PathProgress {
  std::vector<std::size_t> found;  ///< parts at the path's end
  std::size_t steps = 0;           ///< the most of its steps, from the first on, that are there
  std::size_t furthest = kNone;    ///< a part that stands for the last of these
};
PathProgress FollowPath(const Forest& forest, const std::vector<std::string>& path);

}  // namespace iatk::trace

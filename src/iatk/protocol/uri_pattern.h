// Request URIs of the REST protocols: "/{Bucket}/{Key+}?uploads".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace iatk::protocol {

struct UriPattern {
  struct Segment {
    std::string text;  ///< a literal, or a label's name
    bool label = false;
    bool greedy = false;  ///< takes '/' too
  };
  std::vector<Segment> segments;  ///< between the slashes; "/" has none
  /// The fixed query: names with values, or without ("uploads").
  std::vector<std::pair<std::string, std::optional<std::string>>> query;
};

UriPattern ParseUriPattern(std::string_view text);

/// The labels and their decoded values, or nullopt if `path` (still encoded) doesn't fit. A slash
/// at the end of a path makes no difference, but for a greedy label.
using Labels = std::vector<std::pair<std::string_view, std::string>>;
std::optional<Labels> MatchPath(const UriPattern& pattern, std::string_view path);

}  // namespace iatk::protocol

// Ranges and preconditions of requests. RFC 9110, "Conditional Requests" and "Range Requests";
// Amazon S3 API Reference, "GetObject".
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "iatk/base/clock.h"
#include "iatk/base/result.h"

namespace iatk::cloud {

struct ByteRange {
  std::size_t first = 0;
  std::size_t length = 0;
};

/// The part of `size` bytes that "bytes=0-4", "bytes=5-" or "bytes=-3" means; nullopt for the
/// whole: there is no range, or one that isn't understood. Fails with `InvalidRange`.
Result<std::optional<ByteRange>> ParseRange(const std::optional<std::string>& range,
                                            std::size_t size);

/// Whether `etag` is among "\"a\", b", or `list` is "*".
bool MatchesEtag(std::string_view list, std::string_view etag);

struct Conditions {
  std::optional<std::string> if_match;
  std::optional<std::string> if_none_match;
  std::optional<Time> if_modified_since;
  std::optional<Time> if_unmodified_since;
};

/// Fails with `PreconditionFailed`, or `NotModified` of a read.
/// `is_copy`: they are of a copy's source, where nothing is "not modified".
Result<void> CheckConditions(const Conditions& conditions, std::string_view etag,
                             Time last_modified, bool is_copy);

}  // namespace iatk::cloud

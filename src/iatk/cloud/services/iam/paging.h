// IAM's pages: Marker, MaxItems, IsTruncated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "iatk/base/digest.h"
#include "iatk/base/result.h"
#include "iatk/cloud/services/iam/errors.h"
#include "iatk/cloud/services/iam/limits.h"

namespace iatk::cloud {

/// Calls `add(key, value)` for the entries of `map` behind the request's marker, as many as its
/// page holds; `add` returns whether it took the entry. Sets the output's is_truncated and marker.
/// A marker names the last entry of its page, so that pages stay right when entries come and go.
template <class Map, class Input, class Output, class Add>
Result<void> Page(const Map& map, const Input& input, Output* output, Add add) {
  auto it = map.begin();
  if (input.marker) {
    const std::optional<std::string> last = Base64Decode(*input.marker);
    if (!last) return Fail(iam_errors::InvalidMarker());
    it = map.upper_bound(*last);
  }
  const std::size_t limit =
      input.max_items ? static_cast<std::size_t>(*input.max_items) : iam_limits::kDefaultMaxItems;
  output->is_truncated = false;
  std::size_t taken = 0;
  std::string last;
  for (; it != map.end(); ++it) {
    // There may be nothing behind this that the request wants; AWS too gives empty last pages.
    if (taken == limit) {
      output->is_truncated = true;
      output->marker = Base64Encode(last);
      return {};
    }
    if (add(it->first, it->second)) {
      ++taken;
      last = it->first;
    }
  }
  return {};
}

}  // namespace iatk::cloud

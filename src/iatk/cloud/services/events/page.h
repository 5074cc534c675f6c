// Pages of things in the order of their names; a token holds the last name of its page.
#pragma once

#include <optional>
#include <string>

#include "iatk/base/digest.h"
#include "iatk/base/result.h"
#include "iatk/cloud/services/events/errors.h"
#include "iatk/cloud/services/events/limits.h"

namespace iatk::cloud {

/// Calls `take(name, thing)` for the page behind `token`; a thing that it refuses (false) does not
/// count. The token of the next page, or nothing.
template <class Map, class Take>
Result<std::optional<std::string>> TakePage(const Map& things,
                                            const std::optional<std::string>& token,
                                            const std::optional<std::int32_t>& limit, Take take) {
  std::string after;
  if (token) {
    std::optional<std::string> decoded = Base64Decode(*token);
    if (!decoded) return Fail(events_errors::InvalidToken());
    after = *std::move(decoded);
  }
  const std::size_t most = limit ? static_cast<std::size_t>(*limit) : events_limits::kPageSize;
  std::size_t taken = 0;
  std::string last;
  for (auto it = after.empty() ? things.begin() : things.upper_bound(after); it != things.end();
       ++it) {
    if (taken == most) return std::optional(Base64Encode(last));
    if (take(it->first, it->second)) ++taken;
    last = it->first;
  }
  return std::optional<std::string>();
}

}  // namespace iatk::cloud

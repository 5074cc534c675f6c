// Pages of things in the order of their names; a token holds the last name of its page, so that
// pages stay right when things come and go.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "iatk/base/digest.h"
#include "iatk/base/result.h"

namespace iatk::cloud {

struct PageRequest {
  std::optional<std::string> token;   ///< of the page before; absent: the first page
  std::optional<std::int32_t> limit;  ///< absent: 100
  Error invalid_token;                ///< for a token that can't be read
};

/// Calls `take(name, thing)` for the page's things; one that it refuses (false) does not count. The
/// token of the next page, or nothing.
template <class Map, class Take>
Result<std::optional<std::string>> TakePage(const Map& things, PageRequest request, Take take) {
  std::string after;
  if (request.token && !request.token->empty()) {
    std::optional<std::string> decoded = Base64Decode(*request.token);
    if (!decoded) return Fail(std::move(request.invalid_token));
    after = *std::move(decoded);
  }
  const std::size_t most = request.limit ? static_cast<std::size_t>(*request.limit) : 100;
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

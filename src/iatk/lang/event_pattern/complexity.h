// How much work wildcards can make.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace iatk::event_pattern {

/// The most beginnings of the wildcard patterns that one value can fit at the same time: how many
/// places of them a matcher may stand at together. Values count with their quotes.
///   "*" is 2; "/Users/*/dir/dir/dir/dir/dir/doc.txt" is 7; the service takes both.
std::size_t WildcardComplexity(const std::vector<std::string>& wildcards);

/// From here on the service refuses a field's wildcards: it is known to take 9 and to refuse
/// "*:*:*:*:*:event-bus/*", which is 10 by this measure.
inline constexpr std::size_t kTooComplex = 10;

}  // namespace iatk::event_pattern

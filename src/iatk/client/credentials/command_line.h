// A command line as the words that a POSIX shell would make of it, without any expansion.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace iatk::client {

/// 'single' quotes take all as it is, "double" ones all but \" and \\, a backslash the next
/// character. nullopt for an unclosed quote or a backslash at the end.
std::optional<std::vector<std::string>> SplitCommandLine(std::string_view text);

}  // namespace iatk::client

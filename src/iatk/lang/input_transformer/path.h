// The paths of InputPath and InputPathsMap: "$.detail.items[0].name". Amazon EventBridge User
// Guide, "Amazon EventBridge input transformation": dot notation, brackets, array indexes.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/json/value.h"

namespace iatk::input_transformer {

/// Steps from the root: a member's name, or an element's place.
using Path = std::vector<std::variant<std::string, std::size_t>>;

/// Fails with "Invalid jsonPath <text>".
Result<Path> ReadPath(std::string_view text);

/// What the path leads to, or nullptr.
const json::Value* Follow(const Path& path, const json::Value& event);

}  // namespace iatk::input_transformer

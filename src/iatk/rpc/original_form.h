// A method's output with exactly the members that the original kit's core writes, in its order and
// with its forms of numbers.
#pragma once

#include <string_view>

#include "iatk/json/value.h"

namespace iatk::rpc {

/// Outputs of methods that the original kit does not have stay as they are.
json::Value InOriginalForm(std::string_view method, json::Value output);

}  // namespace iatk::rpc

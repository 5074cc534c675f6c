// The version of iatk, in one place for the program, the library and the user agent.
#pragma once

#include <string_view>

namespace iatk {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace iatk

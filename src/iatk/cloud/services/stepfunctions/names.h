// Names of state machines and executions.
#pragma once

#include <algorithm>
#include <string_view>

namespace iatk::cloud {

/// API reference, CreateStateMachine and StartExecution: no white space, brackets, wildcards,
/// special and control characters. (The model bounds the length.)
inline bool IsName(std::string_view name) {
  static constexpr std::string_view kForbidden = " <>{}[]?*\"#%\\^|~`$&,;:/";
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7F && kForbidden.find(c) == std::string_view::npos;
  });
}

}  // namespace iatk::cloud

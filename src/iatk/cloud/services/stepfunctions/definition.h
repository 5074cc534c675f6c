// Definitions of state machines, checked before one is made. Amazon States Language specification.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/json/value.h"

namespace iatk::cloud {

struct DefinitionProblem {
  std::string code;  ///< "SCHEMA_VALIDATION_FAILED", "MISSING_TRANSITION_TARGET", …
  std::string message;
  std::string location;  ///< "/States/Wait/Seconds"
};

/// All that is wrong with a definition; none if a machine can be made of it. What this cloud does
/// not run (JSONata, distributed maps, other resources) is a problem too, and is named.
std::vector<DefinitionProblem> CheckDefinition(std::string_view text);

/// The definition read. Fails with `InvalidDefinition` and all problems: "Invalid State Machine
/// Definition: 'CODE: message at /location, …'".
Result<json::Value> ReadDefinition(std::string_view text);

}  // namespace iatk::cloud

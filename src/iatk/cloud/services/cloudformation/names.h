// Checks of names and states that several operations share.
#pragma once

#include <string>

#include "iatk/base/result.h"
#include "iatk/cloud/services/cloudformation/stack.h"

namespace iatk::cloud::cfn {

/// A letter, then letters, digits and hyphens, 128 at most.
Result<void> CheckStackName(const std::string& name);
Result<void> CheckChangeSetName(const std::string& name);

/// Fails unless the stack is in a state from which AWS updates it.
Result<void> CheckUpdatable(const Stack& stack);

/// A resource keeps its type as long as it keeps its name.
Result<void> CheckTypesStay(const Stack& stack, const Plan& plan);

}  // namespace iatk::cloud::cfn

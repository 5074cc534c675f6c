// Deployed stacks: their outputs and resources.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/kit/session.h"

namespace iatk::kit {

/// All outputs of a stack, by name or ARN.
Result<std::map<std::string, std::string>> GetAllStackOutputs(Session& session,
                                                              const std::string& stack);

/// The values of the outputs `names` of a stack, by name or ARN; each name once. Fails if the stack
/// or one of the outputs is not there, and then says which.
Result<std::map<std::string, std::string>> GetStackOutputs(Session& session,
                                                           const std::string& stack,
                                                           const std::vector<std::string>& names);

/// The physical id of a stack's resource.
Result<std::string> GetPhysicalId(Session& session, const std::string& stack,
                                  const std::string& logical_id);

}  // namespace iatk::kit

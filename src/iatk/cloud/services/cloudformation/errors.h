// The service's own errors; those of templates are in template/errors.h.
#pragma once

#include <string>
#include <string_view>

#include "iatk/base/error.h"

namespace iatk::cloud::cfn::errors {

/// ValidationError "Stack with id <name> does not exist", of reading operations.
Error StackNotFound(std::string_view name);
/// ValidationError "Stack [<name>] does not exist", of changing operations.
Error NoSuchStack(std::string_view name);
Error StackExists(std::string_view name);
Error StackInState(std::string_view stack_id, std::string_view status);
Error ChangeSetNotFound(std::string_view name);
Error ChangeSetExists(std::string_view name);
/// "Requires capabilities : [CAPABILITY_IAM]".
Error InsufficientCapabilities(std::string_view capability);
Error NoUpdates();
/// ValidationError: "<what> is not supported".
Error NotSupported(std::string_view what);
Error InvalidToken();

}  // namespace iatk::cloud::cfn::errors

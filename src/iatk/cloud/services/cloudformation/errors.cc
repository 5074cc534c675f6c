#include "iatk/cloud/services/cloudformation/errors.h"

#include <fmt/format.h>

#include "iatk/cloud/services/cloudformation/template/errors.h"

namespace iatk::cloud::cfn::errors {

Error StackNotFound(std::string_view name) {
  return ValidationError(fmt::format("Stack with id {} does not exist", name));
}

Error NoSuchStack(std::string_view name) {
  return ValidationError(fmt::format("Stack [{}] does not exist", name));
}

Error StackExists(std::string_view name) {
  return SenderError("AlreadyExistsException", fmt::format("Stack [{}] already exists", name));
}

Error StackInState(std::string_view stack_id, std::string_view status) {
  return ValidationError(
      fmt::format("Stack:{} is in {} state and can not be updated.", stack_id, status));
}

Error ChangeSetNotFound(std::string_view name) {
  return SenderError("ChangeSetNotFound", fmt::format("ChangeSet [{}] does not exist", name), 404);
}

Error ChangeSetExists(std::string_view name) {
  return SenderError("AlreadyExistsException", fmt::format("ChangeSet {} already exists", name));
}

Error InsufficientCapabilities(std::string_view capability) {
  return SenderError("InsufficientCapabilitiesException",
                     fmt::format("Requires capabilities : [{}]", capability));
}

Error NoUpdates() { return ValidationError("No updates are to be performed."); }

Error NotSupported(std::string_view what) {
  return ValidationError(fmt::format("{} is not supported", what));
}

Error InvalidToken() { return ValidationError("Invalid NextToken"); }

}  // namespace iatk::cloud::cfn::errors

// AWS Step Functions' errors, with its texts.
#pragma once

#include <string>
#include <string_view>

#include "iatk/base/error.h"

namespace iatk::cloud::sfn_errors {

Error ExecutionAlreadyExists(std::string_view arn);
Error ExecutionDoesNotExist(std::string_view arn);
Error ExecutionLimitExceeded();
Error InvalidArn(std::string_view why);
Error InvalidDefinition(std::string text);
Error InvalidExecutionInput(std::string_view why);
Error InvalidName(std::string_view name);
Error InvalidOutput(std::string_view why);
Error InvalidToken();
Error MissingRequiredParameter();
Error ResourceNotFound(std::string_view arn);
Error StateMachineAlreadyExists(std::string_view arn);
Error StateMachineDeleting(std::string_view arn);
Error StateMachineDoesNotExist(std::string_view arn);
Error StateMachineTypeNotSupported();
Error TaskTimedOut();
Error TooManyTags(std::string_view arn);
/// What the local cloud has not; `what` names it: "CreateStateMachine with publish".
Error NotImplemented(std::string_view what);

}  // namespace iatk::cloud::sfn_errors

// Step Functions' errors, with its texts.
#pragma once

#include <string>
#include <string_view>

#include "iatk/base/error.h"

namespace iatk::cloud::states_errors {

Error StateMachineDoesNotExist(std::string_view arn);
Error StateMachineAlreadyExists(std::string_view arn);
Error ExecutionDoesNotExist(std::string_view arn);
Error ExecutionAlreadyExists(std::string_view arn);
Error InvalidArn(std::string_view arn);
Error InvalidName(std::string_view name);
Error InvalidExecutionInput(std::string_view why);
Error InvalidOutput();
Error InvalidToken();
Error TaskDoesNotExist();
Error ResourceNotFound(std::string_view arn);
Error TooManyTags(std::string_view arn);
Error NotImplemented(std::string what);

}  // namespace iatk::cloud::states_errors

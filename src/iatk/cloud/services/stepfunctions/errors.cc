#include "iatk/cloud/services/stepfunctions/errors.h"

#include <fmt/format.h>

#include <utility>

namespace iatk::cloud::states_errors {

Error StateMachineDoesNotExist(std::string_view arn) {
  return SenderError("StateMachineDoesNotExist",
                     fmt::format("State Machine Does Not Exist: '{}'", arn));
}
Error StateMachineAlreadyExists(std::string_view arn) {
  return SenderError("StateMachineAlreadyExists",
                     fmt::format("State Machine Already Exists: '{}'", arn));
}
Error ExecutionDoesNotExist(std::string_view arn) {
  return SenderError("ExecutionDoesNotExist", fmt::format("Execution Does Not Exist: '{}'", arn));
}
Error ExecutionAlreadyExists(std::string_view arn) {
  return SenderError("ExecutionAlreadyExists", fmt::format("Execution Already Exists: '{}'", arn));
}
Error InvalidArn(std::string_view arn) {
  return SenderError("InvalidArn", fmt::format("Invalid Arn: '{}'", arn));
}
Error InvalidName(std::string_view name) {
  return SenderError("InvalidName", fmt::format("Invalid Name: '{}'", name));
}
Error InvalidExecutionInput(std::string_view why) {
  return SenderError("InvalidExecutionInput",
                     fmt::format("Invalid State Machine Execution Input: '{}'", why));
}
Error InvalidOutput() { return SenderError("InvalidOutput", "Invalid Output: 'not valid JSON'"); }
Error InvalidToken() { return SenderError("InvalidToken", "Invalid Token: 'Invalid token'"); }
Error TaskDoesNotExist() {
  return SenderError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
}
Error ResourceNotFound(std::string_view arn) {
  return SenderError("ResourceNotFound", fmt::format("Resource not found: '{}'", arn));
}
Error TooManyTags(std::string_view arn) {
  return SenderError("TooManyTags", fmt::format("Too many tags for resource '{}'", arn));
}
Error NotImplemented(std::string what) {
  Error error = ReceiverError("NotImplemented", std::move(what), 501);
  error.retryable = false;
  return error;
}

}  // namespace iatk::cloud::states_errors

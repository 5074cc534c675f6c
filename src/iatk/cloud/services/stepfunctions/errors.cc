#include "iatk/cloud/services/stepfunctions/errors.h"

#include <fmt/format.h>

namespace iatk::cloud::sfn_errors {

Error ExecutionAlreadyExists(std::string_view arn) {
  return SenderError("ExecutionAlreadyExists", fmt::format("Execution Already Exists: '{}'", arn));
}
Error ExecutionDoesNotExist(std::string_view arn) {
  return SenderError("ExecutionDoesNotExist", fmt::format("Execution Does Not Exist: '{}'", arn));
}
Error ExecutionLimitExceeded() {
  return SenderError("ExecutionLimitExceeded",
                     "The maximum number of running executions has been reached.");
}
Error InvalidArn(std::string_view why) {
  return SenderError("InvalidArn", fmt::format("Invalid Arn: '{}'", why));
}
Error InvalidDefinition(std::string text) {
  return SenderError("InvalidDefinition", std::move(text));
}
Error InvalidExecutionInput(std::string_view why) {
  return SenderError("InvalidExecutionInput",
                     fmt::format("Invalid State Machine Execution Input: '{}'", why));
}
Error InvalidName(std::string_view name) {
  return SenderError("InvalidName", fmt::format("Invalid Name: '{}'", name));
}
Error InvalidOutput(std::string_view why) {
  return SenderError("InvalidOutput", fmt::format("Invalid Output: '{}'", why));
}
Error InvalidToken() { return SenderError("InvalidToken", "Invalid Token: 'Invalid token'"); }
Error MissingRequiredParameter() {
  return SenderError("MissingRequiredParameter",
                     "Either the definition, the role ARN, the LoggingConfiguration, or the "
                     "TracingConfiguration must be specified");
}
Error ResourceNotFound(std::string_view arn) {
  Error error = SenderError("ResourceNotFound", fmt::format("Resource not found: '{}'", arn));
  error.details.emplace_back("resourceName", arn);
  return error;
}
Error StateMachineAlreadyExists(std::string_view arn) {
  return SenderError("StateMachineAlreadyExists",
                     fmt::format("State Machine Already Exists: '{}'", arn));
}
Error StateMachineDeleting(std::string_view arn) {
  return SenderError("StateMachineDeleting",
                     fmt::format("State Machine is being deleted: '{}'", arn));
}
Error StateMachineDoesNotExist(std::string_view arn) {
  return SenderError("StateMachineDoesNotExist",
                     fmt::format("State Machine Does Not Exist: '{}'", arn));
}
Error StateMachineTypeNotSupported() {
  return SenderError("StateMachineTypeNotSupported",
                     "This operation is not supported by this type of state machine");
}
Error TaskTimedOut() {
  return SenderError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
}
Error TooManyTags(std::string_view arn) {
  Error error = SenderError("TooManyTags", fmt::format("Too many tags on resource: '{}'", arn));
  error.details.emplace_back("resourceName", arn);
  return error;
}
Error NotImplemented(std::string_view what) {
  Error error = ReceiverError("NotImplemented", fmt::format("stepfunctions:{}", what), 501);
  error.retryable = false;
  return error;
}

}  // namespace iatk::cloud::sfn_errors

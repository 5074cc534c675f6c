#include "iatk/cloud/services/lambda/errors.h"

#include <fmt/format.h>

#include <utility>

namespace iatk::cloud::lambda_errors {
namespace {

Error UserError(std::string code, std::string message, int status) {
  Error error = SenderError(std::move(code), std::move(message), status);
  error.details = {{"Type", "User"}};
  return error;
}

Error NotFound(std::string message) {
  return UserError("ResourceNotFoundException", std::move(message), 404);
}

}  // namespace

Error FunctionNotFound(const std::string& arn) { return NotFound("Function not found: " + arn); }
Error AliasNotFound(const std::string& arn) { return NotFound("Cannot find alias arn: " + arn); }
Error NoPolicy() { return NotFound("The resource you requested does not exist."); }
Error StatementNotFound(const std::string& id) {
  return NotFound(fmt::format("Statement {} is not found in resource policy.", id));
}
Error Conflict(std::string message) {
  return UserError("ResourceConflictException", std::move(message), 409);
}
Error FunctionExists(const std::string& name) {
  return Conflict("Function already exist: " + name);
}
Error AliasExists(const std::string& arn) { return Conflict("Alias already exists: " + arn); }
Error StatementExists(const std::string& id) {
  return Conflict(fmt::format(
      "The statement id ({}) provided already exists. Please provide a new statement id, or remove "
      "the existing statement.",
      id));
}
Error InvalidParameter(std::string message) {
  return UserError("InvalidParameterValueException", std::move(message), 400);
}
Error NotSupported(const std::string& what) {
  return InvalidParameter(what + " is not supported by the local cloud.");
}
Error InvalidContent(std::string message) {
  return UserError("InvalidRequestContentException", std::move(message), 400);
}
Error PreconditionFailed() {
  return UserError("PreconditionFailedException",
                   "The Revision Id provided does not match the latest Revision Id. Call the "
                   "GetFunction/GetAlias API to retrieve the latest Revision Id",
                   412);
}
Error OtherRegion(const std::string& wanted, const std::string& here) {
  return NotFound(
      fmt::format("Functions from '{}' are not reachable in this region ('{}')", wanted, here));
}
Error AccessDenied(const std::string& caller, const std::string& arn) {
  return SenderError("AccessDeniedException",
                     fmt::format("User: {} is not authorized to perform: lambda:InvokeFunction on "
                                 "resource: {} because no resource-based policy allows the "
                                 "lambda:InvokeFunction action",
                                 caller, arn),
                     403);
}
Error PayloadTooLarge(std::size_t limit) {
  return UserError(
      "RequestTooLargeException",
      fmt::format("Request must be smaller than {} bytes for the InvokeFunction operation", limit),
      413);
}
Error EventTooLarge(std::size_t size, std::size_t limit) {
  return UserError(
      "RequestTooLargeException",
      fmt::format("{} byte payload is too large for the Event invocation type (limit {} bytes)",
                  size, limit),
      413);
}
Error Throttled(const std::string& reason) {
  Error error = UserError("TooManyRequestsException", "Rate Exceeded.", 429);
  error.details.emplace_back("Reason", reason);
  error.retryable = true;
  return error;
}

}  // namespace iatk::cloud::lambda_errors

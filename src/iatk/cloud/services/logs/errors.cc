#include "iatk/cloud/services/logs/errors.h"

#include <utility>

namespace iatk::cloud::logs_errors {

Error NoSuchGroup() {
  return SenderError("ResourceNotFoundException", "The specified log group does not exist.");
}
Error NoSuchStream() {
  return SenderError("ResourceNotFoundException", "The specified log stream does not exist.");
}
Error NoSuchResource(const std::string& arn) {
  return SenderError("ResourceNotFoundException", "The specified resource does not exist: " + arn);
}
Error GroupExists() {
  return SenderError("ResourceAlreadyExistsException", "The specified log group already exists");
}
Error StreamExists() {
  return SenderError("ResourceAlreadyExistsException", "The specified log stream already exists");
}
Error InvalidParameter(std::string message) {
  return SenderError("InvalidParameterException", std::move(message));
}
Error InvalidToken() { return InvalidParameter("The specified nextToken is invalid."); }
Error Protected() {
  return SenderError("ValidationException",
                     "The log group has deletion protection enabled and can't be deleted.");
}
Error TooManyTags(const std::string& resource) {
  Error error = SenderError("TooManyTagsException", "A resource can have up to 50 tags.");
  error.details = {{"resourceName", resource}};
  return error;
}

}  // namespace iatk::cloud::logs_errors

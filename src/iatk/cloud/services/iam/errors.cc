#include "iatk/cloud/services/iam/errors.h"

#include <fmt/format.h>

namespace iatk::cloud::iam_errors {
namespace {

Error NoSuchEntity(std::string message) {
  return SenderError("NoSuchEntity", std::move(message), 404);
}

Error EntityAlreadyExists(std::string message) {
  return SenderError("EntityAlreadyExists", std::move(message), 409);
}

Error DeleteConflict(std::string message) {
  return SenderError("DeleteConflict", std::move(message), 409);
}

}  // namespace

Error RoleNotFound(std::string_view name) {
  return NoSuchEntity(fmt::format("The role with name {} cannot be found.", name));
}

Error RolePolicyNotFound(std::string_view name) {
  return NoSuchEntity(fmt::format("The role policy with name {} cannot be found.", name));
}

Error UserNotFound(std::string_view name) {
  return NoSuchEntity(fmt::format("The user with name {} cannot be found.", name));
}

Error PolicyNotFound(std::string_view arn) {
  return NoSuchEntity(fmt::format("Policy {} was not found.", arn));
}

Error PolicyVersionNotFound(std::string_view arn, std::string_view version) {
  return NoSuchEntity(
      fmt::format("Policy {} version {} does not exist or is not attachable.", arn, version));
}

Error PolicyNotAttachable(std::string_view arn) {
  return NoSuchEntity(fmt::format("Policy {} does not exist or is not attachable.", arn));
}

Error RoleExists(std::string_view name) {
  return EntityAlreadyExists(fmt::format("Role with name {} already exists.", name));
}

Error PolicyExists(std::string_view name) {
  return EntityAlreadyExists(
      fmt::format("A policy called {} already exists. Duplicate names are not allowed.", name));
}

Error MustDetachPolicies() {
  return DeleteConflict("Cannot delete entity, must detach all policies first.");
}

Error MustDeletePolicies() {
  return DeleteConflict("Cannot delete entity, must delete policies first.");
}

Error PolicyAttached() { return DeleteConflict("Cannot delete a policy attached to entities."); }

Error MalformedPolicyDocument(std::string message) {
  return SenderError("MalformedPolicyDocument", std::move(message));
}

Error QuotaExceeded(std::string_view quota, std::size_t limit) {
  return SenderError("LimitExceeded", fmt::format("Cannot exceed quota for {}: {}", quota, limit),
                     409);
}

Error InlinePoliciesTooLarge(std::string_view role, std::size_t limit) {
  return SenderError(
      "LimitExceeded",
      fmt::format("Maximum policy size of {} bytes exceeded for role {}", limit, role), 409);
}

Error InvalidInput(std::string message) { return SenderError("InvalidInput", std::move(message)); }

Error InvalidMarker() { return SenderError("ValidationError", "Invalid Marker."); }

Error InvalidArn(std::string_view arn) {
  return SenderError("ValidationError", fmt::format("ARN {} is not valid.", arn));
}

Error AwsManagedPolicyUnknown(std::string_view operation) {
  Error error = ReceiverError("NotImplemented",
                              fmt::format("iam:{} of a policy that AWS manages", operation), 501);
  error.retryable = false;
  return error;
}

}  // namespace iatk::cloud::iam_errors

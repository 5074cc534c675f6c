#include "iatk/cloud/services/schemas/errors.h"

#include <fmt/format.h>

#include <utility>

namespace iatk::cloud::schemas_errors {
namespace {

Error NotFound(std::string message) {
  Error error = SenderError("NotFoundException", std::move(message), 404);
  error.details = {{"Code", "NotFound"}};
  return error;
}

}  // namespace

Error RegistryNotFound(std::string_view name) {
  return NotFound(fmt::format("Registry with name {} does not exist.", name));
}
Error SchemaNotFound(std::string_view name) {
  return NotFound(fmt::format("Schema with name {} does not exist.", name));
}
Error VersionNotFound(std::string_view schema, std::string_view version) {
  return NotFound(fmt::format("Schema {} with version {} does not exist.", schema, version));
}
Error ResourceNotFound(std::string_view arn) {
  return NotFound(fmt::format("Resource {} does not exist.", arn));
}
Error Conflict(std::string message) {
  Error error = SenderError("ConflictException", std::move(message), 409);
  error.details = {{"Code", "Conflict"}};
  return error;
}
Error BadRequest(std::string message) {
  Error error = SenderError("BadRequestException", std::move(message), 400);
  error.details = {{"Code", "BadRequest"}};
  return error;
}

}  // namespace iatk::cloud::schemas_errors

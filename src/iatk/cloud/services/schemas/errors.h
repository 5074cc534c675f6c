// The schema registry's errors, with its texts.
#pragma once

#include <string>
#include <string_view>

#include "iatk/base/error.h"

namespace iatk::cloud::schemas_errors {

Error RegistryNotFound(std::string_view name);
Error SchemaNotFound(std::string_view name);
Error VersionNotFound(std::string_view schema, std::string_view version);
Error ResourceNotFound(std::string_view arn);
Error Conflict(std::string message);
Error BadRequest(std::string message);

}  // namespace iatk::cloud::schemas_errors

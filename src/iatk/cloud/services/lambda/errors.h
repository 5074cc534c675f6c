// AWS Lambda's errors, with its texts.
#pragma once

#include <cstddef>
#include <string>

#include "iatk/base/error.h"

namespace iatk::cloud::lambda_errors {

Error FunctionNotFound(const std::string& arn);
Error AliasNotFound(const std::string& arn);
Error NoPolicy();
Error StatementNotFound(const std::string& id);
Error FunctionExists(const std::string& name);
Error AliasExists(const std::string& arn);
Error StatementExists(const std::string& id);
Error Conflict(std::string message);
Error InvalidParameter(std::string message);
Error NotSupported(const std::string& what);
Error InvalidContent(std::string message);
Error PreconditionFailed();
Error OtherRegion(const std::string& wanted, const std::string& here);
Error AccessDenied(const std::string& caller, const std::string& arn);
Error PayloadTooLarge(std::size_t limit);
Error EventTooLarge(std::size_t size, std::size_t limit);
Error Throttled(const std::string& reason);

}  // namespace iatk::cloud::lambda_errors

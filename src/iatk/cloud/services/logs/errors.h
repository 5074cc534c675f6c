// CloudWatch Logs' errors, with its texts.
#pragma once

#include <string>
#include <string_view>

#include "iatk/base/error.h"

namespace iatk::cloud::logs_errors {

Error NoSuchGroup();
Error NoSuchStream();
Error NoSuchResource(const std::string& arn);
Error GroupExists();
Error StreamExists();
Error InvalidParameter(std::string message);
Error InvalidToken();
Error Protected();
Error TooManyTags(const std::string& resource);

}  // namespace iatk::cloud::logs_errors

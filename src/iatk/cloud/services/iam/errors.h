// IAM's errors, with IAM's texts.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "iatk/base/error.h"

namespace iatk::cloud::iam_errors {

Error RoleNotFound(std::string_view name);
Error RolePolicyNotFound(std::string_view name);
Error UserNotFound(std::string_view name);
Error PolicyNotFound(std::string_view arn);
Error PolicyVersionNotFound(std::string_view arn, std::string_view version);
Error PolicyNotAttachable(std::string_view arn);
Error RoleExists(std::string_view name);
Error PolicyExists(std::string_view name);
Error MustDetachPolicies();
Error MustDeletePolicies();
Error PolicyAttached();
Error MalformedPolicyDocument(std::string message);
Error QuotaExceeded(std::string_view quota, std::size_t limit);
Error InlinePoliciesTooLarge(std::string_view role, std::size_t limit);
Error InvalidInput(std::string message);
Error InvalidMarker();
Error InvalidArn(std::string_view arn);
Error AwsManagedPolicyUnknown(std::string_view operation);

}  // namespace iatk::cloud::iam_errors

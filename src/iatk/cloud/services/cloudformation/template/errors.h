// AWS CloudFormation's errors, with its exact texts where they are known.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/error.h"

namespace iatk::cloud::cfn {

/// "ValidationError", 400.
Error ValidationError(std::string message);
/// ValidationError "Template format error: <what>".
Error TemplateFormatError(std::string_view what);
/// ValidationError "Template error: <what>".
Error TemplateError(std::string_view what);
/// TemplateFormatError: a condition is named that the block "Conditions" does not have.
Error UnresolvedCondition(std::string_view condition, std::string_view block);

/// "[A, B]".
std::string Bracketed(const std::vector<std::string>& names);

}  // namespace iatk::cloud::cfn

#include "iatk/cloud/services/cloudformation/template/errors.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace iatk::cloud::cfn {

Error ValidationError(std::string message) {
  return SenderError("ValidationError", std::move(message));
}

Error TemplateFormatError(std::string_view what) {
  return ValidationError(fmt::format("Template format error: {}", what));
}

Error TemplateError(std::string_view what) {
  return ValidationError(fmt::format("Template error: {}", what));
}

std::string Bracketed(const std::vector<std::string>& names) {
  return fmt::format("[{}]", fmt::join(names, ", "));
}

}  // namespace iatk::cloud::cfn

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

Error UnresolvedCondition(std::string_view condition, std::string_view block) {
  return TemplateFormatError(fmt::format(
      "Unresolved condition dependency {} in the {} block of the template", condition, block));
}

std::string Bracketed(const std::vector<std::string>& names) {
  return fmt::format("[{}]", fmt::join(names, ", "));
}

}  // namespace iatk::cloud::cfn

#include "iatk/cloud/services/events/errors.h"

#include <fmt/format.h>

#include <utility>

namespace iatk::cloud::events_errors {

Error BusDoesNotExist(std::string_view bus) {
  return SenderError("ResourceNotFoundException", fmt::format("Event bus {} does not exist.", bus));
}
Error BusAlreadyExists(std::string_view bus) {
  return SenderError("ResourceAlreadyExistsException",
                     fmt::format("Event bus {} already exists.", bus));
}
Error RuleDoesNotExist(std::string_view rule, std::string_view bus) {
  return SenderError("ResourceNotFoundException",
                     fmt::format("Rule {} does not exist on EventBus {}.", rule, bus));
}
Error ResourceDoesNotExist(std::string_view arn) {
  return SenderError("ResourceNotFoundException", fmt::format("{} does not exist.", arn));
}
Error RuleHasTargets() {
  return SenderError("ValidationException", "Rule can't be deleted since it has targets.");
}
Error ValidationError(std::string message) {
  return SenderError("ValidationException", std::move(message));
}
Error LimitExceeded(std::string message) {
  return SenderError("LimitExceededException", std::move(message));
}
Error MayNotPutEvents(std::string_view caller, std::string_view bus) {
  return SenderError(
      "AccessDeniedException",
      fmt::format("User: {} is not authorized to perform: events:PutEvents on resource: {} because "
                  "no resource-based policy allows the events:PutEvents action",
                  caller, bus),
      400);
}
Error InvalidToken() { return SenderError("ValidationException", "Token is not valid."); }

}  // namespace iatk::cloud::events_errors

// EventBridge's errors, with its texts.
#pragma once

#include <string>
#include <string_view>

#include "iatk/base/error.h"

namespace iatk::cloud::events_errors {

Error BusDoesNotExist(std::string_view bus);
Error BusAlreadyExists(std::string_view bus);
Error RuleDoesNotExist(std::string_view rule, std::string_view bus);
Error ResourceDoesNotExist(std::string_view arn);
Error RuleHasTargets();
Error ValidationError(std::string message);
Error LimitExceeded(std::string message);
Error InvalidToken();
/// Another account may not put events on a bus.
Error MayNotPutEvents(std::string_view caller, std::string_view bus);

}  // namespace iatk::cloud::events_errors

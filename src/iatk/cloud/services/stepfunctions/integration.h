// Task states' resources, and the calls they stand for. AWS Step Functions Developer Guide,
// "Integrating services with Step Functions".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "iatk/cloud/dispatch/request_context.h"
#include "iatk/cloud/services/stepfunctions/outcome.h"
#include "iatk/json/value.h"

namespace iatk::cloud {

struct Integration {
  enum class Kind { kFunction, kLambda, kEvents, kSqs, kStates };
  Kind kind = Kind::kFunction;
  std::string resource_type;  ///< "lambda", "events", "sqs", "states"
  std::string resource;       ///< "putEvents.waitForTaskToken"; for kFunction, the function's ARN
  bool waits_for_token = false;
  /// The name that the called service has in a trace: "Events".
  std::string_view trace_name() const;
};

/// nullopt for a resource that is not supported.
std::optional<Integration> ReadIntegration(std::string_view resource);

/// Calls the service with a state's (filled) parameters; within a fiber. The outcome is what the
/// state gets as its result.
Outcome Call(RequestContext& context, const Integration& integration, const json::Value& parameters,
             const Execution& execution);

}  // namespace iatk::cloud

// The calls that tasks make: other services, reached through the operations of the cloud.
#pragma once

#include <optional>
#include <string>

#include "iatk/cloud/services/stepfunctions/asl/fault.h"
#include "iatk/cloud/services/stepfunctions/asl/integration.h"
#include "iatk/cloud/services/stepfunctions/execution.h"
#include "iatk/json/value.h"
#include "iatk/trace/header.h"

namespace iatk::cloud {

/// What X-Ray and the API call what an integration calls.
struct CallNames {
  std::string service;    ///< "Events"
  std::string operation;  ///< "PutEvents"
};
CallNames NamesOf(const asl::Integration& integration);

/// Calls the service of `integration` on behalf of `execution`, within a fiber, to the end of the
/// call. The output is what Step Functions makes of the answer. What fails gives AWS's error names
/// for it: "Lambda.ResourceNotFoundException", "EventBridge.FailedEntry", a function's own error
/// type.
asl::Outcome<json::Value> CallIntegration(const Execution& execution,
                                          const asl::Integration& integration,
                                          const json::Value& parameters,
                                          const std::optional<trace::TraceHeader>& trace);

}  // namespace iatk::cloud

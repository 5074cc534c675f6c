// Where a service is, by the rules that its model has for it: the same rule sets that the AWS SDKs
// resolve endpoints with.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "iatk/base/result.h"
#include "iatk/json/value.h"

namespace iatk::client {

/// What a rule set gives.
struct RuleEndpoint {
  std::string url;
  json::Value properties;  ///< "authSchemes" and the like; an object
};

/// Evaluates a rule set (botocore's endpoint-rule-set-1.json) for `parameters` ("Region": "…",
/// "UseFIPS": false, …); those that are absent have the rule set's defaults. `partitions` is
/// botocore's partitions.json. Fails with `InvalidEndpoint` and the rule set's own text where that
/// says so, and where no rule holds; with `EndpointRulesNotSupported` for a rule set that asks for
/// a function that is not here.
Result<RuleEndpoint> EvaluateEndpointRules(const json::Value& rule_set,
                                           const json::Value& partitions,
                                           const json::Object& parameters);

/// The texts of the above, from the botocore that the program was built with. The rule set of a
/// service by botocore's name for it; empty for a service that the kit does not call.
std::string_view EndpointRulesOf(std::string_view service);
std::string_view Partitions();

}  // namespace iatk::client

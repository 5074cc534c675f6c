// The rules of Choice states. AWS Step Functions Developer Guide, "Choice workflow state".
#pragma once

#include "iatk/cloud/services/stepfunctions/data_flow.h"
#include "iatk/cloud/services/stepfunctions/outcome.h"
#include "iatk/json/value.h"

namespace iatk::cloud {

/// The name of the state that a Choice state goes on with; States.NoChoiceMatched if none of its
/// rules holds and it has no Default.
Result<std::string> Choose(const json::Value& state, const Data& data);

/// Whether the name is one of a comparison: "StringEquals", "IsPresent", "NumericLessThanPath", ….
bool IsComparison(std::string_view name);

}  // namespace iatk::cloud

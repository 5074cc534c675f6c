// How data flows through a state: paths, and templates with paths in them. AWS Step Functions
// Developer Guide, "Processing input and output in Step Functions".
#pragma once

#include <string>
#include <string_view>

#include "iatk/base/ids.h"
#include "iatk/cloud/services/stepfunctions/outcome.h"
#include "iatk/json/value.h"

namespace iatk::cloud {

/// What paths read: "$" the state's data, "$$" the context object.
struct Data {
  const json::Value& value;
  const json::Value& context;
  IdSource& ids;
};

/// The value of a path or an intrinsic call; `field` is named where it can't be found.
Outcome ValueAt(std::string_view path, const Data& data, std::string_view field);

/// A template (Parameters, ResultSelector, ItemSelector): members whose names end in ".$" become
/// the value of their path or call.
Outcome FillTemplate(const json::Value& pattern, const Data& data);

/// InputPath and OutputPath of a state: absent is everything, null is {}.
Outcome SelectPath(const json::Value& state, std::string_view field, const Data& data);

/// ResultPath: absent replaces the input by the result, null drops the result.
Outcome PlaceResult(const json::Value& state, json::Value input, json::Value result);

}  // namespace iatk::cloud

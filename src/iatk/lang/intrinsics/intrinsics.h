// Step Functions' intrinsic functions: States.Format('Hello {}', $.name). AWS Step Functions
// Developer Guide, "Intrinsic functions for JSONPath states in Step Functions".
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "iatk/base/ids.h"
#include "iatk/base/result.h"
#include "iatk/json/value.h"

namespace iatk::intrinsics {

/// What a call reads beside its literals.
struct Scope {
  /// The value of a path ("$.a", "$$.Execution.Id"); its error is passed on.
  std::function<Result<json::Value>(std::string_view path)> path;
  IdSource& ids;  ///< for States.UUID and States.MathRandom
};

/// Whether `text` is a call: it begins with "States." and a name.
bool IsCall(std::string_view text);

/// Checks the form of a call: parentheses, literals, nesting (at most ten deep), known names. Fails
/// with code "InvalidIntrinsic".
Result<void> Check(std::string_view text);

/// The value of a call. Fails with code "States.IntrinsicFailure", or as a path failed.
Result<json::Value> Evaluate(std::string_view text, const Scope& scope);

}  // namespace iatk::intrinsics

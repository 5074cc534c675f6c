// What a state, a branch or a task came to.
#pragma once

#include <string>

#include "iatk/base/error.h"
#include "iatk/base/result.h"
#include "iatk/cloud/services/stepfunctions/execution.h"
#include "iatk/json/value.h"

namespace iatk::cloud {

/// An output, or an Error whose code is the state's error name and whose message is its cause. The
/// execution being stopped is kStopped, which nothing retries and nothing catches.
using Outcome = Result<json::Value>;

inline constexpr char kStopped[] = "iatk.Stopped";

inline Error StateError(std::string error, std::string cause) {
  return SenderError(std::move(error), std::move(cause));
}

}  // namespace iatk::cloud

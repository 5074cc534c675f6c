// The environment variables of a function's process. AWS Lambda Developer Guide, "Working with
// Lambda environment variables", Defined runtime environment variables.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "iatk/cloud/dispatch/request_context.h"
#include "iatk/cloud/runtime/function_spec.h"
#include "iatk/cloud/runtime/interpreters.h"

namespace iatk::cloud {

struct FunctionSurroundings {
  std::string runtime_folder;  ///< LAMBDA_RUNTIME_DIR
  std::string home_folder;     ///< the process's own: HOME, TMPDIR
  std::string api_address;     ///< AWS_LAMBDA_RUNTIME_API, "127.0.0.1:40123"
  std::string log_stream;
};

/// All of the environment. The credentials belong to the function's account, and AWS_ENDPOINT_URL
/// leads the SDKs to this cloud.
// differs from AWS: HOME and TMPDIR lead to a folder that goes with the process.
std::vector<std::pair<std::string, std::string>> FunctionEnvironment(
    const Environment& environment, const FunctionSpec& function, const Launch& launch,
    const FunctionSurroundings& surroundings);

/// Whether users can't set the variable: CreateFunction refuses it.
bool IsReservedVariable(std::string_view name);

}  // namespace iatk::cloud

#include "iatk/cloud/runtime/function_environment.h"

#include <algorithm>
#include <array>
#include <map>

namespace iatk::cloud {
namespace {

// "Reserved environment variables".
constexpr std::array<std::string_view, 18> kReserved = {
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
};

}  // namespace

bool IsReservedVariable(std::string_view name) {
  return std::ranges::find(kReserved, name) != kReserved.end();
}

std::vector<std::pair<std::string, std::string>> FunctionEnvironment(
    const Environment& environment, const FunctionSpec& function, const Launch& launch,
    const FunctionSurroundings& surroundings) {
  std::map<std::string, std::string> variables = {
      {"LANG", "en_US.UTF-8"},
      {"TZ", ":UTC"},
      {"PATH", "/usr/local/bin:/usr/bin/:/bin:/opt/bin"},
      {"HOME", surroundings.home_folder},
      {"TMPDIR", surroundings.home_folder},
      {"AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"},
      {"AWS_ENDPOINT_URL", environment.endpoint_url},
  };
  if (!environment.xray_daemon_address.empty()) {
    variables["AWS_XRAY_DAEMON_ADDRESS"] = environment.xray_daemon_address;
  }
  for (const auto& [name, value] : launch.environment) variables[name] = value;
  for (const auto& [name, value] : function.variables) variables[name] = value;

  variables["_HANDLER"] = function.handler;
  variables["AWS_DEFAULT_REGION"] = function.region;
  variables["AWS_REGION"] = function.region;
  // Custom runtimes have none.
  if (!function.runtime.starts_with("provided")) {
    variables["AWS_EXECUTION_ENV"] = "AWS_Lambda_" + function.runtime;
  }
  variables["AWS_LAMBDA_FUNCTION_NAME"] = function.name;
  variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = std::to_string(function.memory_mb);
  variables["AWS_LAMBDA_FUNCTION_VERSION"] = function.version;
  variables["AWS_LAMBDA_INITIALIZATION_TYPE"] = "on-demand";
  variables["AWS_LAMBDA_LOG_GROUP_NAME"] = function.log_group;
  variables["AWS_LAMBDA_LOG_STREAM_NAME"] = surroundings.log_stream;
  variables["AWS_LAMBDA_RUNTIME_API"] = surroundings.api_address;
  // The gateway reads the account from the access key, and checks no secret and no token.
  variables["AWS_ACCESS_KEY_ID"] = function.account;
  variables["AWS_SECRET_ACCESS_KEY"] = "iatk";
  variables["AWS_SESSION_TOKEN"] = "iatk";
  variables["LAMBDA_TASK_ROOT"] = function.code_folder;
  variables["LAMBDA_RUNTIME_DIR"] = surroundings.runtime_folder;
  return {variables.begin(), variables.end()};
}

}  // namespace iatk::cloud

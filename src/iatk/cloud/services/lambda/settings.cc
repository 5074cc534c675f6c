#include "iatk/cloud/services/lambda/settings.h"

#include <fmt/format.h>

#include <optional>
#include <vector>

#include "iatk/base/arn.h"
#include "iatk/cloud/runtime/function_environment.h"
#include "iatk/cloud/services/lambda/errors.h"
#include "iatk/cloud/services/lambda/limits.h"
#include "iatk/json/write.h"

namespace iatk::cloud {

namespace m = model::lambda;
using lambda_errors::InvalidParameter;
using lambda_errors::NotSupported;

namespace {

constexpr std::int32_t kDefaultTimeout = 3;
constexpr std::int32_t kDefaultMemory = 128;
constexpr std::int32_t kDefaultStorage = 512;

Result<void> CheckRuntime(const std::string& runtime) {
  if (runtime.starts_with("python3.") || runtime.starts_with("nodejs") ||
      runtime.starts_with("provided")) {
    return {};
  }
  return Fail(NotSupported("Runtime " + runtime));
}

Error TooGreat(std::string_view name, std::int32_t value, std::int32_t limit) {
  return SenderError(
      "ValidationException",
      fmt::format("1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: "
                  "Member must have value less than or equal to {}",
                  value, name, limit));
}

Result<void> CheckEnvironment(const std::map<std::string, std::string>& variables) {
  std::vector<std::string> reserved;
  json::Object text;
  for (const auto& [name, value] : variables) {
    if (IsReservedVariable(name)) reserved.push_back(name);
    text.Append(name, value);
  }
  if (!reserved.empty()) {
    return Fail(InvalidParameter(fmt::format(
        "Lambda was unable to configure your environment variables because the environment "
        "variables you have provided contains reserved keys that are currently not supported for "
        "modification. Reserved keys used in this request: {}",
        fmt::join(reserved, ", "))));
  }
  const std::string measured = json::Write(text);
  if (measured.size() > lambda_limits::kMaxEnvironmentBytes) {
    return Fail(InvalidParameter(fmt::format(
        "Lambda was unable to configure your environment variables because the environment "
        "variables you have provided exceeded the 4KB limit. String measured: {}",
        measured)));
  }
  return {};
}

Result<void> CheckDeadLetters(const m::DeadLetterConfig& config) {
  const std::string target = config.target_arn.value_or("");
  if (target.empty()) return {};
  const std::optional<Arn> arn = ParseArn(target);
  if (arn && arn->service == "sqs") return {};
  return Fail(NotSupported("DeadLetterConfig with " + target));
}

/// Settings that both requests have, and that are checked before anything is changed.
template <class Request>
Result<void> Check(const Request& input) {
  if (input.runtime) IATK_CHECK(CheckRuntime(*input.runtime));
  if (input.timeout && *input.timeout > lambda_limits::kMaxTimeoutSeconds) {
    return Fail(TooGreat("timeout", *input.timeout, lambda_limits::kMaxTimeoutSeconds));
  }
  if (input.memory_size && *input.memory_size > lambda_limits::kMaxMemoryMb) {
    return Fail(TooGreat("memorySize", *input.memory_size, lambda_limits::kMaxMemoryMb));
  }
  if (input.environment && input.environment->variables) {
    IATK_CHECK(CheckEnvironment(*input.environment->variables));
  }
  if (input.dead_letter_config) IATK_CHECK(CheckDeadLetters(*input.dead_letter_config));
  if (input.layers && !input.layers->empty()) return Fail(NotSupported("Layers"));
  if (input.vpc_config && input.vpc_config->subnet_ids && !input.vpc_config->subnet_ids->empty()) {
    return Fail(NotSupported("VpcConfig"));
  }
  if (input.file_system_configs && !input.file_system_configs->empty()) {
    return Fail(NotSupported("FileSystemConfigs"));
  }
  if (input.image_config) return Fail(NotSupported("ImageConfig"));
  if (input.snap_start && input.snap_start->apply_on == "PublishedVersions") {
    return Fail(NotSupported("SnapStart"));
  }
  if (input.logging_config && input.logging_config->log_format == "JSON") {
    return Fail(NotSupported("LoggingConfig with LogFormat JSON"));
  }
  if (input.durable_config) return Fail(NotSupported("DurableConfig"));
  if (input.capacity_provider_config) return Fail(NotSupported("CapacityProviderConfig"));
  if (input.accelerator_config) return Fail(NotSupported("AcceleratorConfig"));
  if (input.runtime_config) return Fail(NotSupported("RuntimeConfig"));
  return {};
}

template <class Request>
void Apply(const Request& input, m::FunctionConfiguration* configuration) {
  m::FunctionConfiguration& to = *configuration;
  if (input.runtime) to.runtime = input.runtime;
  if (input.role) to.role = input.role;
  if (input.handler) to.handler = input.handler;
  if (input.description) to.description = input.description;
  if (input.timeout) to.timeout = input.timeout;
  if (input.memory_size) to.memory_size = input.memory_size;
  if (input.kms_key_arn) to.kms_key_arn = input.kms_key_arn;
  if (input.dead_letter_config) {
    to.dead_letter_config = input.dead_letter_config;
    if (input.dead_letter_config->target_arn.value_or("").empty()) to.dead_letter_config.reset();
  }
  if (input.environment) {
    to.environment.reset();
    if (input.environment->variables && !input.environment->variables->empty()) {
      to.environment.emplace();
      to.environment->variables = input.environment->variables;
    }
  }
  if (input.tracing_config) {
    to.tracing_config.emplace();
    to.tracing_config->mode = input.tracing_config->mode.value_or("PassThrough");
  }
  if (input.ephemeral_storage) to.ephemeral_storage = input.ephemeral_storage;
  if (input.logging_config && input.logging_config->log_group) {
    to.logging_config->log_group = input.logging_config->log_group;
  }
}

}  // namespace

Result<m::FunctionConfiguration> NewConfiguration(const m::CreateFunctionRequest& input) {
  if (input.package_type.value_or("Zip") != "Zip" || (input.code && input.code->image_uri)) {
    return Fail(NotSupported("PackageType Image"));
  }
  if (!input.runtime || !input.handler) {
    return Fail(InvalidParameter(
        "Runtime and Handler are mandatory parameters for functions created with deployment "
        "packages."));
  }
  if (input.code_signing_config_arn && !input.code_signing_config_arn->empty()) {
    return Fail(NotSupported("CodeSigningConfigArn"));
  }
  if (input.tenancy_config) return Fail(NotSupported("TenancyConfig"));
  if (input.publish_to) return Fail(NotSupported("PublishTo"));
  IATK_CHECK(Check(input));

  m::FunctionConfiguration configuration;
  configuration.description = "";
  configuration.timeout = kDefaultTimeout;
  configuration.memory_size = kDefaultMemory;
  configuration.version = "$LATEST";
  configuration.package_type = "Zip";
  configuration.architectures = input.architectures.value_or(std::vector<std::string>{"x86_64"});
  configuration.ephemeral_storage.emplace().size = kDefaultStorage;
  configuration.tracing_config.emplace().mode = "PassThrough";
  configuration.snap_start.emplace().apply_on = "None";
  configuration.snap_start->optimization_status = "Off";
  configuration.logging_config.emplace().log_format = "Text";
  configuration.state = "Active";
  configuration.last_update_status = "Successful";
  Apply(input, &configuration);
  return configuration;
}

Result<void> ChangeConfiguration(const m::UpdateFunctionConfigurationRequest& input,
                                 m::FunctionConfiguration* configuration) {
  IATK_CHECK(Check(input));
  Apply(input, configuration);
  return {};
}

}  // namespace iatk::cloud

#include "iatk/cloud/services/lambda/function.h"

#include <charconv>

namespace iatk::cloud {

bool FunctionVersion::traced() const {
  return configuration.tracing_config && configuration.tracing_config->mode == "Active";
}

std::string FunctionVersion::dead_letter_arn() const {
  return configuration.dead_letter_config
             ? configuration.dead_letter_config->target_arn.value_or("")
             : "";
}

json::Value FunctionPolicy::ToJson() const {
  return json::Object{
      {"Version", "2012-10-17"}, {"Id", "default"}, {"Statement", json::Value(statements)}};
}

const FunctionVersion* Function::FindVersion(const std::string& version) const {
  if (version.empty() || version == "$LATEST") return &latest;
  std::int32_t number = 0;
  const auto [end, error] =
      std::from_chars(version.data(), version.data() + version.size(), number);
  if (error != std::errc() || end != version.data() + version.size()) return nullptr;
  const auto found = versions.find(number);
  return found == versions.end() ? nullptr : &found->second;
}

std::string ProcessKeyPrefix(const std::string& account, const std::string& region,
                             const std::string& name) {
  return account + "/" + region + "/" + name + "/";
}

FunctionSpec MakeSpec(const std::string& account, const std::string& region,
                      const FunctionVersion& version) {
  const model::lambda::FunctionConfiguration& from = version.configuration;
  FunctionSpec spec;
  spec.key = ProcessKeyPrefix(account, region, *from.function_name) + *from.version + "/" +
             *from.revision_id;
  spec.account = account;
  spec.region = region;
  spec.name = *from.function_name;
  spec.version = *from.version;
  spec.runtime = from.runtime.value_or("");
  spec.handler = from.handler.value_or("");
  spec.code_folder = version.code->folder();
  spec.watch_code = version.code->in_place();
  spec.log_group = *from.logging_config->log_group;
  spec.memory_mb = *from.memory_size;
  spec.timeout = std::chrono::seconds(*from.timeout);
  if (from.environment && from.environment->variables) {
    spec.variables = *from.environment->variables;
  }
  return spec;
}

}  // namespace iatk::cloud

#include "iatk/rpc/method_parts.h"

#include <fmt/format.h>

#include <utility>

namespace iatk::rpc {

Error InvalidParams(std::string message) {
  return SenderError("InvalidParams", std::move(message));
}

Result<void> Require(const Params& params, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (params.String(name).empty()) {
      return Fail(InvalidParams(fmt::format("missing required param \"{}\"", name)));
    }
  }
  return {};
}

Result<std::shared_ptr<kit::Session>> SessionOf(const Params& params, Sessions& sessions) {
  return sessions.Get(params.String("Region"), params.String("Profile"));
}

Result<std::chrono::milliseconds> WaitOf(const Params& params, std::string_view name) {
  constexpr int kLongestWaitMilliseconds = 24 * 60 * 60 * 1000;
  const int wait = params.Integer(name, 0);
  if (wait < 0 || wait > kLongestWaitMilliseconds) {
    return Fail(
        InvalidParams(fmt::format("{} must be between 0 and {}", name, kLongestWaitMilliseconds)));
  }
  return std::chrono::milliseconds(wait);
}

namespace {

json::Value ToJson(const kit::ListenerResource& resource) {
  return json::Object{
      {"Type", resource.type}, {"PhysicalID", resource.physical_id}, {"ARN", resource.arn}};
}

}  // namespace

json::Value ToJson(const kit::Listener& listener) {
  json::Array components;
  for (const kit::ListenerResource& component : listener.components) {
    components.push_back(ToJson(component));
  }
  json::Object object{{"Id", listener.id},
                      {"TargetUnderTest", ToJson(listener.target_under_test)},
                      {"Components", std::move(components)}};
  if (!listener.warnings.empty()) {
    json::Array warnings;
    for (const std::string& warning : listener.warnings) warnings.emplace_back(warning);
    object.Set("Warnings", std::move(warnings));
  }
  return object;
}

}  // namespace iatk::rpc

#include "iatk/client/endpoint.h"

#include <fmt/format.h>

#include <optional>

#include "iatk/client/endpoint_rules.h"
#include "iatk/json/parse.h"
#include "iatk/net/http.h"

namespace iatk::client {
namespace {

constexpr std::size_t kMaxRulesBytes = std::size_t{1} << 20;

Result<json::Value> ReadRules(std::string_view text) {
  return json::Parse(text, {.max_depth = 128, .max_bytes = kMaxRulesBytes});
}

// "Resource Groups Tagging API" → "resource_groups_tagging_api", as settings and variables name it.
std::string SettingNameOf(const model::Service& service, bool upper) {
  std::string name(service.service_id);
  for (char& c : name) {
    if (c == ' ' || c == '-') {
      c = '_';
    } else if (upper && c >= 'a' && c <= 'z') {
      c = static_cast<char>(c - 32);
    } else if (!upper && c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c + 32);
    }
  }
  return name;
}

std::optional<std::string> FindCustomUrl(const Settings& settings, const model::Service& service) {
  if (settings.Variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") == "true") return std::nullopt;
  if (auto url = settings.Variable("AWS_ENDPOINT_URL_" + SettingNameOf(service, true))) return url;
  if (auto url = settings.ServiceSetting(SettingNameOf(service, false), "endpoint_url")) return url;
  if (auto url = settings.Variable("AWS_ENDPOINT_URL")) return url;
  return settings.Profile("endpoint_url");
}

Result<Endpoint> FromUrl(std::string url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos || !(url.starts_with("http://") || url.starts_with("https://")) ||
      url.find_first_of(" ?#@") != std::string::npos || url.size() == scheme + 3) {
    return Fail(SenderError("InvalidEndpoint", fmt::format("\"{}\" is no endpoint URL", url)));
  }
  while (url.ends_with('/')) url.pop_back();
  Endpoint endpoint;
  const std::size_t slash = url.find('/', scheme + 3);
  endpoint.origin = url.substr(0, slash);
  if (slash != std::string::npos) endpoint.base_path = url.substr(slash);
  endpoint.is_custom = true;
  return endpoint;
}

bool IsOn(const std::optional<std::string>& value) {
  return value && net::EqualsIgnoreCase(*value, "true");
}

// The service's own, or what stands against it; `custom` is the URL that the user named, if any.
Result<RuleEndpoint> ByRules(const Settings& settings, const model::Service& service,
                             const std::string& region, const std::optional<std::string>& custom) {
  const std::string_view rules_text = EndpointRulesOf(service.name);
  if (rules_text.empty()) {
    return Fail(SenderError("EndpointRulesNotSupported",
                            fmt::format("iatk does not know where {} is", service.service_id)));
  }
  IATK_TRY(const json::Value rules, ReadRules(rules_text));
  IATK_TRY(const json::Value partitions, ReadRules(Partitions()));
  json::Object parameters{
      {"Region", region},
      {"UseFIPS", IsOn(settings.Find("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"))},
      {"UseDualStack",
       IsOn(settings.Find("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"))}};
  if (custom) parameters.Append("Endpoint", *custom);
  return EvaluateEndpointRules(rules, partitions, parameters);
}

std::optional<std::string> SigningRegionOf(const RuleEndpoint& endpoint) {
  const json::Value* const schemes = endpoint.properties.Find("authSchemes");
  if (schemes == nullptr || schemes->AsArray() == nullptr) return std::nullopt;
  for (const json::Value& scheme : *schemes->AsArray()) {
    if (const std::string* region = scheme.FindString("signingRegion")) return *region;
  }
  return std::nullopt;
}

}  // namespace

Result<Endpoint> FindEndpoint(const Settings& settings, const model::Service& service,
                              const std::string& region) {
  const std::optional<std::string> custom = FindCustomUrl(settings, service);
  Endpoint endpoint;
  if (custom) {
    IATK_TRY(endpoint, FromUrl(*custom));
    endpoint.signing_region = region;
    // Where the kit knows a service's rules, they say what does not go together.
    if (!EndpointRulesOf(service.name).empty()) {
      IATK_CHECK(ByRules(settings, service, region, custom));
    }
    return endpoint;
  }
  IATK_TRY(const RuleEndpoint found, ByRules(settings, service, region, std::nullopt));
  IATK_TRY(endpoint, FromUrl(found.url));
  endpoint.is_custom = false;
  endpoint.signing_region = SigningRegionOf(found).value_or(region);
  return endpoint;
}

}  // namespace iatk::client

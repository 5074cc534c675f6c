#include "iatk/client/endpoint.h"

#include <fmt/format.h>

#include <optional>

#include "iatk/base/arn.h"

namespace iatk::client {
namespace {

std::string_view DnsSuffixOf(std::string_view partition) {
  if (partition == "aws-cn") return "amazonaws.com.cn";
  if (partition == "aws-iso") return "c2s.ic.gov";
  if (partition == "aws-iso-b") return "sc2s.sgov.gov";
  return "amazonaws.com";
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

}  // namespace

Result<Endpoint> FindEndpoint(const Settings& settings, const model::Service& service,
                              const std::string& region) {
  const std::string_view partition = PartitionOfRegion(region);
  const bool global = service.name == "iam";
  Endpoint endpoint;
  if (auto url = FindCustomUrl(settings, service)) {
    IATK_TRY(endpoint, FromUrl(*std::move(url)));
  } else if (global && partition == "aws") {
    endpoint.origin = "https://iam.amazonaws.com";
  } else {
    endpoint.origin =
        fmt::format("https://{}.{}.{}", service.endpoint_prefix, region, DnsSuffixOf(partition));
  }
  endpoint.signing_region = global && partition == "aws" ? "us-east-1" : region;
  return endpoint;
}

}  // namespace iatk::client

// Credentials that the machine gives: of a container, and of an EC2 instance.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <utility>

#include "iatk/client/credentials/provider.h"
#include "iatk/json/parse.h"

namespace iatk::client {
namespace {

constexpr int kAttempts = 3;
constexpr std::chrono::seconds kContainerTimeout{2};
constexpr std::chrono::seconds kInstanceTimeout{1};

Error Unavailable(std::string message) {
  return SenderError("MetadataUnavailable", std::move(message));
}

struct Url {
  std::string origin;
  std::string target;
  std::string host;  // without port and brackets
};

std::optional<Url> ParseUrl(const std::string& text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string::npos) return std::nullopt;
  const std::size_t slash = std::min(text.find('/', scheme + 3), text.size());
  const std::string authority = text.substr(scheme + 3, slash - scheme - 3);
  if (authority.empty() || authority.find('@') != std::string::npos) return std::nullopt;
  Url url{text.substr(0, slash), slash == text.size() ? "/" : text.substr(slash), ""};
  url.host = authority.front() == '[' ? authority.substr(1, authority.find(']') - 1)
                                      : authority.substr(0, authority.find(':'));
  return url;
}

Result<net::HttpResponse> Ask(const ProviderContext& context, const std::string& origin,
                              const net::HttpRequest& request, Duration timeout, int attempts) {
  Result<net::HttpResponse> response;
  for (int attempt = 1; attempt <= attempts; ++attempt) {
    response = context.metadata->SendPlain(origin, request, timeout);
    if (response && response->status < 500) return response;
    if (attempt < attempts) context.timing().sleep(std::chrono::milliseconds(100) * attempt);
  }
  return response;
}

net::HttpRequest Get(std::string target, const std::string& host) {
  net::HttpRequest request;
  request.method = "GET";
  request.target = std::move(target);
  request.headers = {{"Host", host}, {"Accept", "application/json"}};
  return request;
}

std::string AuthorityOf(const std::string& origin) { return origin.substr(origin.find("://") + 3); }

class ContainerProvider : public CredentialsProvider {
 public:
  ContainerProvider(const ProviderContext& context, Url url)
      : context_(context), url_(std::move(url)) {}

  Result<Credentials> Fetch() override {
    net::HttpRequest request = Get(url_.target, AuthorityOf(url_.origin));
    IATK_TRY(const std::string token, Token());
    if (!token.empty()) request.headers.Set("Authorization", token);
    const Result<net::HttpResponse> response =
        Ask(context_, url_.origin, request, kContainerTimeout, kAttempts);
    if (!response) {
      return Fail(Unavailable(
          fmt::format("the container's credentials can't be had from {}", url_.origin)));
    }
    if (response->status != 200) {
      return Fail(Unavailable(fmt::format("the container's credentials can't be had: {} answers {}",
                                          url_.origin, response->status)));
    }
    return ReadCredentials(response->body, "Token", "MetadataUnavailable",
                           "the container's credentials service");
  }

 private:
  // Of the file, which may change, else of the environment.
  Result<std::string> Token() const {
    const auto path = context_.settings.Variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    std::string token =
        context_.settings.Variable("AWS_CONTAINER_AUTHORIZATION_TOKEN").value_or("");
    if (path) {
      std::ifstream file(*path, std::ios::binary);
      token.assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
      if (!file) {
        return Fail(Unavailable(fmt::format("the authorization token in {} can't be read", *path)));
      }
    }
    if (token.find_first_of("\r\n") != std::string::npos) {
      return Fail(Unavailable("the container's authorization token has a line break"));
    }
    return token;
  }

  const ProviderContext context_;
  const Url url_;
};

class InstanceMetadataProvider : public CredentialsProvider {
 public:
  explicit InstanceMetadataProvider(const ProviderContext& context) : context_(context) {
    const Settings& settings = context_.settings;
    const std::string mode =
        settings
            .Find("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode")
            .value_or("IPv4");
    origin_ = settings.Find("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint")
                  .value_or(net::EqualsIgnoreCase(mode, "ipv6") ? "http://[fd00:ec2::254]"
                                                                : "http://169.254.169.254");
    while (origin_.ends_with('/')) origin_.pop_back();
  }

  Result<Credentials> Fetch() override {
    IATK_TRY(const std::string token, Token());
    constexpr const char* kPath = "/latest/meta-data/iam/security-credentials/";
    IATK_TRY(const std::string roles, Text(kPath, token));
    const std::string role = roles.substr(0, roles.find('\n'));
    if (role.empty()) return Fail(Unavailable("the instance has no role"));
    IATK_TRY(const std::string text, Text(kPath + role, token));
    const auto json = json::Parse(text);
    const std::string* const code = json ? json->FindString("Code") : nullptr;
    if (code != nullptr && *code != "Success") {
      return Fail(Unavailable("the instance's metadata service says " + *code));
    }
    return ReadCredentials(text, "Token", "MetadataUnavailable", "the instance's metadata service");
  }

 private:
  // Empty where the service is an older one, without tokens.
  Result<std::string> Token() const {
    net::HttpRequest request = Get("/latest/api/token", AuthorityOf(origin_));
    request.method = "PUT";
    request.headers.Set("x-aws-ec2-metadata-token-ttl-seconds", "21600");
    const Result<net::HttpResponse> response = Ask(context_, origin_, request, kInstanceTimeout, 1);
    if (!response) return Fail(Unavailable("there is no instance metadata service here"));
    if (response->status == 200) return response->body;
    const bool may_do_without =
        !context_.settings.Find("AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled")
             .value_or("")
             .starts_with("t");
    const bool is_older =
        response->status == 403 || response->status == 404 || response->status == 405;
    if (is_older && may_do_without) return "";
    return Fail(Unavailable(
        fmt::format("the instance's metadata service gives no token: {}", response->status)));
  }

  Result<std::string> Text(const std::string& path, const std::string& token) const {
    net::HttpRequest request = Get(path, AuthorityOf(origin_));
    if (!token.empty()) request.headers.Set("x-aws-ec2-metadata-token", token);
    const Result<net::HttpResponse> response =
        Ask(context_, origin_, request, kInstanceTimeout, kAttempts);
    if (response && response->status == 200) return response->body;
    return Fail(Unavailable(
        response ? fmt::format("the instance's metadata service answers {}", response->status)
                 : std::string("the instance's metadata service does not answer")));
  }

  const ProviderContext context_;
  std::string origin_;
};

}  // namespace

Result<ProviderPtr> MakeContainerProvider(const ProviderContext& context) {
  const Settings& settings = context.settings;
  std::optional<Url> url;
  if (const auto relative = settings.Variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")) {
    url = ParseUrl("http://169.254.170.2" + *relative);
  } else if (const auto full = settings.Variable("AWS_CONTAINER_CREDENTIALS_FULL_URI")) {
    url = ParseUrl(*full);
    // In the clear, only to this machine and to ECS's and EKS's own addresses.
    constexpr std::array<std::string_view, 5> kNear = {"169.254.170.2", "169.254.170.23",
                                                       "fd00:ec2::23", "localhost", "::1"};
    if (url && !url->origin.starts_with("https://") &&
        !(url->origin.starts_with("http://") &&
          (std::ranges::find(kNear, url->host) != kNear.end() || url->host.starts_with("127.")))) {
      return Fail(Unavailable(fmt::format(
          "AWS_CONTAINER_CREDENTIALS_FULL_URI names the host {}, which credentials may not be "
          "asked of in the clear",
          url->host)));
    }
  }
  if (!url) return Fail(Unavailable("the address of the container's credentials is no URL"));
  return std::make_unique<ContainerProvider>(context, *std::move(url));
}

ProviderPtr MakeInstanceMetadataProvider(const ProviderContext& context) {
  return std::make_unique<InstanceMetadataProvider>(context);
}

}  // namespace iatk::client

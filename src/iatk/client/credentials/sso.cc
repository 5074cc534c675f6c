// Credentials from IAM Identity Center, by the token that `aws sso login` left. AWS SDKs and Tools
// Reference Guide, "IAM Identity Center credential provider".
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "iatk/base/digest.h"
#include "iatk/base/time_text.h"
#include "iatk/client/credentials/provider.h"
#include "iatk/json/parse.h"
#include "iatk/json/write.h"
#include "iatk/protocol/uri.h"

namespace iatk::client {
namespace {

// Two small calls; the services have no other use here.
const model::Service kSso = {.name = "sso", .service_id = "SSO"};
const model::Service kOidc = {.name = "sso-oidc", .service_id = "SSO OIDC"};
constexpr std::chrono::seconds kTimeout{60};
constexpr std::size_t kMaxAnswerBytes = 64U * 1024U;

// A token is refreshed this long before it expires.
constexpr std::chrono::minutes kRefreshBefore{15};
constexpr std::size_t kMaxCacheBytes = 64U * 1024U;

struct SsoSettings {
  std::string profile;
  std::string cache_key;  // the session's name, or the start URL in the older form
  bool is_session = false;
  std::string region;
  std::string account_id;
  std::string role_name;
};

// Older files write "2026-11-24T01:02:03UTC".
std::optional<Time> ReadTime(const json::Value& token, std::string_view name) {
  const std::string* const text = token.FindString(name);
  if (text == nullptr) return std::nullopt;
  if (text->ends_with("UTC")) return ParseIso8601(text->substr(0, text->size() - 3) + "Z");
  return ParseIso8601(*text);
}

class SsoProvider : public CredentialsProvider {
 public:
  SsoProvider(const ProviderContext& context, SsoSettings sso)
      : context_(context), sso_(std::move(sso)) {}

  Result<Credentials> Fetch() override {
    IATK_TRY(const std::string token, AccessToken());
    net::HttpRequest request;
    request.method = "GET";
    request.target = fmt::format("/federation/credentials?role_name={}&account_id={}",
                                 protocol::PercentEncode(sso_.role_name),
                                 protocol::PercentEncode(sso_.account_id));
    request.headers.Set("x-amz-sso_bearer_token", token);
    IATK_TRY(const net::HttpResponse response, Ask(kSso, std::move(request)));
    if (response.status == 401) return Fail(LoginNeeded("is not valid any more"));
    const auto json = json::Parse(response.body, {.max_depth = 8, .max_bytes = kMaxAnswerBytes});
    if (response.status != 200) {
      const std::string* const message = json ? json->FindString("message") : nullptr;
      return Fail(
          SenderError("SsoRefused",
                      fmt::format("IAM Identity Center gives no credentials of role {} in "
                                  "account {}: {}",
                                  sso_.role_name, sso_.account_id,
                                  message == nullptr ? std::to_string(response.status) : *message),
                      response.status));
    }
    const json::Value* const given = json ? json->Find("roleCredentials") : nullptr;
    const std::string* const access_key = given ? given->FindString("accessKeyId") : nullptr;
    const std::string* const secret_key = given ? given->FindString("secretAccessKey") : nullptr;
    if (access_key == nullptr || secret_key == nullptr) {
      return Fail(SenderError("CredentialsIncomplete", "IAM Identity Center gave no credentials"));
    }
    const std::string* const session_token = given->FindString("sessionToken");
    Credentials credentials;
    credentials.keys = {*access_key, *secret_key, session_token == nullptr ? "" : *session_token};
    const json::Value* const expires = given->Find("expiration");
    if (expires != nullptr && expires->AsNumber() != nullptr) {
      if (const auto at = expires->AsNumber()->AsInt64()) {
        credentials.expires = Time(std::chrono::milliseconds(*at));
      }
    }
    return credentials;
  }

 private:
  Result<net::HttpResponse> Ask(const model::Service& service, net::HttpRequest request) {
    IATK_TRY(const Endpoint endpoint, FindEndpoint(context_.settings, service, sso_.region));
    request.target = endpoint.base_path + request.target;
    request.headers.Set("Host", endpoint.origin.substr(endpoint.origin.find("://") + 3));
    return context_.sender->SendPlain(endpoint.origin, request, kTimeout);
  }

  Error LoginNeeded(std::string_view why) const {
    return SenderError("SsoLoginNeeded",
                       fmt::format("the sign-in of profile {} {}: run aws sso login --profile {}",
                                   sso_.profile, why, sso_.profile));
  }

  std::string CachePath() const {
    return fmt::format("{}/.aws/sso/cache/{}.json", context_.settings.Variable("HOME").value_or(""),
                       HexEncode(Sha1(sso_.cache_key)));
  }

  Result<std::string> AccessToken() {
    std::ifstream file(CachePath(), std::ios::binary);
    if (!file) return Fail(LoginNeeded("was never made"));
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    auto cached = json::Parse(text, {.max_depth = 8, .max_bytes = kMaxCacheBytes});
    const std::string* const token = cached ? cached->FindString("accessToken") : nullptr;
    const auto expires = cached ? ReadTime(*cached, "expiresAt") : std::nullopt;
    if (token == nullptr || !expires) return Fail(LoginNeeded("can't be read"));
    const Time now = context_.timing().clock->Now();
    if (*expires - kRefreshBefore > now) return *token;
    if (auto refreshed = Refresh(*cached, now)) return *std::move(refreshed);
    if (*expires > now) return *token;
    return Fail(LoginNeeded("has expired"));
  }

  // nullopt where the token can't be refreshed: then it holds as long as it does.
  std::optional<std::string> Refresh(json::Value& cached, Time now) {
    const auto registered_until = ReadTime(cached, "registrationExpiresAt");
    const std::string* const refresh_token = cached.FindString("refreshToken");
    const std::string* const client_id = cached.FindString("clientId");
    const std::string* const client_secret = cached.FindString("clientSecret");
    if (!sso_.is_session || refresh_token == nullptr || client_id == nullptr ||
        client_secret == nullptr || !registered_until || *registered_until <= now) {
      return std::nullopt;
    }
    net::HttpRequest request;
    request.method = "POST";
    request.target = "/token";
    request.headers.Set("Content-Type", "application/json");
    request.body = json::Write(json::Object{{"clientId", *client_id},
                                            {"clientSecret", *client_secret},
                                            {"grantType", "refresh_token"},
                                            {"refreshToken", *refresh_token}});
    const auto response = Ask(kOidc, std::move(request));
    if (!response || response->status != 200) return std::nullopt;
    const auto given = json::Parse(response->body, {.max_depth = 8, .max_bytes = kMaxAnswerBytes});
    const std::string* const token = given ? given->FindString("accessToken") : nullptr;
    const json::Value* const lasts = given ? given->Find("expiresIn") : nullptr;
    if (token == nullptr || lasts == nullptr || lasts->AsNumber() == nullptr) return std::nullopt;
    json::Object& file = *cached.AsObject();
    file.Set("accessToken", *token);
    file.Set("expiresAt",
             FormatIso8601(now + std::chrono::seconds(lasts->AsNumber()->AsInt64().value_or(0))));
    if (const std::string* next = given->FindString("refreshToken"))
      file.Set("refreshToken", *next);
    Save(json::Write(cached));
    return *token;
  }

  // Whole or not at all, and for the user's eyes only. A cache that can't be written is no failure:
  // the token is good all the same.
  void Save(const std::string& text) const {
    const std::string path = CachePath();
    std::string temporary = path + ".XXXXXX";
    const int descriptor = mkstemp(temporary.data());
    if (descriptor < 0) return;
    const bool written =
        write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    close(descriptor);
    if (!written || std::rename(temporary.c_str(), path.c_str()) != 0) unlink(temporary.c_str());
  }

  const ProviderContext context_;
  const SsoSettings sso_;
};

}  // namespace

Result<ProviderPtr> MakeSsoProvider(const ProviderContext& context) {
  const Settings& settings = context.settings;
  SsoSettings sso;
  sso.profile = settings.profile_name();
  std::optional<std::string> start_url;
  std::optional<std::string> region;
  if (const auto session = settings.Profile("sso_session")) {
    sso.is_session = true;
    sso.cache_key = *session;
    start_url = settings.SsoSession(*session, "sso_start_url");
    region = settings.SsoSession(*session, "sso_region");
  } else {
    start_url = settings.Profile("sso_start_url");
    region = settings.Profile("sso_region");
    sso.cache_key = start_url.value_or("");
  }
  const auto account_id = settings.Profile("sso_account_id");
  const auto role_name = settings.Profile("sso_role_name");
  const char* const missing = !start_url    ? "sso_start_url"
                              : !region     ? "sso_region"
                              : !account_id ? "sso_account_id"
                              : !role_name  ? "sso_role_name"
                                            : nullptr;
  if (missing != nullptr) {
    return Fail(SenderError("CredentialsIncomplete",
                            fmt::format("profile {} signs in with IAM Identity Center, but has no "
                                        "{}",
                                        sso.profile, missing)));
  }
  sso.region = *region;
  sso.account_id = *account_id;
  sso.role_name = *role_name;
  return std::make_unique<SsoProvider>(context, std::move(sso));
}

}  // namespace iatk::client

#include "iatk/client/credentials/provider.h"

#include <fmt/format.h>

#include <utility>

#include "iatk/base/time_text.h"
#include "iatk/json/parse.h"

namespace iatk::client {
namespace {

constexpr std::size_t kMaxAnswerBytes = 64U * 1024U;

class StaticProvider : public CredentialsProvider {
 public:
  explicit StaticProvider(Credentials credentials) : credentials_(std::move(credentials)) {}
  Result<Credentials> Fetch() override { return credentials_; }

 private:
  Credentials credentials_;
};

}  // namespace

ProviderPtr MakeStaticProvider(Credentials credentials) {
  return std::make_unique<StaticProvider>(std::move(credentials));
}

std::optional<Credentials> EnvironmentCredentials(const Settings& settings) {
  const auto access_key = settings.Variable("AWS_ACCESS_KEY_ID");
  const auto secret_key = settings.Variable("AWS_SECRET_ACCESS_KEY");
  if (!access_key || !secret_key) return std::nullopt;
  return Credentials{
      {*access_key, *secret_key, settings.Variable("AWS_SESSION_TOKEN").value_or("")}, {}};
}

std::optional<Credentials> ProfileCredentials(const Settings& settings) {
  const auto access_key = settings.Profile("aws_access_key_id");
  const auto secret_key = settings.Profile("aws_secret_access_key");
  if (!access_key || !secret_key) return std::nullopt;
  return Credentials{{*access_key, *secret_key, settings.Profile("aws_session_token").value_or("")},
                     {}};
}

Result<Credentials> ReadCredentials(std::string_view text, std::string_view token_name,
                                    std::string_view code, std::string_view source) {
  const auto fail = [&](std::string_view what) {
    return Fail(SenderError(std::string(code), fmt::format("{} {}", source, what)));
  };
  const auto json = json::Parse(text, {.max_depth = 8, .max_bytes = kMaxAnswerBytes});
  if (!json || json->AsObject() == nullptr) return fail("gave no JSON object");
  const std::string* const access_key = json->FindString("AccessKeyId");
  const std::string* const secret_key = json->FindString("SecretAccessKey");
  if (access_key == nullptr) return fail("gave no AccessKeyId");
  if (secret_key == nullptr) return fail("gave no SecretAccessKey");
  Credentials credentials;
  credentials.keys = {*access_key, *secret_key, ""};
  if (const std::string* token = json->FindString(token_name)) {
    credentials.keys.session_token = *token;
  }
  if (const std::string* expiration = json->FindString("Expiration")) {
    credentials.expires = ParseIso8601(*expiration);
    if (!credentials.expires) return fail("gave an Expiration that is no time");
  }
  return credentials;
}

}  // namespace iatk::client

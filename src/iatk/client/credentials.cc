#include "iatk/client/credentials.h"

#include <fmt/format.h>

namespace iatk::client {
namespace {

std::optional<protocol::SigningKeys> FromEnvironment(const Settings& settings) {
  const auto access_key = settings.Variable("AWS_ACCESS_KEY_ID");
  const auto secret_key = settings.Variable("AWS_SECRET_ACCESS_KEY");
  if (!access_key || !secret_key) return std::nullopt;
  return protocol::SigningKeys{*access_key, *secret_key,
                               settings.Variable("AWS_SESSION_TOKEN").value_or("")};
}

std::optional<protocol::SigningKeys> FromProfile(const Settings& settings) {
  const auto access_key = settings.Profile("aws_access_key_id");
  const auto secret_key = settings.Profile("aws_secret_access_key");
  if (!access_key || !secret_key) return std::nullopt;
  return protocol::SigningKeys{*access_key, *secret_key,
                               settings.Profile("aws_session_token").value_or("")};
}

}  // namespace

Result<protocol::SigningKeys> FindCredentials(const Settings& settings) {
  if (!settings.profile_was_asked_for()) {
    if (auto keys = FromEnvironment(settings)) return *std::move(keys);
  }
  for (const char* provider : {"role_arn", "sso_session", "sso_start_url", "credential_process",
                               "web_identity_token_file", "login_session"}) {
    if (settings.Profile(provider)) {
      return Fail(SenderError("CredentialsNotSupported",
                              fmt::format("profile {} gets its credentials by {}, which iatk does "
                                          "not support; give it keys",
                                          settings.profile_name(), provider)));
    }
  }
  if (auto keys = FromProfile(settings)) return *std::move(keys);
  for (const char* provider : {"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                               "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"}) {
    if (settings.Variable(provider)) {
      return Fail(
          SenderError("CredentialsNotSupported",
                      fmt::format("the environment gives credentials by {}, which iatk does "
                                  "not support; give it keys",
                                  provider)));
    }
  }
  return Fail(SenderError("NoCredentials",
                          "no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a "
                          "profile with keys"));
}

}  // namespace iatk::client

// Credentials of roles, from STS.
#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <iterator>
#include <utility>

#include "iatk/client/credentials/provider.h"
#include "iatk/model/sts/operations.h"

namespace iatk::client {

namespace sts = model::sts;

namespace {

constexpr std::size_t kMaxTokenBytes = 64U * 1024U;

Result<Endpoint> StsEndpoint(const ProviderContext& context) {
  return FindEndpoint(context.settings, *sts::op::AssumeRole::Table().service, context.region);
}

std::string SessionName(const ProviderContext& context, const std::optional<std::string>& name) {
  if (name) return *name;
  const auto now = context.timing().clock->Now().time_since_epoch();
  return fmt::format("iatk-{}", std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

Result<Credentials> Of(const std::optional<sts::Credentials>& given, const std::string& role_arn) {
  if (!given || !given->access_key_id || !given->secret_access_key) {
    return Fail(SenderError("CredentialsIncomplete",
                            fmt::format("STS gave no credentials of role {}", role_arn)));
  }
  return Credentials{
      {*given->access_key_id, *given->secret_access_key, given->session_token.value_or("")},
      given->expiration};
}

class AssumeRoleProvider : public CredentialsProvider {
 public:
  AssumeRoleProvider(const ProviderContext& context, ProviderPtr source,
                     sts::AssumeRoleRequest input)
      : context_(context), source_(std::move(source)), input_(std::move(input)) {}

  Result<Credentials> Fetch() override {
    IATK_TRY(const Credentials source, source_->Fetch());
    IATK_TRY(const Endpoint endpoint, StsEndpoint(context_));
    sts::AssumeRoleRequest input = input_;
    input.role_session_name = SessionName(context_, input.role_session_name);
    IATK_TRY(const sts::AssumeRoleResponse output,
             context_.sender->SendOne<sts::op::AssumeRole>(
                 input, endpoint, [&source] { return std::optional(source.keys); }));
    return Of(output.credentials, *input_.role_arn);
  }

 private:
  const ProviderContext context_;
  ProviderPtr source_;
  sts::AssumeRoleRequest input_;
};

class WebIdentityProvider : public CredentialsProvider {
 public:
  WebIdentityProvider(const ProviderContext& context, std::string role_arn,
                      std::string session_name, std::string token_file)
      : context_(context),
        role_arn_(std::move(role_arn)),
        session_name_(std::move(session_name)),
        token_file_(std::move(token_file)) {}

  Result<Credentials> Fetch() override {
    std::ifstream file(token_file_, std::ios::binary);
    std::string token((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (!file || token.size() > kMaxTokenBytes) {
      return Fail(SenderError("WebIdentityTokenNotRead",
                              fmt::format("the token in {} can't be read", token_file_)));
    }
    IATK_TRY(const Endpoint endpoint, StsEndpoint(context_));
    sts::AssumeRoleWithWebIdentityRequest input;
    input.role_arn = role_arn_;
    input.role_session_name =
        SessionName(context_, session_name_.empty() ? std::nullopt : std::optional(session_name_));
    input.web_identity_token = std::move(token);
    IATK_TRY(const sts::AssumeRoleWithWebIdentityResponse output,
             context_.sender->SendOne<sts::op::AssumeRoleWithWebIdentity>(
                 input, endpoint, [] { return std::optional<protocol::SigningKeys>(); }));
    return Of(output.credentials, role_arn_);
  }

 private:
  const ProviderContext context_;
  const std::string role_arn_;
  const std::string session_name_;
  const std::string token_file_;
};

}  // namespace

Result<ProviderPtr> MakeAssumeRoleProvider(const ProviderContext& context, ProviderPtr source) {
  const Settings& settings = context.settings;
  if (settings.Profile("mfa_serial")) {
    return Fail(SenderError(
        "MfaNotSupported",
        fmt::format("profile {} asks for an MFA code (mfa_serial), and there is nobody to ask; "
                    "put session credentials into the environment",
                    settings.profile_name())));
  }
  sts::AssumeRoleRequest input;
  input.role_arn = settings.Profile("role_arn");
  input.role_session_name = settings.Profile("role_session_name");
  input.external_id = settings.Profile("external_id");
  if (const auto duration = settings.Profile("duration_seconds")) {
    int seconds = 0;
    const auto read =
        std::from_chars(duration->data(), duration->data() + duration->size(), seconds);
    if (read.ec != std::errc() || read.ptr != duration->data() + duration->size()) {
      return Fail(SenderError(
          "InvalidSetting",
          fmt::format("duration_seconds of profile {} is no number", settings.profile_name())));
    }
    input.duration_seconds = seconds;
  }
  return std::make_unique<AssumeRoleProvider>(context, std::move(source), std::move(input));
}

ProviderPtr MakeWebIdentityProvider(const ProviderContext& context, std::string role_arn,
                                    std::string session_name, std::string token_file) {
  return std::make_unique<WebIdentityProvider>(context, std::move(role_arn),
                                               std::move(session_name), std::move(token_file));
}

}  // namespace iatk::client

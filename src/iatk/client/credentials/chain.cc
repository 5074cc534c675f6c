#include "iatk/client/credentials/chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace iatk::client {
namespace {

constexpr const char* kNoCredentials =
    "no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile that has them";

bool HasContainer(const Settings& settings) {
  return settings.Variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") ||
         settings.Variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
}

// The instance's credentials; where there is no instance, there are no credentials at all.
class LastProvider : public CredentialsProvider {
 public:
  explicit LastProvider(ProviderPtr instance) : instance_(std::move(instance)) {}
  Result<Credentials> Fetch() override {
    auto credentials = instance_->Fetch();
    if (credentials) return credentials;
    return Fail(SenderError("NoCredentials",
                            fmt::format("{} ({})", kNoCredentials, credentials.error().message)));
  }

 private:
  ProviderPtr instance_;
};

using Profiles = std::vector<std::string>;

Result<ProviderPtr> OfProfile(const ProviderContext& context, Profiles& visited);

Result<ProviderPtr> OfCredentialSource(const ProviderContext& context, const std::string& source) {
  if (source == "Environment") {
    if (auto found = EnvironmentCredentials(context.settings)) {
      return MakeStaticProvider(*std::move(found));
    }
    return Fail(SenderError("CredentialsIncomplete",
                            "credential_source is Environment, and the environment has no keys"));
  }
  if (source == "EcsContainer") return MakeContainerProvider(context);
  if (source == "Ec2InstanceMetadata") return MakeInstanceMetadataProvider(context);
  return Fail(SenderError("CredentialsNotSupported",
                          fmt::format("credential_source \"{}\" is none of Environment, "
                                      "EcsContainer and Ec2InstanceMetadata",
                                      source)));
}

Result<ProviderPtr> OfRole(const ProviderContext& context, Profiles& visited) {
  const Settings& settings = context.settings;
  const auto source_profile = settings.Profile("source_profile");
  const auto credential_source = settings.Profile("credential_source");
  if (source_profile && credential_source) {
    return Fail(
        SenderError("CredentialsIncomplete", fmt::format("profile {} has both source_profile and "
                                                         "credential_source",
                                                         settings.profile_name())));
  }
  ProviderPtr source;
  if (credential_source) {
    IATK_TRY(source, OfCredentialSource(context, *credential_source));
  } else if (source_profile) {
    IATK_TRY(Settings of_source, settings.OfProfile(*source_profile));
    auto keys = ProfileCredentials(of_source);
    if (keys && (*source_profile == settings.profile_name() || !of_source.Profile("role_arn"))) {
      // A profile may name itself for its own keys.
      source = MakeStaticProvider(*std::move(keys));
    } else {
      if (std::ranges::find(visited, *source_profile) != visited.end()) {
        return Fail(SenderError("ProfileLoop",
                                fmt::format("the source_profile of profile {} leads back to {}",
                                            settings.profile_name(), *source_profile)));
      }
      ProviderContext next = context;
      next.settings = std::move(of_source);
      IATK_TRY(source, OfProfile(next, visited));
      if (source == nullptr) {
        return Fail(SenderError("CredentialsIncomplete",
                                fmt::format("profile {}, the source_profile of {}, has no "
                                            "credentials",
                                            *source_profile, settings.profile_name())));
      }
    }
  } else {
    return Fail(SenderError("CredentialsIncomplete",
                            fmt::format("profile {} has a role_arn, but neither source_profile nor "
                                        "credential_source nor web_identity_token_file",
                                        settings.profile_name())));
  }
  return MakeAssumeRoleProvider(context, std::move(source));
}

// nullptr if the profile asks for nothing.
Result<ProviderPtr> OfProfile(const ProviderContext& context, Profiles& visited) {
  const Settings& settings = context.settings;
  visited.push_back(settings.profile_name());
  if (const auto role = settings.Profile("role_arn")) {
    const auto token_file = settings.Profile("web_identity_token_file");
    if (!token_file) return OfRole(context, visited);
    return MakeWebIdentityProvider(context, *role,
                                   settings.Profile("role_session_name").value_or(""), *token_file);
  }
  if (settings.Profile("sso_session") || settings.Profile("sso_start_url")) {
    return MakeSsoProvider(context);
  }
  if (auto keys = ProfileCredentials(settings)) return MakeStaticProvider(*std::move(keys));
  if (settings.Profile("login_session")) {
    return Fail(SenderError("CredentialsNotSupported",
                            fmt::format("profile {} signs in by login_session, which iatk does not "
                                        "support; use credential_process with aws configure "
                                        "export-credentials",
                                        settings.profile_name())));
  }
  if (const auto command = settings.Profile("credential_process")) {
    return MakeProcessProvider(context, *command);
  }
  return ProviderPtr();
}

}  // namespace

Result<ProviderPtr> MakeChain(const ProviderContext& context) {
  const Settings& settings = context.settings;
  if (!settings.profile_was_asked_for()) {
    if (auto keys = EnvironmentCredentials(settings)) return MakeStaticProvider(*std::move(keys));
  }
  const auto token_file = settings.Variable("AWS_WEB_IDENTITY_TOKEN_FILE");
  const auto role = settings.Variable("AWS_ROLE_ARN");
  Profiles visited;
  IATK_TRY(ProviderPtr of_profile, OfProfile(context, visited));
  const bool profile_has_role = settings.Profile("role_arn").has_value();
  if (token_file && role && !settings.profile_was_asked_for() && !profile_has_role) {
    return MakeWebIdentityProvider(
        context, *role, settings.Variable("AWS_ROLE_SESSION_NAME").value_or(""), *token_file);
  }
  if (of_profile != nullptr) return of_profile;
  if (HasContainer(settings)) return MakeContainerProvider(context);
  if (settings.Variable("AWS_EC2_METADATA_DISABLED") == "true") {
    return Fail(SenderError("NoCredentials", kNoCredentials));
  }
  return std::make_unique<LastProvider>(MakeInstanceMetadataProvider(context));
}

}  // namespace iatk::client

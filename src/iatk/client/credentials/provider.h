// Where the keys that requests are signed with come from. AWS SDKs and Tools Reference Guide,
// "Standardized credential providers".
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "iatk/base/clock.h"
#include "iatk/base/result.h"
#include "iatk/client/sender.h"
#include "iatk/client/settings.h"
#include "iatk/json/value.h"
#include "iatk/protocol/sigv4.h"

namespace iatk::client {

struct Credentials {
  protocol::SigningKeys keys;
  std::optional<Time> expires;  ///< nullopt: never
};

/// One source. Not thread-safe; blocks while it asks whoever has the credentials. No error of it
/// carries a secret.
class CredentialsProvider {
 public:
  CredentialsProvider() = default;
  CredentialsProvider(const CredentialsProvider&) = delete;
  CredentialsProvider& operator=(const CredentialsProvider&) = delete;
  virtual ~CredentialsProvider() = default;

  virtual Result<Credentials> Fetch() = 0;
};

using ProviderPtr = std::unique_ptr<CredentialsProvider>;

/// What providers work with. They live as long as it.
struct ProviderContext {
  Settings settings;
  std::string region;
  Sender* sender = nullptr;    ///< to services; through proxies where there are any
  Sender* metadata = nullptr;  ///< to metadata services of the machine: without proxies
  const Timing& timing() const { return sender->timing(); }
};

/// Keys that are there already.
ProviderPtr MakeStaticProvider(Credentials credentials);
/// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN; nullopt if they are not set.
std::optional<Credentials> EnvironmentCredentials(const Settings& settings);
/// aws_access_key_id and so on of the profile.
std::optional<Credentials> ProfileCredentials(const Settings& settings);

/// role_arn, with the credentials of `source`: sts:AssumeRole. external_id, role_session_name and
/// duration_seconds are heeded; mfa_serial fails with `MfaNotSupported`: nobody can be asked.
Result<ProviderPtr> MakeAssumeRoleProvider(const ProviderContext& context, ProviderPtr source);
/// A token in a file, for a role: sts:AssumeRoleWithWebIdentity. The file is read at each fetch.
ProviderPtr MakeWebIdentityProvider(const ProviderContext& context, std::string role_arn,
                                    std::string session_name, std::string token_file);
/// IAM Identity Center: sso_session or sso_start_url, sso_account_id, sso_role_name. The access
/// token is the one that `aws sso login` left in ~/.aws/sso/cache, and is refreshed there where it
/// can be.
Result<ProviderPtr> MakeSsoProvider(const ProviderContext& context);
/// credential_process: a command that prints the credentials as JSON; run without a shell, ended
/// after a minute. AWS SDKs and Tools Reference Guide, "Process credential provider".
ProviderPtr MakeProcessProvider(const ProviderContext& context, std::string command);
/// The address in AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or …_FULL_URI. "Container credential
/// provider".
Result<ProviderPtr> MakeContainerProvider(const ProviderContext& context);
/// The role of the EC2 instance (version 2 of its metadata service). "IMDS credential provider".
ProviderPtr MakeInstanceMetadataProvider(const ProviderContext& context);

/// Reads {"AccessKeyId", "SecretAccessKey", token, expiry}, as containers, instances and processes
/// give it. Fails with `code` and a sentence that begins with `source` and names what is missing.
Result<Credentials> ReadCredentials(std::string_view text, std::string_view token_name,
                                    std::string_view code, std::string_view source);

}  // namespace iatk::client

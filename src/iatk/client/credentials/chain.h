// The chain of credentials providers: which of them the settings ask for.
#pragma once

#include "iatk/client/credentials/provider.h"

namespace iatk::client {

/// In botocore's order: the environment's keys (unless the caller named a profile); then what the
/// profile asks for: a role with source_profile or credential_source, a role with
/// web_identity_token_file (or AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN), IAM Identity Center,
/// keys, credential_process; then the container's, then the instance's credentials. Fails with
/// `NoCredentials` only at the first fetch, since the last may be there or not; at once with
/// `CredentialsIncomplete`, `MfaNotSupported`, `ProfileLoop` or `CredentialsNotSupported` (for
/// login_session) and the name of what is missing or in the way.
Result<ProviderPtr> MakeChain(const ProviderContext& context);

}  // namespace iatk::client

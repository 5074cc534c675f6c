// The keys that requests are signed with.
#pragma once

#include "iatk/base/result.h"
#include "iatk/client/settings.h"
#include "iatk/protocol/sigv4.h"

namespace iatk::client {

/// A profile that the caller named first, else the environment's keys, else the profile's. A
/// profile that asks for a provider which is not there (a role, SSO, a process, …) fails with
/// `CredentialsNotSupported` and the name of the setting; nothing at all fails with
/// `NoCredentials`.
Result<protocol::SigningKeys> FindCredentials(const Settings& settings);

}  // namespace iatk::client

// Credentials that are kept until they are about to expire.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>

#include "iatk/client/credentials/provider.h"

namespace iatk::client {

/// Thread-safe. Ten to fifteen minutes before its credentials expire one thread asks for new ones,
/// while the others go on with those that are there; later than that, or without any, all wait.
/// A failure matters only where the credentials do not hold any more.
class RefreshingCredentials {
 public:
  RefreshingCredentials(ProviderPtr provider, const Clock& clock)
      : provider_(std::move(provider)), clock_(clock) {}

  Result<protocol::SigningKeys> Get();

 private:
  const ProviderPtr provider_;
  const Clock& clock_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable fetched_;
  bool fetching_ = false;
  std::optional<Credentials> current_;
};

}  // namespace iatk::client

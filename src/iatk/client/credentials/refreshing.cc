#include "iatk/client/credentials/refreshing.h"

#include <chrono>
#include <utility>

namespace iatk::client {
namespace {

// botocore's.
constexpr std::chrono::minutes kAdvised{15};
constexpr std::chrono::minutes kNeeded{10};

}  // namespace

Result<protocol::SigningKeys> RefreshingCredentials::Get() {
  std::unique_lock lock(mutex_);
  while (true) {
    const Time now = clock_.Now();
    const bool any = current_.has_value();
    const bool advised = !any || (current_->expires && *current_->expires - kAdvised <= now);
    const bool needed = !any || (current_->expires && *current_->expires - kNeeded <= now);
    if (!advised || (fetching_ && !needed)) return current_->keys;
    if (!fetching_) break;
    fetched_.wait(lock);
  }
  fetching_ = true;
  lock.unlock();
  Result<Credentials> fetched = provider_->Fetch();
  lock.lock();
  fetching_ = false;
  fetched_.notify_all();
  if (fetched) {
    current_ = *std::move(fetched);
  } else if (!current_ || (current_->expires && *current_->expires <= clock_.Now())) {
    return Fail(std::move(fetched.error()));
  }
  return current_->keys;
}

}  // namespace iatk::client

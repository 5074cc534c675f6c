#include "iatk/client/retry.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace iatk::client {
namespace {

constexpr std::array<std::string_view, 13> kThrottlingCodes = {
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException"};
constexpr std::array<std::string_view, 5> kTransientCodes = {
    "InternalError", "InternalFailure", "RequestTimeout", "RequestTimeoutException",
    "ServiceUnavailable"};
constexpr int kMaxTokens = 500;

}  // namespace

bool IsThrottling(const Error& error) {
  return std::ranges::find(kThrottlingCodes, error.code) != kThrottlingCodes.end() ||
         error.http_status == 429;
}

bool IsRetryable(const Error& error) {
  if (IsThrottling(error)) return true;
  // What is not implemented stays so.
  if (error.http_status == 501) return false;
  return error.retryable ||
         std::ranges::find(kTransientCodes, error.code) != kTransientCodes.end() ||
         error.http_status == 500 || error.http_status == 502 || error.http_status == 503 ||
         error.http_status == 504;
}

Duration BackOff(int next, IdSource& ids) {
  constexpr std::int64_t kMax = 20'000'000;
  const std::int64_t ceiling =
      std::min<std::int64_t>(1'000'000LL << std::clamp(next - 2, 0, 20), kMax);
  return Duration(static_cast<std::int64_t>(ids.Below(static_cast<std::uint64_t>(ceiling))));
}

int RetryQuota::Take(const Error& error) {
  const int cost = error.code == "ReadTimeout" || error.code == "ConnectTimeout" ? 10 : 5;
  const std::lock_guard lock(mutex_);
  if (tokens_ < cost) return 0;
  tokens_ -= cost;
  return cost;
}

void RetryQuota::Earn(int spent) {
  const std::lock_guard lock(mutex_);
  tokens_ = std::min(tokens_ + std::max(spent, 1), kMaxTokens);
}

}  // namespace iatk::client

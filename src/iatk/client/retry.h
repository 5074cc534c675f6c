// When to send a request again: the SDKs' standard mode.
// AWS SDKs and Tools Reference Guide, "Retry behavior".
#pragma once

#include <mutex>

#include "iatk/base/clock.h"
#include "iatk/base/error.h"
#include "iatk/base/ids.h"

namespace iatk::client {

inline constexpr int kMaxAttempts = 3;

bool IsThrottling(const Error& error);
/// Whether the same request may go well the next time.
bool IsRetryable(const Error& error);
/// Before attempt `next` (2, 3, …): between nothing and 2^(next-2) seconds, 20 s at most.
Duration BackOff(int next, IdSource& ids);

/// What a client may spend on repeating: 500 tokens, of which a repetition takes 5 (10 after a
/// time-out) and gives them back when it goes well; a call that went well at once earns one.
/// Thread-safe.
class RetryQuota {
 public:
  /// The tokens taken, or 0 if there are too few.
  int Take(const Error& error);
  /// A call went well, its last attempt for `spent` tokens.
  void Earn(int spent);

 private:
  std::mutex mutex_;
  int tokens_ = 500;
};

}  // namespace iatk::client

// Tokens of tasks that wait for someone outside: SendTaskSuccess, SendTaskFailure and
// SendTaskHeartbeat answer to them. AWS Step Functions Developer Guide, "Discover service
// integration patterns in Step Functions", Wait for a Callback with Task Token.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "iatk/base/clock.h"
#include "iatk/base/ids.h"
#include "iatk/base/result.h"
#include "iatk/cloud/services/stepfunctions/asl/fault.h"
#include "iatk/json/value.h"

namespace iatk::cloud {

/// A task that waits. Its first answer counts.
struct PendingTask {
  std::string account;
  std::optional<asl::Outcome<json::Value>> answer;
  Time last_heartbeat;
  std::function<void()> wake;  ///< tells whoever waits that something has changed
};

class TaskTokens {
 public:
  /// A new token for `task`. The task must be forgotten when its state ends.
  std::string Issue(std::shared_ptr<PendingTask> task, IdSource& ids);
  void Forget(const std::string& token) { tasks_.erase(token); }

  /// The task that waits under a token of this account. Fails with InvalidToken for what never was
  /// a token, and with TaskTimedOut for one whose task has been answered or has ended.
  Result<std::shared_ptr<PendingTask>> Find(std::string_view token, std::string_view account) const;

 private:
  std::map<std::string, std::shared_ptr<PendingTask>, std::less<>> tasks_;
};

}  // namespace iatk::cloud

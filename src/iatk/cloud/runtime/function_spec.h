// What the runtime needs to know of a function and of one invocation, and what it gives back.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "iatk/base/clock.h"
#include "iatk/json/value.h"
#include "iatk/trace/header.h"

namespace iatk::cloud {

/// A version of a function as its processes are started. Processes serve specs of an equal `key`.
struct FunctionSpec {
  std::string key;  ///< changes with everything that needs a new process, e.g. ARN and revision
  std::string account;
  std::string region;
  std::string name;
  std::string version;  ///< "$LATEST", "1"
  std::string runtime;  ///< "python3.11", "nodejs20.x", "provided.al2023"
  std::string handler;
  std::string code_folder;  ///< LAMBDA_TASK_ROOT
  std::string log_group;
  bool watch_code =
      false;  ///< the folder is the developer's own: a change of it ends warm processes
  std::int32_t memory_mb = 128;
  Duration timeout = std::chrono::seconds(3);
  std::map<std::string, std::string> variables;  ///< the user's environment
};

struct Invocation {
  std::string request_id;
  std::string invoked_arn;
  std::string payload;         ///< JSON
  std::string client_context;  ///< JSON; empty for none
  /// As the function sees it in _X_AMZN_TRACE_ID; its parent is the function's segment.
  std::optional<trace::TraceHeader> trace;
};

struct InvocationResult {
  std::string payload;
  bool failed = false;               ///< X-Amz-Function-Error: Unhandled
  std::string error_type;            ///< "Sandbox.Timedout", or what the function threw
  std::string error_message;         ///< empty if there is none
  json::Value cause;                 ///< X-Ray's, if the function's runtime told it
  std::string log_tail;              ///< the last 4 KiB
  std::optional<Time> init_started;  ///< of a cold start
  Time started;
  Time ended;
};

struct LogLine {
  Time time;
  std::string text;  ///< without the line's end
};

/// Takes what a function wrote. `stream`: the log stream of the process. Must not suspend.
using LogSink = std::function<void(const FunctionSpec& function, const std::string& stream,
                                   std::vector<LogLine> lines)>;

}  // namespace iatk::cloud

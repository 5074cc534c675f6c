// What X-Ray sees of an invocation. AWS Lambda Developer Guide, "Visualize Lambda function
// invocations using AWS X-Ray": a segment of the service, and one of the function below it.
#pragma once

#include <optional>
#include <string>

#include "iatk/cloud/dispatch/request_context.h"
#include "iatk/cloud/runtime/function_spec.h"
#include "iatk/trace/header.h"

namespace iatk::cloud {

/// Decides which requests to trace if nobody before has: the first of each second, and five per
/// cent of the others.
class TraceSampler {
 public:
  bool Sample(Time now, IdSource& ids);

 private:
  Time second_{};  ///< of the last request that was the first of its second
};

/// The trace of one event on its way through a function. An event that is tried again has one
/// segment of the service, and one of the function for each attempt.
class InvocationTrace {
 public:
  /// `header`: as it came; `active`: the function's tracing is on, so requests that bring no
  /// decision are sampled here.
  InvocationTrace(Environment& environment, const std::optional<trace::TraceHeader>& header,
                  bool active, TraceSampler& sampler);

  /// Emits the service's segment, in progress.
  void Begin(const FunctionSpec& function, const std::string& arn, const std::string& request_id);
  /// What the function gets: its parent is a function segment of this attempt.
  trace::TraceHeader NewAttempt();
  /// Emits the function's segment of the last attempt.
  void EndAttempt(const InvocationResult& result);
  /// Emits the service's segment. `failed`: the function's own failure; `throttled`: it never ran.
  void End(int status, bool failed, bool throttled);

  const std::string& root() const { return header_.root; }

 private:
  json::Object Segment(const std::string& id, std::string_view origin, Time start) const;
  void Emit(json::Object segment) const;

  Environment& environment_;
  bool sampled_ = false;
  trace::TraceHeader header_;
  std::string service_id_;
  std::string function_id_;
  std::string account_;
  std::string region_;
  std::string name_;
  std::string arn_;
  std::string request_id_;
  Time started_{};
};

}  // namespace iatk::cloud

// The X-Ray segment of an execution: a subsegment for each state, and in it one for each call of a
// service. AWS Step Functions Developer Guide, "Tracing state machines with AWS X-Ray".
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/cloud/dispatch/request_context.h"
#include "iatk/json/value.h"
#include "iatk/trace/header.h"

namespace iatk::cloud {

class ExecutionTrace {
 public:
  /// A subsegment. Lives as long as its trace.
  struct Part;

  /// `header`: of the trace that the execution belongs to. Without `recorded` nothing is emitted,
  /// and calls carry the header on as it came.
  ExecutionTrace(Environment& environment, std::string account, std::string region,
                 std::string machine_name, std::string execution_arn,
                 std::optional<trace::TraceHeader> header, bool recorded);
  ~ExecutionTrace();

  /// The document in progress, so that the trace is known from now on.
  void Begin();
  /// The whole document.
  void End(bool fault);

  /// nullptr if nothing is recorded; the other functions take that.
  Part* Open(Part* parent, std::string name);
  /// A call of a service: `name` as X-Ray names it ("Events"), its operation as the API does.
  Part* OpenCall(Part* parent, std::string name, std::string operation);
  void Close(Part* part, bool fault);

  /// What a call within `part` carries.
  std::optional<trace::TraceHeader> HeaderFor(const Part* part) const;
  std::string trace_id() const { return header_ ? header_->root : std::string(); }

 private:
  json::Object Document() const;

  Environment& environment_;
  std::string account_;
  std::string region_;
  std::string name_;
  std::string execution_arn_;
  std::optional<trace::TraceHeader> header_;
  bool recorded_;
  std::string id_;
  Time start_;
  std::size_t count_ = 0;
  std::vector<std::unique_ptr<Part>> parts_;
};

}  // namespace iatk::cloud

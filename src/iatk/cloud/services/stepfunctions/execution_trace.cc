#include "iatk/cloud/services/stepfunctions/execution_trace.h"

#include <utility>

#include "iatk/base/time_text.h"

namespace iatk::cloud {

namespace {

// A document has at most 64 kB; what comes later runs untold.
constexpr std::size_t kMaxParts = 200;

json::Value Seconds(Time time) { return json::Number(FormatEpochSeconds(time)); }

}  // namespace

struct ExecutionTrace::Part {
  std::string id;
  std::string name;
  std::string operation;  // of a call; else empty
  Time start;
  std::optional<Time> end;
  bool fault = false;
  std::vector<std::unique_ptr<Part>> parts;

  // What is open when the execution ends, ends with it.
  void CloseAll(Time now) {
    if (!end) {
      end = now;
      fault = true;
    }
    for (const auto& part : parts) part->CloseAll(now);
  }

  json::Value Document(const std::string& region) const {
    json::Object out;
    out.Set("id", id);
    out.Set("name", name);
    out.Set("start_time", Seconds(start));
    if (end) {
      out.Set("end_time", Seconds(*end));
    } else {
      out.Set("in_progress", true);
    }
    if (fault) out.Set("fault", true);
    if (!operation.empty()) {
      out.Set("namespace", "aws");
      out.Set("aws", json::Object{{"operation", operation}, {"region", region}});
      if (end && !fault) {
        out.Set("http", json::Object{{"response", json::Object{{"status", 200}}}});
      }
    }
    json::Array inner;
    for (const auto& part : parts) inner.push_back(part->Document(region));
    if (!inner.empty()) out.Set("subsegments", std::move(inner));
    return out;
  }
};

ExecutionTrace::ExecutionTrace(Environment& environment, std::string account, std::string region,
                               std::string machine_name, std::string execution_arn,
                               std::optional<trace::TraceHeader> header, bool recorded)
    : environment_(environment),
      account_(std::move(account)),
      region_(std::move(region)),
      name_(std::move(machine_name)),
      execution_arn_(std::move(execution_arn)),
      header_(std::move(header)),
      recorded_(recorded),
      start_(environment.loop.clock().Now()) {
  if (!recorded_) return;
  if (!header_) {
    header_.emplace().root = trace::NewTraceId(environment.loop.clock(), environment.ids);
  }
  header_->sampled = true;
  id_ = trace::NewSegmentId(environment.ids);
}

ExecutionTrace::~ExecutionTrace() = default;

json::Object ExecutionTrace::Document() const {
  json::Object out;
  out.Set("id", id_);
  out.Set("trace_id", header_->root);
  if (!header_->parent.empty()) out.Set("parent_id", header_->parent);
  out.Set("name", name_);
  out.Set("origin", "AWS::StepFunctions::StateMachine");
  out.Set("start_time", Seconds(start_));
  out.Set("aws", json::Object{{"account_id", account_}, {"execution_arn", execution_arn_}});
  return out;
}

void ExecutionTrace::Begin() {
  if (!recorded_) return;
  json::Object document = Document();
  document.Set("in_progress", true);
  environment_.journal.EmitSegment(account_, region_, std::move(document));
}

void ExecutionTrace::End(bool fault) {
  if (!recorded_) return;
  const Time now = environment_.loop.clock().Now();
  for (const auto& part : parts_) part->CloseAll(now);
  json::Object document = Document();
  document.Set("end_time", Seconds(now));
  if (fault) document.Set("fault", true);
  json::Array parts;
  for (const auto& part : parts_) parts.push_back(part->Document(region_));
  if (!parts.empty()) document.Set("subsegments", std::move(parts));
  environment_.journal.EmitSegment(account_, region_, std::move(document));
}

ExecutionTrace::Part* ExecutionTrace::Open(Part* parent, std::string name) {
  if (!recorded_ || count_ >= kMaxParts) return nullptr;
  ++count_;
  auto& siblings = parent != nullptr ? parent->parts : parts_;
  Part& part = *siblings.emplace_back(std::make_unique<Part>());
  part.id = trace::NewSegmentId(environment_.ids);
  part.name = std::move(name);
  part.start = environment_.loop.clock().Now();
  return &part;
}

ExecutionTrace::Part* ExecutionTrace::OpenCall(Part* parent, std::string name,
                                               std::string operation) {
  Part* const part = Open(parent, std::move(name));
  if (part != nullptr) part->operation = std::move(operation);
  return part;
}

void ExecutionTrace::Close(Part* part, bool fault) {
  if (part == nullptr || part->end) return;
  part->end = environment_.loop.clock().Now();
  part->fault = fault;
}

std::optional<trace::TraceHeader> ExecutionTrace::HeaderFor(const Part* part) const {
  std::optional<trace::TraceHeader> header = header_;
  if (recorded_) header->parent = part != nullptr ? part->id : id_;
  return header;
}

}  // namespace iatk::cloud

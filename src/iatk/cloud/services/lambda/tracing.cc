#include "iatk/cloud/services/lambda/tracing.h"

#include <utility>

namespace iatk::cloud {
namespace {

double Seconds(Time time) { return static_cast<double>(time.time_since_epoch().count()) / 1e6; }

}  // namespace

bool TraceSampler::Sample(Time now, IdSource& ids) {
  constexpr std::uint64_t kPercent = 5;
  const Time second = std::chrono::floor<std::chrono::seconds>(now);
  if (second != second_) {
    second_ = second;
    return true;
  }
  return ids.Below(100) < kPercent;
}

InvocationTrace::InvocationTrace(Environment& environment,
                                 const std::optional<trace::TraceHeader>& header, bool active,
                                 TraceSampler& sampler)
    : environment_(environment) {
  const Clock& clock = environment.loop.clock();
  if (header) {
    header_ = *header;
  } else {
    header_.root = trace::NewTraceId(clock, environment.ids);
  }
  sampled_ =
      header_.sampled ? *header_.sampled : active && sampler.Sample(clock.Now(), environment.ids);
  service_id_ = trace::NewSegmentId(environment.ids);
}

json::Object InvocationTrace::Segment(const std::string& id, std::string_view origin,
                                      Time start) const {
  json::Object segment;
  segment.Append("id", id);
  segment.Append("name", name_);
  segment.Append("start_time", Seconds(start));
  segment.Append("trace_id", header_.root);
  segment.Append("origin", origin);
  return segment;
}

void InvocationTrace::Emit(json::Object segment) const {
  environment_.journal.EmitSegment(account_, region_, std::move(segment));
}

void InvocationTrace::Begin(const FunctionSpec& function, const std::string& arn,
                            const std::string& request_id) {
  account_ = function.account;
  region_ = function.region;
  name_ = function.name;
  arn_ = arn;
  request_id_ = request_id;
  started_ = environment_.loop.clock().Now();
  if (!sampled_) return;
  json::Object segment = Segment(service_id_, "AWS::Lambda", started_);
  if (!header_.parent.empty()) segment.Append("parent_id", header_.parent);
  segment.Append("in_progress", true);
  Emit(std::move(segment));
}

trace::TraceHeader InvocationTrace::NewAttempt() {
  trace::TraceHeader header = header_;
  function_id_ = trace::NewSegmentId(environment_.ids);
  header.sampled = sampled_;
  // Without a segment of the function, its caller stays the parent.
  if (sampled_ || header.parent.empty()) header.parent = function_id_;
  return header;
}

void InvocationTrace::EndAttempt(const InvocationResult& result) {
  if (!sampled_) return;
  const Time start = result.init_started.value_or(result.started);
  json::Object segment = Segment(function_id_, "AWS::Lambda::Function", start);
  segment.Append("end_time", Seconds(result.ended));
  segment.Append("parent_id", service_id_);
  segment.Append("aws", json::Object{{"account_id", account_},
                                     {"function_arn", arn_},
                                     {"resource_names", json::Array{json::Value(name_)}}});
  json::Value cause;
  if (result.failed) {
    segment.Append("fault", true);
    cause = result.cause;
    if (cause.Find("exceptions") == nullptr) {
      cause =
          json::Object{{"working_directory", "/var/task"},
                       {"exceptions", json::Array{json::Object{{"message", result.error_message},
                                                               {"type", result.error_type}}}}};
    }
    // X-Ray wants an id of every exception.
    if (json::Array* exceptions = cause.Find("exceptions")->AsArray()) {
      for (json::Value& exception : *exceptions) {
        if (json::Object* object = exception.AsObject()) {
          object->Set("id", trace::NewSegmentId(environment_.ids));
        }
      }
    }
    segment.Append("cause", cause);
  }
  json::Array subsegments;
  const auto add = [&](std::string_view name, Time from, Time to) -> json::Object& {
    subsegments.emplace_back(json::Object{{"id", trace::NewSegmentId(environment_.ids)},
                                          {"name", name},
                                          {"start_time", Seconds(from)},
                                          {"end_time", Seconds(to)},
                                          {"aws", json::Object{{"function_arn", arn_}}}});
    return *subsegments.back().AsObject();
  };
  if (result.init_started) add("Initialization", *result.init_started, result.started);
  json::Object& invocation = add("Invocation", result.started, result.ended);
  if (result.failed) {
    invocation.Append("fault", true);
    invocation.Append("cause", std::move(cause));
  }
  add("Overhead", result.ended, environment_.loop.clock().Now());
  segment.Append("subsegments", std::move(subsegments));
  Emit(std::move(segment));
}

void InvocationTrace::End(int status, bool failed, bool throttled) {
  if (!sampled_) return;
  json::Object segment = Segment(service_id_, "AWS::Lambda", started_);
  segment.Append("end_time", Seconds(environment_.loop.clock().Now()));
  if (!header_.parent.empty()) segment.Append("parent_id", header_.parent);
  segment.Append("resource_arn", arn_);
  segment.Append("http", json::Object{{"response", json::Object{{"status", status}}}});
  segment.Append("aws", json::Object{{"request_id", request_id_}});
  if (failed) segment.Append("fault", true);
  if (throttled) {
    segment.Append("error", true);
    segment.Append("throttle", true);
  }
  Emit(std::move(segment));
}

}  // namespace iatk::cloud

// Invoke: at once, or as an event that is tried again.
#include <algorithm>
#include <utility>

#include "iatk/base/digest.h"
#include "iatk/cloud/services/lambda/errors.h"
#include "iatk/cloud/services/lambda/limits.h"
#include "iatk/cloud/services/lambda/service.h"
#include "iatk/json/parse.h"
#include "iatk/json/write.h"
#include "iatk/model/sqs/operations.h"

namespace iatk::cloud {

namespace m = model::lambda;
namespace limits = lambda_limits;
namespace sqs = model::sqs;

namespace {

class Count {
 public:
  explicit Count(std::shared_ptr<int> counter) : counter_(std::move(counter)) { ++*counter_; }
  ~Count() { --*counter_; }
  Count(const Count&) = delete;
  Count& operator=(const Count&) = delete;

 private:
  std::shared_ptr<int> counter_;
};

Result<std::string> ReadClientContext(const std::optional<std::string>& text) {
  if (!text || text->empty()) return std::string();
  const auto decoded = Base64Decode(*text);
  const auto parsed = decoded ? json::Parse(*decoded) : Result<json::Value>();
  if (!decoded || !parsed || parsed->AsObject() == nullptr) {
    return Fail(lambda_errors::InvalidContent(
        "Client context must be a valid Base64-encoded JSON object."));
  }
  return json::Write(*parsed);  // on one line, for it travels in a header
}

sqs::MessageAttributeValue Attribute(const char* type, std::string value) {
  sqs::MessageAttributeValue attribute;
  attribute.data_type = type;
  attribute.string_value = std::move(value);
  return attribute;
}

}  // namespace

struct Lambda::Call {
  RequestContext context;
  FunctionSpec spec;
  Invocation invocation;
  std::string arn;  ///< of the function, without a qualifier
  std::string dead_letter_arn;
  bool traced = false;
  std::shared_ptr<const CodePackage> code;  ///< must not go while it runs
  std::shared_ptr<int> running;
  std::optional<std::int32_t> reserved;
};

Result<Lambda::Call> Lambda::Prepare(RequestContext& context, const FunctionTarget& target) {
  IATK_TRY(const Function* const function, Find(context, target));
  IATK_TRY(const std::string version, ResolveVersion(context, *function, target.qualifier));
  IATK_CHECK(CheckAllowed(context, *function, target.qualifier));
  const FunctionVersion& found = *function->FindVersion(version);
  Call call{.context = context,
            .spec = MakeSpec(context.account, context.region, found),
            .invocation = {},
            .arn = FunctionArn(context, function->name),
            .dead_letter_arn = found.dead_letter_arn(),
            .traced = found.traced(),
            .code = found.code,
            .running = function->running,
            .reserved = function->reserved_concurrency};
  call.invocation.invoked_arn = FunctionArn(context, function->name, target.qualifier);
  return call;
}

InvocationTrace Lambda::BeginTrace(RequestContext& context, const Call& call) {
  const auto function = In(context).functions.find(call.spec.name);
  TraceSampler gone;  // of a function that was deleted meanwhile
  InvocationTrace trace(environment_, context.trace, call.traced,
                        function == In(context).functions.end() ? gone : function->second.sampler);
  trace.Begin(call.spec, call.arn, call.invocation.request_id);
  return trace;
}

Result<InvocationResult> Lambda::RunOnce(Call& call, InvocationTrace& trace) {
  if (call.reserved && *call.running >= *call.reserved) {
    return Fail(lambda_errors::Throttled("ReservedFunctionConcurrentInvocationLimitExceeded"));
  }
  const Count count(call.running);
  call.invocation.trace = trace.NewAttempt();
  IATK_TRY(InvocationResult result, pool_.Invoke(call.spec, call.invocation));
  trace.EndAttempt(result);
  Hop hop;
  hop.kind = HopKind::kInvocation;
  hop.account = call.spec.account;
  hop.region = call.spec.region;
  hop.resource = call.arn;
  hop.source = call.context.principal.source_arn;
  hop.event_id = call.invocation.request_id;
  hop.trace_id = trace.root();
  if (result.failed) {
    hop.outcome = result.error_message.empty() ? result.error_type
                                               : result.error_type + ": " + result.error_message;
  }
  hop.detail = result.log_tail;
  hop.duration = result.ended - result.started;
  call.context.journal().Record(std::move(hop));
  return result;
}

Result<m::InvocationResponse> Lambda::Invoke(RequestContext& context,
                                             const m::InvocationRequest& input) {
  IATK_TRY(const FunctionTarget target,
           ReadFunctionName(context, *input.function_name, input.qualifier));
  const std::string type = input.invocation_type.value_or("RequestResponse");
  const std::string payload = input.payload.value_or("").empty() ? "{}" : *input.payload;
  if (input.durable_execution_name)
    return Fail(lambda_errors::NotSupported("DurableExecutionName"));
  if (input.tenant_id) return Fail(lambda_errors::NotSupported("TenantId"));
  IATK_TRY(Call call, Prepare(context, target));
  m::InvocationResponse output;
  if (type == "DryRun") {
    output.status_code = 204;
    return output;
  }
  const bool is_event = type == "Event";
  if (is_event && payload.size() > limits::kMaxEventBytes) {
    return Fail(lambda_errors::EventTooLarge(payload.size(), limits::kMaxEventBytes));
  }
  if (payload.size() > limits::kMaxPayloadBytes) {
    return Fail(lambda_errors::PayloadTooLarge(limits::kMaxPayloadBytes));
  }
  if (const auto parsed = json::Parse(payload); !parsed) {
    return Fail(lambda_errors::InvalidContent("Could not parse request body into json: " +
                                              parsed.error().message));
  }
  IATK_TRY(call.invocation.client_context, ReadClientContext(input.client_context));
  call.invocation.payload = payload;
  call.invocation.request_id = context.request_id;

  if (is_event) {
    if (pending_events_ >= limits::kMaxPendingEvents) {
      return Fail(lambda_errors::Throttled("ConcurrentInvocationLimitExceeded"));
    }
    context.loop().Spawn([this, call = std::make_shared<Call>(std::move(call)), target] {
      RunEvent(std::move(*call), target);
    });
    output.status_code = 202;
    return output;
  }

  InvocationTrace trace = BeginTrace(context, call);
  Result<InvocationResult> result = RunOnce(call, trace);
  if (!result) {
    trace.End(result.error().http_status, false, true);
    return Fail(std::move(result).error());
  }
  trace.End(200, result->failed, false);
  output.status_code = 200;
  output.executed_version = call.spec.version;
  output.payload = std::move(result->payload);
  if (result->failed) output.function_error = "Unhandled";
  if (input.log_type == "Tail") output.log_result = Base64Encode(result->log_tail);
  return output;
}

void Lambda::RunEvent(Call first, const FunctionTarget& target) {
  struct Pending {
    explicit Pending(std::size_t& the_count) : count(the_count) { ++count; }
    ~Pending() { --count; }
    std::size_t& count;
  } const pending(pending_events_);

  auto call = std::make_unique<Call>(std::move(first));
  RequestContext context = call->context;
  const Time accepted = context.Now();
  InvocationTrace trace = BeginTrace(context, *call);
  Duration throttle_wait = std::chrono::seconds(1);
  int attempts = 0;
  while (true) {
    Result<InvocationResult> result = RunOnce(*call, trace);
    if (result && !result->failed) {
      trace.End(202, false, false);
      return;
    }
    Duration wait = throttle_wait;
    std::string why;
    std::string error_type;
    if (result) {
      ++attempts;
      wait = attempts == 1 ? limits::kFirstRetryWait : limits::kSecondRetryWait;
      why = result->error_message;
      error_type = result->error_type;
    } else {
      throttle_wait = std::min(throttle_wait * 2, limits::kMaxThrottleWait);
      why = result.error().message;
      error_type = result.error().code;
    }
    if (attempts > limits::kEventRetries ||
        context.Now() + wait - accepted > limits::kMaxEventAge) {
      trace.End(202, result.has_value(), !result.has_value());
      GiveUp(*call, why, error_type);
      return;
    }
    context.loop().SleepFor(wait);
    // The function may have changed, or gone, meanwhile.
    Invocation invocation = call->invocation;
    Result<Call> next = Prepare(context, target);
    if (!next) {
      trace.End(202, true, false);
      GiveUp(*call, next.error().message, next.error().code);
      return;
    }
    invocation.invoked_arn = next->invocation.invoked_arn;
    next->invocation = std::move(invocation);
    call = std::make_unique<Call>(std::move(*next));
  }
}

void Lambda::GiveUp(const Call& call, const std::string& why, const std::string& error_type) {
  Hop hop;
  hop.kind = HopKind::kDeliveryFailed;
  hop.account = call.spec.account;
  hop.region = call.spec.region;
  hop.resource = call.arn;
  hop.source = call.context.principal.source_arn;
  hop.event_id = call.invocation.request_id;
  hop.outcome = error_type + ": " + why;
  hop.detail = "dropped";
  if (const std::optional<Arn> queue = ParseArn(call.dead_letter_arn)) {
    // With the function's role: not as a service that the queue's policy would have to allow.
    RequestContext context = call.context.ForService("", call.arn);
    context.principal.arn = MakeArn("iam", "", call.spec.account, "root");
    sqs::GetQueueUrlRequest find;
    find.queue_name = queue->resource;
    find.queue_owner_aws_account_id = queue->account;
    const OperationTable& operations = context.operations();
    if (const auto url = operations.Call<sqs::op::GetQueueUrl>(context, find)) {
      sqs::SendMessageRequest send;
      send.queue_url = url->queue_url;
      send.message_body = call.invocation.payload;
      auto& attributes = send.message_attributes.emplace();
      attributes["RequestID"] = Attribute("String", call.invocation.request_id);
      attributes["ErrorCode"] = Attribute("Number", "200");
      // "The first 1 KB of the error message".
      attributes["ErrorMessage"] =
          Attribute("String", why.empty() ? error_type : why.substr(0, 1024));
      if (operations.Call<sqs::op::SendMessage>(context, send)) hop.detail = "dead-lettered";
    }
  }
  call.context.journal().Record(std::move(hop));
}

}  // namespace iatk::cloud

#include "iatk/cloud/delivery/router.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "iatk/cloud/dispatch/operation_table.h"
#include "iatk/model/sqs/operations.h"

namespace iatk::cloud {
namespace {

constexpr Duration kFirstBackOff = std::chrono::seconds(1);
constexpr Duration kLongestBackOff = std::chrono::minutes(10);

// What a later attempt may mend: all but a target that is not there, and one that may not be used.
bool MayPass(const Error& error) {
  return error.kind != ErrorKind::kSender || error.retryable || error.http_status == 429 ||
         error.code == "OverLimit" || error.code == "ThrottlingException";
}

// The codes that dead-lettered events carry.
std::string DeadLetterCode(const Error& error) {
  if (error.code == "QueueDoesNotExist" || error.code == "ResourceNotFoundException" ||
      error.code == "StateMachineDoesNotExist") {
    return "NO_RESOURCE";
  }
  if (error.code.starts_with("AccessDenied")) return "NO_PERMISSIONS";
  if (error.code == "THIRD_ACCOUNT_HOP_DETECTED") return error.code;
  if (error.http_status == 429 || error.code == "ThrottlingException") return "THROTTLING";
  return "SDK_CLIENT_ERROR";
}

Hop HopOf(const Envelope& envelope, HopKind kind) {
  Hop hop;
  hop.kind = kind;
  hop.account = envelope.account;
  hop.region = envelope.region;
  hop.resource = envelope.target_arn;
  hop.source = envelope.source_arn;
  hop.event_id = envelope.event_id;
  if (envelope.trace) hop.trace_id = envelope.trace->root;
  return hop;
}

void RecordFailure(Environment& environment, const Envelope& envelope, const Error& error,
                   std::string what_follows) {
  Hop hop = HopOf(envelope, HopKind::kDeliveryFailed);
  hop.outcome = fmt::format("{}: {}", error.code, error.message);
  hop.detail = std::move(what_follows);
  environment.journal.Record(std::move(hop));
}

void AddText(std::map<std::string, model::sqs::MessageAttributeValue>* attributes,
             const std::string& name, const std::string& value) {
  model::sqs::MessageAttributeValue& attribute = (*attributes)[name];
  attribute.data_type = "String";
  attribute.string_value = value;
}

Result<void> ToDeadLetterQueue(Environment& environment, const Envelope& envelope,
                               const Error& error, int retries, const std::string& condition) {
  const Arn queue = ParseArn(envelope.dead_letter_arn).value_or(Arn());
  RequestContext context = MakeServiceContext(environment, envelope.account, queue.region,
                                              envelope.principal_service, envelope.source_arn);
  context.trace = envelope.trace;
  model::sqs::SendMessageRequest input;
  input.queue_url = fmt::format("{}/{}/{}", context.base_url, queue.account, queue.resource);
  input.message_body = envelope.payload;
  auto& attributes = input.message_attributes.emplace();
  AddText(&attributes, "RULE_ARN", envelope.source_arn);
  AddText(&attributes, "TARGET_ARN", envelope.target_arn);
  AddText(&attributes, "ERROR_CODE", DeadLetterCode(error));
  AddText(&attributes, "ERROR_MESSAGE", error.message);
  if (!condition.empty()) AddText(&attributes, "EXHAUSTED_RETRY_CONDITION", condition);
  AddText(&attributes, "RETRY_ATTEMPTS", std::to_string(retries));
  return context.operations()
      .Call<model::sqs::op::SendMessage>(context, input)
      .map([](const auto&) {});
}

void GiveUp(Environment& environment, const Envelope& envelope, const Error& error, int retries,
            const std::string& condition) {
  if (envelope.dead_letter_arn.empty()) {
    RecordFailure(environment, envelope, error, "dropped");
    return;
  }
  const Result<void> kept = ToDeadLetterQueue(environment, envelope, error, retries, condition);
  RecordFailure(environment, envelope, error,
                kept ? "dead-lettered"
                     : fmt::format("dropped: the dead-letter queue did not take it: {}",
                                   kept.error().message));
}

// The attempts after the first.
void Retry(Environment& environment, const Envelope& envelope, Error error) {
  const Time deadline = environment.loop.clock().Now() + envelope.retry.maximum_age;
  Duration back_off = kFirstBackOff;
  for (int retries = 0;;) {
    if (retries >= envelope.retry.maximum_attempts) {
      GiveUp(environment, envelope, error, retries, "MaximumRetryAttempts");
      return;
    }
    // Jitter: between half of the back-off and the whole.
    const auto half = static_cast<std::uint64_t>(back_off.count() / 2);
    const Duration delay(static_cast<std::int64_t>(half + environment.ids.Below(half + 1)));
    if (environment.loop.clock().Now() + delay > deadline) {
      GiveUp(environment, envelope, error, retries, "MaximumEventAgeInSeconds");
      return;
    }
    RecordFailure(environment, envelope, error, "retrying");
    environment.loop.SleepFor(delay);
    ++retries;
    const Result<void> done = DeliverOnce(environment, envelope);
    if (done) {
      environment.journal.Record(HopOf(envelope, HopKind::kDelivered));
      return;
    }
    error = done.error();
    if (!MayPass(error)) {
      GiveUp(environment, envelope, error, retries, "");
      return;
    }
    back_off = std::min(back_off * 2, kLongestBackOff);
  }
}

}  // namespace

void Deliver(Environment& environment, Envelope envelope) {
  const Result<void> done = DeliverOnce(environment, envelope);
  if (done) {
    environment.journal.Record(HopOf(envelope, HopKind::kDelivered));
    return;
  }
  if (!MayPass(done.error())) {
    GiveUp(environment, envelope, done.error(), 0, "");
    return;
  }
  environment.loop.Spawn([&environment, envelope = std::move(envelope), error = done.error()] {
    Retry(environment, envelope, error);
  });
}

}  // namespace iatk::cloud

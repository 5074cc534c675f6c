// Deliveries that fail: tried again with growing pauses, then dead-lettered or dropped.
#include "iatk/cloud/delivery/router.h"

#include <gtest/gtest.h>

#include "iatk/cloud/dispatch/test_cloud.h"
#include "iatk/model/events/operations.h"
#include "iatk/model/lambda/operations.h"
#include "iatk/model/sqs/operations.h"

namespace iatk::cloud {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class RouterTest : public testing::Test {
 protected:
  RouterTest() {
    cloud.operations.On<model::lambda::op::Invoke>(
        [this](RequestContext& context, const model::lambda::InvocationRequest& input)
            -> Result<model::lambda::InvocationResponse> {
          attempts.push_back(context.Now());
          payload = input.payload.value_or("");
          principal = context.principal;
          if (failure && (failures < 0 || failures-- > 0)) return Fail(*failure);
          return model::lambda::InvocationResponse();
        });
    cloud.operations.On<model::sqs::op::SendMessage>(
        [this](
            RequestContext&,
            const model::sqs::SendMessageRequest& input) -> Result<model::sqs::SendMessageResult> {
          if (queue_is_gone) {
            return Fail(SenderError("QueueDoesNotExist", "The specified queue does not exist."));
          }
          sent.push_back(input);
          return model::sqs::SendMessageResult();
        });
  }

  Envelope ToFunction() const {
    Envelope envelope;
    envelope.account = TestCloud::kAccount;
    envelope.region = TestCloud::kRegion;
    envelope.source_arn = "arn:aws:events:us-east-1:123456789012:rule/r";
    envelope.target_arn = "arn:aws:lambda:us-east-1:123456789012:function:f";
    envelope.payload = R"({"id":"1"})";
    envelope.event_id = "1";
    envelope.dead_letter_arn = "arn:aws:sqs:us-east-1:123456789012:dead";
    return envelope;
  }
  void Start(const Envelope& envelope) {
    cloud.Run([this, envelope] { Deliver(cloud.environment, envelope); });
  }
  std::string DeadLetterAttribute(const std::string& name) const {
    const auto& attributes = *sent.at(0).message_attributes;
    const auto found = attributes.find(name);
    return found == attributes.end() ? "" : found->second.string_value.value_or("");
  }
  std::string LastOutcome() const { return cloud.journal.hops().back().outcome; }
  std::string LastDetail() const { return cloud.journal.hops().back().detail; }

  TestCloud cloud;
  std::optional<Error> failure;
  int failures = -1;  // how many attempts fail; -1: all
  bool queue_is_gone = false;
  std::vector<Time> attempts;
  std::string payload;
  Principal principal;
  std::vector<model::sqs::SendMessageRequest> sent;
};

TEST_F(RouterTest, DeliversAsTheServiceForItsRule) {
  Start(ToFunction());
  EXPECT_EQ(attempts.size(), 1U);
  EXPECT_EQ(payload, R"({"id":"1"})");
  EXPECT_EQ(principal.service, "events.amazonaws.com");
  EXPECT_EQ(principal.source_arn, "arn:aws:events:us-east-1:123456789012:rule/r");
  EXPECT_EQ(cloud.journal.hops().back().kind, HopKind::kDelivered);
}

TEST_F(RouterTest, TriesAgainWithGrowingPausesUntilItGoesWell) {
  failure = ReceiverError("ServiceException", "busy");
  failures = 6;
  Start(ToFunction());
  cloud.loop.AdvanceBy(hours(1));
  ASSERT_EQ(attempts.size(), 7U);
  Duration whole = seconds(1);
  for (std::size_t i = 1; i < attempts.size(); ++i) {
    const Duration pause = attempts[i] - attempts[i - 1];
    EXPECT_GE(pause, whole / 2) << i;
    EXPECT_LE(pause, whole) << i;
    whole *= 2;
  }
  EXPECT_TRUE(sent.empty());
  EXPECT_EQ(cloud.journal.hops().back().kind, HopKind::kDelivered);
}

TEST_F(RouterTest, PausesGrowToTenMinutesAndNoFurther) {
  failure = ReceiverError("ServiceException", "busy");
  Start(ToFunction());
  cloud.loop.AdvanceBy(hours(3));
  ASSERT_GT(attempts.size(), 12U);
  for (std::size_t i = 1; i < attempts.size(); ++i) {
    EXPECT_LE(attempts[i] - attempts[i - 1], minutes(10));
  }
  EXPECT_GE(attempts.back() - attempts[attempts.size() - 2], minutes(5));
}

TEST_F(RouterTest, DeadLettersOnceTheAttemptsAreUsedUp) {
  failure = ReceiverError("ServiceException", "busy");
  Envelope envelope = ToFunction();
  envelope.retry.maximum_attempts = 3;
  Start(envelope);
  cloud.loop.AdvanceBy(hours(1));
  EXPECT_EQ(attempts.size(), 4U);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].message_body, R"({"id":"1"})");
  EXPECT_EQ(DeadLetterAttribute("RULE_ARN"), envelope.source_arn);
  EXPECT_EQ(DeadLetterAttribute("TARGET_ARN"), envelope.target_arn);
  EXPECT_EQ(DeadLetterAttribute("EXHAUSTED_RETRY_CONDITION"), "MaximumRetryAttempts");
  EXPECT_EQ(DeadLetterAttribute("RETRY_ATTEMPTS"), "3");
  EXPECT_EQ(DeadLetterAttribute("ERROR_MESSAGE"), "busy");
  EXPECT_EQ(LastDetail(), "dead-lettered");
}

TEST_F(RouterTest, DeadLettersWithoutAnotherAttemptWhereThePolicySaysSo) {
  failure = ReceiverError("ServiceException", "busy");
  Envelope envelope = ToFunction();
  envelope.retry.maximum_attempts = 0;
  Start(envelope);
  EXPECT_EQ(attempts.size(), 1U);
  EXPECT_EQ(sent.size(), 1U);
  EXPECT_EQ(DeadLetterAttribute("RETRY_ATTEMPTS"), "0");
}

TEST_F(RouterTest, DeadLettersOnceTheEventIsTooOld) {
  failure = ReceiverError("ServiceException", "busy");
  Envelope envelope = ToFunction();
  envelope.retry.maximum_age = seconds(60);
  Start(envelope);
  cloud.loop.AdvanceBy(hours(1));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(DeadLetterAttribute("EXHAUSTED_RETRY_CONDITION"), "MaximumEventAgeInSeconds");
  EXPECT_LE(attempts.back(), TestCloud::Start() + seconds(60));
}

TEST_F(RouterTest, DoesNotTryAgainWhatCanNotPass) {
  struct Case {
    Error error;
    const char* code;
  };
  for (const Case& c :
       {Case{SenderError("ResourceNotFoundException", "gone", 404), "NO_RESOURCE"},
        Case{SenderError("AccessDeniedException", "no", 403), "NO_PERMISSIONS"},
        Case{SenderError("InvalidParameterValueException", "bad", 400), "SDK_CLIENT_ERROR"}}) {
    attempts.clear();
    sent.clear();
    failure = c.error;
    Start(ToFunction());
    cloud.loop.AdvanceBy(hours(25));
    EXPECT_EQ(attempts.size(), 1U) << c.code;
    ASSERT_EQ(sent.size(), 1U) << c.code;
    EXPECT_EQ(DeadLetterAttribute("ERROR_CODE"), c.code);
    EXPECT_EQ(DeadLetterAttribute("EXHAUSTED_RETRY_CONDITION"), "");
  }
}

TEST_F(RouterTest, TriesAgainWhenTheTargetIsThrottled) {
  failure = SenderError("TooManyRequestsException", "Rate exceeded", 429);
  failures = 1;
  Start(ToFunction());
  cloud.loop.AdvanceBy(seconds(1));
  EXPECT_EQ(attempts.size(), 2U);
  EXPECT_EQ(cloud.journal.hops().back().kind, HopKind::kDelivered);
}

TEST_F(RouterTest, SaysThatAnEventIsDropped) {
  failure = SenderError("ResourceNotFoundException", "gone", 404);
  Envelope envelope = ToFunction();
  envelope.dead_letter_arn.clear();
  Start(envelope);
  EXPECT_EQ(LastOutcome(), "ResourceNotFoundException: gone");
  EXPECT_EQ(LastDetail(), "dropped");
  queue_is_gone = true;
  Start(ToFunction());
  EXPECT_EQ(LastDetail(),
            "dropped: the dead-letter queue did not take it: The specified queue does not exist.");
}

TEST_F(RouterTest, AnEventGoesFromBusToBusOnce) {
  std::optional<ForwardedEvent> forwarded;
  model::events::PutEventsRequestEntry entry;
  cloud.operations.On<model::events::op::PutEvents>(
      [&](RequestContext& context, const model::events::PutEventsRequest& input)
          -> Result<model::events::PutEventsResponse> {
        forwarded = context.forwarded;
        entry = input.entries->at(0);
        return model::events::PutEventsResponse();
      });
  Envelope envelope = ToFunction();
  envelope.target_arn = "arn:aws:events:eu-west-1:123456789012:event-bus/other";
  envelope.payload =
      R"({"source":"s","detail-type":"t","time":"2026-01-01T00:00:00Z","account":"111122223333",)"
      R"("region":"us-east-1","resources":["r"],"detail":{"n":1.10}})";
  Start(envelope);
  ASSERT_TRUE(forwarded.has_value());
  EXPECT_EQ(forwarded->id, "1");
  EXPECT_EQ(forwarded->account, "111122223333");
  EXPECT_EQ(forwarded->region, "us-east-1");
  EXPECT_EQ(forwarded->sender, TestCloud::kAccount);
  EXPECT_EQ(entry.detail, R"({"n":1.10})");
  EXPECT_EQ(entry.time, Time(seconds(1'767'225'600)));
  forwarded.reset();
  envelope.was_forwarded = true;
  Start(envelope);
  EXPECT_FALSE(forwarded.has_value());
  EXPECT_EQ(DeadLetterAttribute("ERROR_CODE"), "THIRD_ACCOUNT_HOP_DETECTED");
  EXPECT_EQ(DeadLetterAttribute("ERROR_MESSAGE"),
            "Event ingestion rejected for event 1 because an event can be sent to an event bus "
            "target only once. This event was previously delivered to an event bus target.");
}

TEST_F(RouterTest, KnowsWhatItCanReach) {
  for (const char* arn :
       {"arn:aws:sqs:us-east-1:123456789012:q", "arn:aws:lambda:us-east-1:123456789012:function:f",
        "arn:aws:states:us-east-1:123456789012:stateMachine:m",
        "arn:aws:events:us-east-1:123456789012:event-bus/b"}) {
    EXPECT_TRUE(IsDeliverable(arn)) << arn;
  }
  for (const char* arn : {"", "q", "arn:aws:kinesis:us-east-1:123456789012:stream/s",
                          "arn:aws:states:us-east-1:123456789012:execution:m:e",
                          "arn:aws:events:us-east-1:123456789012:rule/r"}) {
    EXPECT_FALSE(IsDeliverable(arn)) << arn;
  }
}

}  // namespace
}  // namespace iatk::cloud

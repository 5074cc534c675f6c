// Rules and what they send where, with a queue's and a function's operations in their stead.
#include <gtest/gtest.h>

#include "iatk/cloud/dispatch/test_cloud.h"
#include "iatk/cloud/services/events/service.h"
#include "iatk/model/lambda/operations.h"
#include "iatk/model/sqs/operations.h"

namespace iatk::cloud {
namespace {

namespace m = model::events;
using std::chrono::hours;
using std::chrono::seconds;

constexpr const char* kQueue = "arn:aws:sqs:us-east-1:123456789012:q";
constexpr const char* kFunction = "arn:aws:lambda:us-east-1:123456789012:function:f";

class EventsTest : public testing::Test {
 protected:
  EventsTest() {
    cloud.operations.On<model::sqs::op::SendMessage>(
        [this](
            RequestContext& context,
            const model::sqs::SendMessageRequest& input) -> Result<model::sqs::SendMessageResult> {
          sent.push_back(input);
          source_arns.push_back(context.principal.source_arn);
          return model::sqs::SendMessageResult();
        });
    cloud.operations.On<model::lambda::op::Invoke>(
        [this](
            RequestContext&,
            const model::lambda::InvocationRequest&) -> Result<model::lambda::InvocationResponse> {
          ++invocations;
          return Fail(ReceiverError("ServiceException", "down"));
        });
  }

  Result<m::PutRuleResponse> PutRule(const std::string& name, const std::string& pattern) {
    m::PutRuleRequest input;
    input.name = name;
    input.event_pattern = pattern;
    return cloud.Call<m::op::PutRule>(input);
  }
  static m::Target TargetOf(const std::string& arn, const std::string& id = "t") {
    m::Target target;
    target.id = id;
    target.arn = arn;
    return target;
  }
  Result<m::PutTargetsResponse> PutTarget(const std::string& rule, const m::Target& target) {
    m::PutTargetsRequest input;
    input.rule = rule;
    input.targets = {{target}};
    return cloud.Call<m::op::PutTargets>(input);
  }
  m::PutEventsResponse Put(const std::string& source, const std::string& detail = "{}") {
    m::PutEventsRequest input;
    m::PutEventsRequestEntry& entry = input.entries.emplace().emplace_back();
    entry.source = source;
    entry.detail_type = "order";
    entry.detail = detail;
    return cloud.Call<m::op::PutEvents>(input).value();
  }
  /// The codes of what a call's entry was refused with; empty if it was taken.
  std::string RefusalOf(const std::string& source, const std::string& detail) {
    const auto output = Put(source, detail);
    return output.entries->at(0).error_code.value_or("");
  }

  TestCloud cloud;
  std::vector<model::sqs::SendMessageRequest> sent;
  std::vector<std::string> source_arns;
  int invocations = 0;
  std::unique_ptr<Service> events = MakeEvents(cloud.registry);
};

TEST_F(EventsTest, PutEventsMakesTheEnvelope) {
  ASSERT_TRUE(PutRule("r", R"({"source":["shop"]})").has_value());
  ASSERT_TRUE(PutTarget("r", TargetOf(kQueue)).has_value());
  const auto output = Put("shop", R"({"n":1.10,"n":2})");
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].message_body,
            R"({"version":"0","id":")" + *output.entries->at(0).event_id +
                R"(","detail-type":"order","source":"shop","account":"123456789012",)"
                R"("time":"2026-01-02T03:04:05Z","region":"us-east-1","resources":[],)"
                R"("detail":{"n":1.10,"n":2}})");
  EXPECT_EQ(source_arns[0], "arn:aws:events:us-east-1:123456789012:rule/r");
}

TEST_F(EventsTest, PutEventsRefusesEntriesOneByOne) {
  EXPECT_EQ(RefusalOf("shop", "{}"), "");
  EXPECT_EQ(RefusalOf("", "{}"), "InvalidArgument");
  EXPECT_EQ(RefusalOf("shop", ""), "InvalidArgument");
  EXPECT_EQ(RefusalOf("shop", "[1]"), "MalformedDetail");
  EXPECT_EQ(RefusalOf("aws.s3", "{}"), "NotAuthorizedForSourceException");
}

TEST_F(EventsTest, PutEventsRefusesACallThatIsTooLarge) {
  m::PutEventsRequest input;
  m::PutEventsRequestEntry& entry = input.entries.emplace().emplace_back();
  entry.source = "shop";
  entry.detail_type = "order";
  entry.detail = R"({"x":")" + std::string(1024U * 1024U, 'x') + R"("})";
  EXPECT_EQ(cloud.Call<m::op::PutEvents>(input).error().code, "ValidationException");
}

TEST_F(EventsTest, EachRuleThatMatchesSendsToEachOfItsTargets) {
  for (const char* rule : {"a", "b"}) {
    ASSERT_TRUE(PutRule(rule, R"({"source":["shop"]})").has_value());
    for (const char* id : {"1", "2"}) {
      ASSERT_TRUE(PutTarget(rule, TargetOf(kQueue, id)).has_value());
    }
  }
  Put("shop");
  EXPECT_EQ(sent.size(), 4U);
  Put("other");
  EXPECT_EQ(sent.size(), 4U);
}

TEST_F(EventsTest, PutRuleReplacesThePatternAndKeepsTheTargets) {
  ASSERT_TRUE(PutRule("r", R"({"source":["shop"]})").has_value());
  ASSERT_TRUE(PutTarget("r", TargetOf(kQueue)).has_value());
  ASSERT_TRUE(PutRule("r", R"({"source":["mall"]})").has_value());
  Put("shop");
  EXPECT_EQ(sent.size(), 0U);
  Put("mall");
  EXPECT_EQ(sent.size(), 1U);
}

TEST_F(EventsTest, TransformerSeesTheRule) {
  ASSERT_TRUE(PutRule("r", R"({"source":["shop"]})").has_value());
  m::Target target = TargetOf(kQueue);
  m::InputTransformer& transformer = target.input_transformer.emplace();
  transformer.input_paths_map = {{{"n", "$.detail.n"}}};
  transformer.input_template =
      R"({"n":<n>,"rule":<aws.events.rule-name>,"at":<aws.events.event.ingestion-time>})";
  ASSERT_TRUE(PutTarget("r", target).has_value());
  Put("shop", R"({"n":1.10})");
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].message_body, R"({"n":1.10,"rule":"r","at":"2026-01-02T03:04:05Z"})");
}

TEST_F(EventsTest, PutTargetsWantsOneWayOfInput) {
  ASSERT_TRUE(PutRule("r", R"({"source":["shop"]})").has_value());
  m::Target target = TargetOf(kQueue);
  target.input = "{}";
  target.input_path = "$.detail";
  EXPECT_EQ(PutTarget("r", target).error().message,
            "Only one of Input, InputPath, or InputTransformer must be provided for target t.");
  target = TargetOf("arn:aws:kinesis:us-east-1:123456789012:stream/s");
  EXPECT_EQ(PutTarget("r", target).error().message, "events:PutTargets with a target of kinesis");
}

TEST_F(EventsTest, TargetsRetryPolicyAndDeadLetterQueueHold) {
  ASSERT_TRUE(PutRule("r", R"({"source":["shop"]})").has_value());
  m::Target target = TargetOf(kFunction);
  target.retry_policy.emplace().maximum_retry_attempts = 2;
  target.dead_letter_config.emplace().arn = kQueue;
  ASSERT_TRUE(PutTarget("r", target).has_value());
  Put("shop");
  EXPECT_EQ(invocations, 1);
  cloud.loop.AdvanceBy(hours(1));
  EXPECT_EQ(invocations, 3);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].message_attributes->at("EXHAUSTED_RETRY_CONDITION").string_value,
            "MaximumRetryAttempts");
}

TEST_F(EventsTest, RetriesGoOnAfterTheRuleIsGone) {
  ASSERT_TRUE(PutRule("r", R"({"source":["shop"]})").has_value());
  m::Target target = TargetOf(kFunction);
  target.retry_policy.emplace().maximum_event_age_in_seconds = 60;
  target.dead_letter_config.emplace().arn = kQueue;
  ASSERT_TRUE(PutTarget("r", target).has_value());
  Put("shop");
  m::RemoveTargetsRequest remove;
  remove.rule = "r";
  remove.ids = {{"t"}};
  ASSERT_TRUE(cloud.Call<m::op::RemoveTargets>(remove).has_value());
  m::DeleteRuleRequest input;
  input.name = "r";
  ASSERT_TRUE(cloud.Call<m::op::DeleteRule>(input).has_value());
  cloud.loop.AdvanceBy(seconds(60));
  EXPECT_GT(invocations, 2);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].message_attributes->at("EXHAUSTED_RETRY_CONDITION").string_value,
            "MaximumEventAgeInSeconds");
}

TEST_F(EventsTest, PutRuleRefusesSchedulesByName) {
  m::PutRuleRequest input;
  input.name = "r";
  input.schedule_expression = "rate(1 minute)";
  const auto rule = cloud.Call<m::op::PutRule>(input);
  ASSERT_FALSE(rule.has_value());
  EXPECT_EQ(rule.error().http_status, 501);
  EXPECT_EQ(rule.error().message, "events:PutRule with ScheduleExpression");
}

}  // namespace
}  // namespace iatk::cloud

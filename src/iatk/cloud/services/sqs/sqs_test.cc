// What queues do as time passes, on a clock that stands still until it is moved.
#include <gtest/gtest.h>

#include "iatk/cloud/dispatch/test_cloud.h"
#include "iatk/cloud/services/sqs/service.h"

namespace iatk::cloud {
namespace {

namespace m = model::sqs;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

using Attributes = std::map<std::string, std::string>;

class SqsTest : public testing::Test {
 protected:
  std::string Create(const std::string& name, const Attributes& attributes = {}) {
    m::CreateQueueRequest input;
    input.queue_name = name;
    input.attributes = attributes;
    return *cloud.Call<m::op::CreateQueue>(input).value().queue_url;
  }
  Result<m::SendMessageResult> TrySend(m::SendMessageRequest input) {
    return cloud.Call<m::op::SendMessage>(input);
  }
  m::SendMessageResult Send(const std::string& url, const std::string& body,
                            std::optional<int> delay = std::nullopt) {
    m::SendMessageRequest input;
    input.queue_url = url;
    input.message_body = body;
    input.delay_seconds = delay;
    return TrySend(input).value();
  }
  m::SendMessageResult SendFifo(const std::string& url, const std::string& body,
                                const std::string& group) {
    m::SendMessageRequest input;
    input.queue_url = url;
    input.message_body = body;
    input.message_group_id = group;
    return TrySend(input).value();
  }
  static m::ReceiveMessageRequest ReceiveRequest(const std::string& url, int wait = 0) {
    m::ReceiveMessageRequest input;
    input.queue_url = url;
    input.max_number_of_messages = 10;
    input.wait_time_seconds = wait;
    input.message_system_attribute_names = {{"All"}};
    return input;
  }
  std::vector<m::Message> Receive(const std::string& url) {
    return cloud.Call<m::op::ReceiveMessage>(ReceiveRequest(url))
        .value()
        .messages.value_or(std::vector<m::Message>());
  }
  std::vector<std::string> Bodies(const std::string& url) {
    std::vector<std::string> bodies;
    for (const m::Message& message : Receive(url)) bodies.push_back(*message.body);
    return bodies;
  }
  Result<model::Empty> Delete(const std::string& url, const std::string& handle) {
    m::DeleteMessageRequest input;
    input.queue_url = url;
    input.receipt_handle = handle;
    return cloud.Call<m::op::DeleteMessage>(input);
  }
  Result<model::Empty> Hide(const std::string& url, const std::string& handle, int for_seconds) {
    m::ChangeMessageVisibilityRequest input;
    input.queue_url = url;
    input.receipt_handle = handle;
    input.visibility_timeout = for_seconds;
    return cloud.Call<m::op::ChangeMessageVisibility>(input);
  }
  std::string Attribute(const std::string& url, const std::string& name) {
    m::GetQueueAttributesRequest input;
    input.queue_url = url;
    input.attribute_names = {{name}};
    return cloud.Call<m::op::GetQueueAttributes>(input).value().attributes->at(name);
  }
  /// A dead-letter policy for the queue at `url`.
  std::string Redrive(const std::string& url, int count) {
    return R"({"deadLetterTargetArn":")" + Attribute(url, "QueueArn") + R"(","maxReceiveCount":)" +
           std::to_string(count) + "}";
  }
  using Strings = std::vector<std::string>;

  TestCloud cloud;
  std::unique_ptr<Service> sqs = MakeSqs(cloud.registry);
};

TEST_F(SqsTest, VisibilityTimeoutEnds) {
  const std::string url = Create("q", {{"VisibilityTimeout", "30"}});
  Send(url, "a");
  EXPECT_EQ(Bodies(url), Strings{"a"});
  cloud.loop.AdvanceBy(seconds(30) - milliseconds(1));
  EXPECT_EQ(Bodies(url), Strings{});
  cloud.loop.AdvanceBy(milliseconds(1));
  const auto again = Receive(url);
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].attributes->at("ApproximateReceiveCount"), "2");
}

TEST_F(SqsTest, ChangeMessageVisibilityCountsFromNow) {
  const std::string url = Create("q");
  Send(url, "a");
  const std::string handle = *Receive(url).at(0).receipt_handle;
  cloud.loop.AdvanceBy(seconds(20));
  ASSERT_TRUE(Hide(url, handle, 20).has_value());
  cloud.loop.AdvanceBy(seconds(19));
  EXPECT_EQ(Bodies(url), Strings{});
  cloud.loop.AdvanceBy(seconds(1));
  EXPECT_EQ(Bodies(url), Strings{"a"});
}

TEST_F(SqsTest, ChangeMessageVisibilityOfAMessageThatIsBackFails) {
  const std::string url = Create("q");
  Send(url, "a");
  const std::string handle = *Receive(url).at(0).receipt_handle;
  cloud.loop.AdvanceBy(seconds(30));
  const auto changed = Hide(url, handle, 10);
  ASSERT_FALSE(changed.has_value());
  EXPECT_EQ(changed.error().code, "MessageNotInflight");
}

TEST_F(SqsTest, DelayEndsAndTheQueuesOwnIsTheDefault) {
  const std::string url = Create("q", {{"DelaySeconds", "5"}});
  Send(url, "own");
  Send(url, "at once", 0);
  Send(url, "longer", 900);
  EXPECT_EQ(Bodies(url), Strings{"at once"});
  EXPECT_EQ(Attribute(url, "ApproximateNumberOfMessagesDelayed"), "2");
  cloud.loop.AdvanceBy(seconds(5));
  EXPECT_EQ(Bodies(url), Strings{"own"});
  cloud.loop.AdvanceBy(seconds(895));
  EXPECT_EQ(Attribute(url, "ApproximateNumberOfMessagesDelayed"), "0");
}

TEST_F(SqsTest, MessagesAreKeptForTheRetentionPeriod) {
  const std::string url = Create("q", {{"MessageRetentionPeriod", "60"}});
  Send(url, "old");
  cloud.loop.AdvanceBy(seconds(30));
  Send(url, "young");
  cloud.loop.AdvanceBy(seconds(30));
  EXPECT_EQ(Attribute(url, "ApproximateNumberOfMessages"), "1");
  EXPECT_EQ(Bodies(url), Strings{"young"});
}

TEST_F(SqsTest, RetentionTakesMessagesInFlightToo) {
  const std::string url =
      Create("q", {{"MessageRetentionPeriod", "60"}, {"VisibilityTimeout", "600"}});
  Send(url, "a");
  const std::string handle = *Receive(url).at(0).receipt_handle;
  cloud.loop.AdvanceBy(seconds(60));
  EXPECT_EQ(Attribute(url, "ApproximateNumberOfMessagesNotVisible"), "0");
  EXPECT_TRUE(Delete(url, handle).has_value());
  cloud.loop.AdvanceBy(seconds(600));
  EXPECT_EQ(Bodies(url), Strings{});
}

TEST_F(SqsTest, LongPollEndsAtItsTimeOrWithAMessage) {
  const std::string url = Create("q");
  std::optional<Result<m::ReceiveMessageResult>> got;
  const auto poll = [&] {
    got.reset();
    cloud.Run([&] {
      RequestContext context = cloud.Context();
      got = cloud.operations.Call<m::op::ReceiveMessage>(context, ReceiveRequest(url, 20));
    });
  };
  poll();
  cloud.loop.AdvanceBy(seconds(20) - milliseconds(1));
  EXPECT_FALSE(got.has_value());
  cloud.loop.AdvanceBy(milliseconds(1));
  ASSERT_TRUE(got.has_value());
  EXPECT_FALSE(got->value().messages.has_value());

  poll();
  cloud.loop.AdvanceBy(seconds(3));
  Send(url, "a");
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->value().messages->at(0).body, "a");
}

TEST_F(SqsTest, LongPollGetsAMessageWhoseDelayOrVisibilityEndsMeanwhile) {
  const std::string url = Create("q", {{"VisibilityTimeout", "4"}});
  Send(url, "a", 7);
  std::optional<Result<m::ReceiveMessageResult>> got;
  const auto poll = [&] {
    got.reset();
    cloud.Run([&] {
      RequestContext context = cloud.Context();
      got = cloud.operations.Call<m::op::ReceiveMessage>(context, ReceiveRequest(url, 20));
    });
  };
  for (const int after : {7, 4}) {
    poll();
    cloud.loop.AdvanceBy(seconds(after) - milliseconds(1));
    EXPECT_FALSE(got.has_value());
    cloud.loop.AdvanceBy(milliseconds(1));
    ASSERT_TRUE(got.has_value());
    EXPECT_EQ(got->value().messages->at(0).body, "a");
  }
}

TEST_F(SqsTest, LongPollOfAQueueThatIsDeletedFails) {
  const std::string url = Create("q");
  std::optional<Result<m::ReceiveMessageResult>> got;
  cloud.Run([&] {
    RequestContext context = cloud.Context();
    got = cloud.operations.Call<m::op::ReceiveMessage>(context, ReceiveRequest(url, 20));
  });
  m::DeleteQueueRequest input;
  input.queue_url = url;
  ASSERT_TRUE(cloud.Call<m::op::DeleteQueue>(input).has_value());
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->error().code, "QueueDoesNotExist");
}

TEST_F(SqsTest, RedriveComesWithTheReceiveThatWouldBeOneTooMany) {
  const std::string dead = Create("dead");
  const std::string url = Create("q", {{"RedrivePolicy", Redrive(dead, 2)}});
  const auto sent = Send(url, "poison");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(Bodies(url), Strings{"poison"});
    cloud.loop.AdvanceBy(seconds(30));
  }
  EXPECT_EQ(Bodies(dead), Strings{});
  EXPECT_EQ(Bodies(url), Strings{});
  const auto moved = Receive(dead);
  ASSERT_EQ(moved.size(), 1U);
  EXPECT_EQ(moved[0].message_id, sent.message_id);
  EXPECT_EQ(moved[0].attributes->at("DeadLetterQueueSourceArn"), Attribute(url, "QueueArn"));
  EXPECT_EQ(moved[0].attributes->at("ApproximateReceiveCount"), "1");
}

TEST_F(SqsTest, MessagesStayWhereTheirDeadLetterQueueIsGone) {
  const std::string dead = Create("dead");
  const std::string url =
      Create("q", {{"RedrivePolicy", Redrive(dead, 1)}, {"VisibilityTimeout", "0"}});
  m::DeleteQueueRequest input;
  input.queue_url = dead;
  ASSERT_TRUE(cloud.Call<m::op::DeleteQueue>(input).has_value());
  Send(url, "a");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Bodies(url), Strings{"a"}) << i;
}

TEST_F(SqsTest, RedrivePolicyIsCheckedAgainstItsQueue) {
  const std::string fifo = Create("dead.fifo", {{"FifoQueue", "true"}});
  const std::string dead = Create("dead");
  const std::string to_fifo = Redrive(fifo, 1);
  const std::string arn = R"(arn:aws:sqs:us-east-1:123456789012:nowhere)";
  const std::string to_nowhere = R"({"deadLetterTargetArn":")" + arn + R"(","maxReceiveCount":1})";
  const auto refusal = [&](const std::string& policy) {
    m::CreateQueueRequest input;
    input.queue_name = "q";
    input.attributes = {{{"RedrivePolicy", policy}}};
    const auto made = cloud.Call<m::op::CreateQueue>(input);
    return made ? std::string() : made.error().code + ": " + made.error().message;
  };
  EXPECT_EQ(refusal(to_nowhere), "InvalidParameterValue: Value " + to_nowhere +
                                     " for parameter RedrivePolicy is invalid. Reason: Dead letter "
                                     "target does not exist.");
  EXPECT_EQ(refusal(to_fifo), "InvalidParameterValue: Value " + to_fifo +
                                  " for parameter RedrivePolicy is invalid. Reason: Dead-letter "
                                  "queue must be same type of queue as the source.");
  EXPECT_EQ(refusal(Redrive(dead, 1)), "");
}

TEST_F(SqsTest, SetQueueAttributesChangesAllOrNothing) {
  const std::string url = Create("q");
  m::SetQueueAttributesRequest input;
  input.queue_url = url;
  input.attributes = {
      {{"DelaySeconds", "7"},
       {"RedrivePolicy", R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:nowhere",)"
                         R"("maxReceiveCount":1})"}}};
  EXPECT_FALSE(cloud.Call<m::op::SetQueueAttributes>(input).has_value());
  EXPECT_EQ(Attribute(url, "DelaySeconds"), "0");
}

TEST_F(SqsTest, FifoDropsDuplicatesForFiveMinutes) {
  const std::string url =
      Create("q.fifo", {{"FifoQueue", "true"}, {"ContentBasedDeduplication", "true"}});
  const auto first = SendFifo(url, "a", "g");
  cloud.loop.AdvanceBy(minutes(5) - milliseconds(1));
  const auto second = SendFifo(url, "a", "g");
  EXPECT_EQ(second.message_id, first.message_id);
  EXPECT_EQ(second.sequence_number, first.sequence_number);
  EXPECT_EQ(Attribute(url, "ApproximateNumberOfMessages"), "1");
  cloud.loop.AdvanceBy(milliseconds(1));
  EXPECT_NE(SendFifo(url, "a", "g").message_id, first.message_id);
  EXPECT_EQ(Attribute(url, "ApproximateNumberOfMessages"), "2");
}

TEST_F(SqsTest, FifoDuplicatesAreKnownAfterTheMessageIsDeleted) {
  const std::string url =
      Create("q.fifo", {{"FifoQueue", "true"}, {"ContentBasedDeduplication", "true"}});
  SendFifo(url, "a", "g");
  ASSERT_TRUE(Delete(url, *Receive(url).at(0).receipt_handle).has_value());
  SendFifo(url, "a", "g");
  EXPECT_EQ(Bodies(url), Strings{});
}

TEST_F(SqsTest, FifoGroupWaitsForItsMessageInFlightAndOthersDoNot) {
  const std::string url =
      Create("q.fifo", {{"FifoQueue", "true"}, {"ContentBasedDeduplication", "true"}});
  SendFifo(url, "a1", "a");
  m::ReceiveMessageRequest one = ReceiveRequest(url);
  one.max_number_of_messages = 1;
  const auto got = cloud.Call<m::op::ReceiveMessage>(one).value();
  SendFifo(url, "a2", "a");
  SendFifo(url, "b1", "b");
  EXPECT_EQ(Bodies(url), Strings{"b1"});
  ASSERT_TRUE(Delete(url, *got.messages->at(0).receipt_handle).has_value());
  EXPECT_EQ(Bodies(url), Strings{"a2"});
}

TEST_F(SqsTest, FifoOrderHoldsWhenAMessageComesBack) {
  const std::string url =
      Create("q.fifo", {{"FifoQueue", "true"}, {"ContentBasedDeduplication", "true"}});
  for (const char* body : {"1", "2", "3"}) SendFifo(url, body, "g");
  EXPECT_EQ(Bodies(url), (Strings{"1", "2", "3"}));
  cloud.loop.AdvanceBy(seconds(30));
  EXPECT_EQ(Bodies(url), (Strings{"1", "2", "3"}));
}

TEST_F(SqsTest, FifoReceiptExpiresWithItsVisibility) {
  const std::string url =
      Create("q.fifo", {{"FifoQueue", "true"}, {"ContentBasedDeduplication", "true"}});
  SendFifo(url, "a", "g");
  const std::string handle = *Receive(url).at(0).receipt_handle;
  cloud.loop.AdvanceBy(seconds(30));
  const auto deleted = Delete(url, handle);
  ASSERT_FALSE(deleted.has_value());
  EXPECT_EQ(deleted.error().code, "InvalidParameterValue");
  EXPECT_EQ(deleted.error().message, "Value " + handle +
                                         " for parameter ReceiptHandle is invalid. Reason: The "
                                         "receipt handle has expired.");
}

TEST_F(SqsTest, StandardReceiptStillDeletesAfterItsVisibility) {
  const std::string url = Create("q");
  Send(url, "a");
  const std::string handle = *Receive(url).at(0).receipt_handle;
  cloud.loop.AdvanceBy(seconds(30));
  EXPECT_TRUE(Delete(url, handle).has_value());
  EXPECT_EQ(Bodies(url), Strings{});
}

TEST_F(SqsTest, PurgeQueueGoesOnceInAMinute) {
  const std::string url = Create("q");
  Send(url, "a");
  m::PurgeQueueRequest input;
  input.queue_url = url;
  ASSERT_TRUE(cloud.Call<m::op::PurgeQueue>(input).has_value());
  EXPECT_EQ(Bodies(url), Strings{});
  cloud.loop.AdvanceBy(seconds(59));
  EXPECT_EQ(cloud.Call<m::op::PurgeQueue>(input).error().code, "PurgeQueueInProgress");
  cloud.loop.AdvanceBy(seconds(1));
  EXPECT_TRUE(cloud.Call<m::op::PurgeQueue>(input).has_value());
}

TEST_F(SqsTest, MessageMoveTaskTakesDeadLettersBack) {
  const std::string dead = Create("dead");
  const std::string url =
      Create("q", {{"RedrivePolicy", Redrive(dead, 1)}, {"VisibilityTimeout", "0"}});
  Send(url, "a");
  EXPECT_EQ(Bodies(url), Strings{"a"});
  EXPECT_EQ(Bodies(url), Strings{});
  m::StartMessageMoveTaskRequest input;
  input.source_arn = Attribute(dead, "QueueArn");
  ASSERT_TRUE(cloud.Call<m::op::StartMessageMoveTask>(input).has_value());
  EXPECT_EQ(Bodies(url), Strings{"a"});
  EXPECT_EQ(Bodies(dead), Strings{});
}

TEST_F(SqsTest, SendMessageRejectsABodyOverTheQueuesLimit) {
  const std::string url = Create("q", {{"MaximumMessageSize", "1024"}});
  m::SendMessageRequest input;
  input.queue_url = url;
  input.message_body = std::string(1024, 'x');
  EXPECT_TRUE(TrySend(input).has_value());
  input.message_body->push_back('x');
  EXPECT_EQ(TrySend(input).error().message,
            "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.");
}

TEST_F(SqsTest, SendMessageRejectsCharactersThatXmlCanNotHold) {
  m::SendMessageRequest input;
  input.queue_url = Create("q");
  for (const char* body : {"\x1", "\xEF\xBF\xBF"}) {
    input.message_body = body;
    EXPECT_EQ(TrySend(input).error().code, "InvalidMessageContents");
  }
  input.message_body = "\t\r\n\xF0\x9F\x98\x80";
  EXPECT_TRUE(TrySend(input).has_value());
}

}  // namespace
}  // namespace iatk::cloud

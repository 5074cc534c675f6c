#include "iatk/client/sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "iatk/base/time_text.h"
#include "iatk/client/test_world.h"
#include "iatk/model/sqs/operations.h"

namespace iatk::client {
namespace {

namespace sqs = model::sqs;
using testing::SizeIs;

class SenderTest : public ClientWorld {
 protected:
  SenderTest() {
    environment_["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE";
    environment_["AWS_SECRET_ACCESS_KEY"] = "a-secret";
    environment_["AWS_ENDPOINT_URL"] = server_.origin();
  }
  Result<void> HaveClient() {
    IATK_TRY(client_, MakeClient());
    return {};
  }
  Result<sqs::GetQueueUrlResult> Call() {
    IATK_CHECK(HaveClient());
    return CallAgain();
  }
  Result<sqs::GetQueueUrlResult> CallAgain() {
    sqs::GetQueueUrlRequest input;
    input.queue_name = "orders";
    return client_->Call<sqs::op::GetQueueUrl>(input, {});
  }
  auto CallTwo() {
    sqs::GetQueueUrlRequest input;
    input.queue_name = "orders";
    return client_->CallBoth<sqs::op::GetQueueUrl, sqs::op::ListQueues>(
        input, sqs::ListQueuesRequest(), {});
  }
  static net::HttpResponse Good() { return Response(200, R"({"QueueUrl":"u"})"); }
  static net::HttpResponse Bad(int status, const std::string& code) {
    return Response(status, R"({"__type":")" + code + R"(","message":"no"})");
  }
  // Takes signatures of that time alone.
  void KeepTime(const Clock& theirs) {
    Answer([&theirs](const net::HttpRequest& request) {
      const auto date = ParseIso8601Basic(request.headers.Get("X-Amz-Date"));
      const bool holds = date && std::chrono::abs(*date - theirs.Now()) < std::chrono::minutes(5);
      return holds ? Good() : Bad(403, "InvalidSignatureException");
    });
  }
  // The first `failures` answers are `failure`.
  void FailFirst(int failures, const net::HttpResponse& failure) {
    Answer([left = failures, failure](const net::HttpRequest&) mutable {
      return left-- > 0 ? failure : Good();
    });
  }

  std::unique_ptr<Client> client_;
};

TEST_F(SenderTest, RepeatsWhatMayPassWithAGrowingRandomDelay) {
  FailFirst(2, Bad(400, "ThrottlingException"));
  EXPECT_TRUE(Call().has_value());
  EXPECT_THAT(requests(), SizeIs(3));
  ASSERT_THAT(slept_, SizeIs(2));
  EXPECT_LE(slept_[0], std::chrono::seconds(1));
  EXPECT_LE(slept_[1], std::chrono::seconds(2));
}

TEST_F(SenderTest, GivesUpAfterThreeAttempts) {
  FailFirst(100, Bad(503, "ServiceUnavailable"));
  const auto output = Call();
  ASSERT_FALSE(output.has_value());
  EXPECT_EQ(output.error().code, "ServiceUnavailable");
  EXPECT_EQ(output.error().service, "SQS");
  EXPECT_EQ(output.error().operation, "GetQueueUrl");
  EXPECT_THAT(requests(), SizeIs(3));
}

TEST_F(SenderTest, DoesNotRepeatWhatStaysWrong) {
  FailFirst(100, Bad(400, "QueueDoesNotExist"));
  EXPECT_FALSE(Call().has_value());
  EXPECT_THAT(requests(), SizeIs(1));
}

TEST_F(SenderTest, AnAnswerThatCanNotBeReadIsAsGoodAsNone) {
  FailFirst(1, Response(200, R"({"QueueUrl":)"));
  EXPECT_TRUE(Call().has_value());
  EXPECT_THAT(requests(), SizeIs(2));
  FailFirst(100, Response(200, R"({"QueueUrl":)"));
  const auto output = CallAgain();
  ASSERT_FALSE(output.has_value());
  EXPECT_EQ(output.error().code, "InvalidResponse");
  EXPECT_EQ(output.error().kind, ErrorKind::kReceiver);
  EXPECT_EQ(output.error().operation, "GetQueueUrl");
}

TEST_F(SenderTest, NothingStaysOfAnAnswerThatBreaksOff) {
  const std::string whole = R"({"QueueUrls":["a","b"]})";
  Answer([whole, left = 1](const net::HttpRequest&) mutable {
    return Response(200, left-- > 0 ? whole.substr(0, 20) : whole);
  });
  client_ = MakeClient().value();
  const auto output = client_->Call<sqs::op::ListQueues>(sqs::ListQueuesRequest(), {});
  ASSERT_TRUE(output.has_value());
  EXPECT_THAT(output->queue_urls.value(), testing::ElementsAre("a", "b"));
  EXPECT_THAT(requests(), SizeIs(2));
}

TEST_F(SenderTest, ALongPollIsNotTriedAgain) {
  FailFirst(1, Bad(503, "ServiceUnavailable"));
  client_ = std::move(*MakeClient());
  sqs::ReceiveMessageRequest input;
  input.queue_url = "u";
  const auto output = client_->Call<sqs::op::ReceiveMessage>(
      input, {.wait = std::chrono::seconds(20), .again = false});
  EXPECT_EQ(output.error().code, "ServiceUnavailable");
  EXPECT_THAT(requests(), SizeIs(1));
}

TEST_F(SenderTest, TheTimeOfAnAttemptIsTheUsers) {
  FailFirst(0, {});
  environment_["IATK_CALL_TIMEOUT"] = "5";
  EXPECT_TRUE(Call().has_value());
  environment_["IATK_CALL_TIMEOUT"] = "soon";
  EXPECT_EQ(Call().error().message, "\"soon\" is no number of seconds from 1 to 3600");
}

TEST_F(SenderTest, TheNumberOfAttemptsIsTheUsers) {
  environment_["AWS_MAX_ATTEMPTS"] = "1";
  FailFirst(100, Bad(500, "InternalFailure"));
  EXPECT_FALSE(Call().has_value());
  EXPECT_THAT(requests(), SizeIs(1));
  environment_["AWS_MAX_ATTEMPTS"] = "many";
  EXPECT_EQ(Call().error().code, "InvalidSetting");
  environment_.erase("AWS_MAX_ATTEMPTS");
  environment_["AWS_RETRY_MODE"] = "sometimes";
  EXPECT_EQ(Call().error().code, "InvalidSetting");
}

TEST_F(SenderTest, TheQuotaEndsRepeatingWhileAServiceIsDown) {
  environment_["AWS_MAX_ATTEMPTS"] = "100";
  FailFirst(1000, Bad(500, "InternalFailure"));
  EXPECT_FALSE(Call().has_value());
  // The first attempt, and a hundred repetitions of five tokens each at most.
  EXPECT_THAT(requests(), SizeIs(100));
  EXPECT_FALSE(CallAgain().has_value());
  EXPECT_THAT(requests(), SizeIs(102));
}

// The server's Date is the machine's.
TEST_F(SenderTest, AClockThatIsOffIsLearntFromTheService) {
  const SystemClock theirs;
  clock_.Set(theirs.Now() - std::chrono::hours(3));
  KeepTime(theirs);
  EXPECT_TRUE(Call().has_value());
  EXPECT_THAT(requests(), SizeIs(2));
  EXPECT_TRUE(CallAgain().has_value());
  EXPECT_THAT(requests(), SizeIs(3));
  EXPECT_THAT(slept_, SizeIs(0));
}

TEST_F(SenderTest, OfTwoCallsEachHasItsOwnEnd) {
  ASSERT_TRUE(HaveClient());
  Answer([](const net::HttpRequest& request) {
    return request.headers.Get("X-Amz-Target") == "AmazonSQS.GetQueueUrl"
               ? Good()
               : Bad(400, "InvalidSomething");
  });
  const auto [url, queues] = CallTwo();
  ASSERT_TRUE(url.has_value());
  EXPECT_EQ(url->queue_url, "u");
  ASSERT_FALSE(queues.has_value());
  EXPECT_EQ(queues.error().operation, "ListQueues");
  EXPECT_EQ(queues.error().code, "InvalidSomething");
}

TEST_F(SenderTest, OfTwoCallsWhatFailedIsRepeatedAlone) {
  ASSERT_TRUE(HaveClient());
  std::map<std::string, int> seen;
  Answer([&seen](const net::HttpRequest& request) {
    const std::string target(request.headers.Get("X-Amz-Target"));
    const bool fails = target == "AmazonSQS.ListQueues" && seen[target] < 2;
    ++seen[target];
    return fails ? Bad(503, "ServiceUnavailable") : Good();
  });
  const auto [url, queues] = CallTwo();
  EXPECT_TRUE(url.has_value() && queues.has_value());
  EXPECT_EQ(seen, (std::map<std::string, int>{{"AmazonSQS.GetQueueUrl", 1},
                                              {"AmazonSQS.ListQueues", 3}}));
  EXPECT_THAT(slept_, SizeIs(2));
}

TEST_F(SenderTest, TwoCallsLearnTheClockTogether) {
  ASSERT_TRUE(HaveClient());
  const SystemClock theirs;
  clock_.Set(theirs.Now() - std::chrono::hours(3));
  KeepTime(theirs);
  const auto [url, queues] = CallTwo();
  EXPECT_TRUE(url.has_value() && queues.has_value());
  EXPECT_THAT(requests(), SizeIs(4));
  EXPECT_THAT(slept_, SizeIs(0));
}

TEST_F(SenderTest, AWrongKeyIsNotTakenForAWrongClock) {
  clock_.Set(SystemClock().Now());
  FailFirst(100, Bad(403, "InvalidSignatureException"));
  EXPECT_FALSE(Call().has_value());
  EXPECT_THAT(requests(), SizeIs(1));
}

TEST_F(SenderTest, TheRegionIsTheCallersTheEnvironmentsOrTheProfiles) {
  const auto region_of = [this](const std::string& named) {
    const auto client = Client::Make(
        {.region = named, .profile = {}, .environment = environment(), .timing = timing()});
    return client ? (*client)->region() : client.error().code;
  };
  EXPECT_EQ(region_of(""), "NoRegion");
  Write(".aws/config", "[default]\nregion = eu-north-1\n");
  EXPECT_EQ(region_of(""), "eu-north-1");
  environment_["AWS_DEFAULT_REGION"] = "us-east-2";
  EXPECT_EQ(region_of(""), "us-east-2");
  environment_["AWS_REGION"] = "us-west-2";
  EXPECT_EQ(region_of(""), "us-west-2");
  EXPECT_EQ(region_of("sa-east-1"), "sa-east-1");
}

TEST_F(SenderTest, RequestsGoThroughTheProxyThatTheEnvironmentNames) {
  FailFirst(0, {});
  environment_["AWS_ENDPOINT_URL"] = "http://sqs.example.test";
  environment_["HTTP_PROXY"] = server_.origin();
  EXPECT_TRUE(Call().has_value());
  ASSERT_THAT(requests(), SizeIs(1));
  EXPECT_EQ(requests()[0].headers.Get("Host"), "sqs.example.test");
  environment_["NO_PROXY"] = "example.test";
  EXPECT_EQ(Call().error().code, "ConnectionError");
}

TEST_F(SenderTest, TlsGoesThroughTheHttpsProxyByConnect) {
  environment_["AWS_ENDPOINT_URL"] = "https://sqs.example.test";
  environment_["HTTPS_PROXY"] = server_.origin();
  environment_["AWS_MAX_ATTEMPTS"] = "1";
  EXPECT_FALSE(Call().has_value());
  ASSERT_THAT(requests(), SizeIs(1));
  EXPECT_EQ(requests()[0].method, "CONNECT");
  EXPECT_EQ(requests()[0].target, "sqs.example.test:443");
}

TEST_F(SenderTest, ACaBundleThatIsNotThereFailsClearly) {
  environment_["AWS_ENDPOINT_URL"] = "https://127.0.0.1:" + std::to_string(server_.port());
  environment_["AWS_CA_BUNDLE"] = "/nowhere/ca.pem";
  environment_["AWS_MAX_ATTEMPTS"] = "1";
  const auto output = Call();
  ASSERT_FALSE(output.has_value());
  EXPECT_EQ(output.error().code, "TlsError");
}

TEST_F(SenderTest, EndpointsOfAnotherKindAndACustomOneDoNotGoTogether) {
  environment_["AWS_USE_FIPS_ENDPOINT"] = "true";
  const auto output = Call();
  ASSERT_FALSE(output.has_value());
  EXPECT_EQ(output.error().message,
            "Invalid Configuration: FIPS and custom endpoint are not supported");
  EXPECT_THAT(requests(), SizeIs(0));
}

TEST_F(SenderTest, NoErrorTellsASecret) {
  environment_["AWS_SESSION_TOKEN"] = "a-token";
  for (const int status : {400, 403, 500}) {
    FailFirst(100, Bad(status, "Denied"));
    const auto output = Call();
    ASSERT_FALSE(output.has_value());
    for (const char* const secret : {"a-secret", "a-token"}) {
      EXPECT_EQ(output.error().message.find(secret), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace iatk::client

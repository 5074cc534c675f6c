#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "bench/load/event_cycle.h"
#include "bench/load/http_load.h"
#include "bench/load/latencies.h"
#include "bench/load/response_reader.h"
#include "iatk/net/http_server.h"
#include "iatk/net/test_peer.h"

namespace iatk::load {
namespace {

using State = ResponseReader::State;

TEST(Latencies, PercentilesAreOfWhatWasSeen) {
  Latencies latencies;
  EXPECT_EQ(latencies.Percentile(50), Duration(0));
  for (int i = 100; i >= 1; --i) latencies.Add(Duration(i));
  EXPECT_EQ(latencies.Percentile(50), Duration(50));
  EXPECT_EQ(latencies.Percentile(99), Duration(99));
  EXPECT_EQ(latencies.Percentile(100), Duration(100));
  EXPECT_EQ(latencies.Percentile(0), Duration(1));
}

TEST(ResponseReader, ReadsBodiesByLengthInChunksAndToTheEnd) {
  ResponseReader reader;
  const std::string by_length = "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc";
  for (std::size_t i = 0; i < by_length.size(); ++i) {
    EXPECT_EQ(reader.Read(by_length.substr(0, i)), State::kNeedsMore) << i;
  }
  const std::string and_more = by_length + "HTTP";
  ASSERT_EQ(reader.Read(and_more), State::kDone);
  EXPECT_EQ(reader.status(), 200);
  EXPECT_EQ(reader.body(), "abc");
  EXPECT_EQ(reader.size(), by_length.size());
  EXPECT_TRUE(reader.keep_alive());

  const std::string chunked =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
      "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n";
  EXPECT_EQ(reader.Read(chunked.substr(0, chunked.size() - 1)), State::kNeedsMore);
  ASSERT_EQ(reader.Read(chunked), State::kDone);
  EXPECT_EQ(reader.body(), "abc");
  EXPECT_FALSE(reader.keep_alive());

  const std::string to_the_end = "HTTP/1.0 404 Not Found\r\nX: y\r\n\r\nabc";
  EXPECT_EQ(reader.Read(to_the_end), State::kNeedsMore);
  ASSERT_EQ(reader.Read(to_the_end, true), State::kDone);
  EXPECT_EQ(reader.status(), 404);
  EXPECT_EQ(reader.body(), "abc");

  EXPECT_EQ(reader.Read("SSH-2.0-OpenSSH\r\n\r\n"), State::kMalformed);
}

TEST(Endpoint, IsParsed) {
  const auto address = ParseEndpoint("http://127.0.0.1:4566/");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->host, "127.0.0.1");
  EXPECT_EQ(address->port, 4566);
  EXPECT_EQ(ParseEndpoint("http://host")->port, 80);
  for (const char* text :
       {"", "http://", "https://host", "http://host:x", "http://host:99999", "http://host/path"}) {
    EXPECT_FALSE(ParseEndpoint(text)) << text;
  }
}

/// Answers as a cloud with one queue would, in the order of the cycle.
class FakeCloud {
 public:
  net::HttpResponse Answer(const net::HttpRequest& request) {
    const std::string operation(request.headers.Get("X-Amz-Target"));
    operations.push_back(operation);
    net::HttpResponse response;
    if (operation == "AmazonSQS.CreateQueue") {
      response.body = R"({"QueueUrl": "http://h/123456789012/load-0"})";
    } else if (operation == "AWSEvents.PutEvents") {
      last_put_ = request.body;
      response.body = R"({"FailedEntryCount":0})";
    } else if (operation == "AmazonSQS.ReceiveMessage") {
      response.body =
          R"({"Messages":[{"Body":")" + Escaped(last_put_) + R"(","ReceiptHandle":"h1"}]})";
    } else if (operation == "AmazonSQS.DeleteMessageBatch") {
      deleted = request.body;
      // Now and then a server closes its connections.
      if (++cycles_ % 10 == 0) response.headers.Add("Connection", "close");
    }
    return response;
  }

  std::vector<std::string> operations;
  std::string deleted;

 private:
  static std::string Escaped(const std::string& text) {
    std::string escaped;
    for (const char c : text) {
      if (c == '"' || c == '\\') escaped += '\\';
      escaped += c;
    }
    return escaped;
  }
  std::string last_put_;
  int cycles_ = 0;
};

/// Moves a little whenever it is looked at, so that a run ends after so many steps.
class TickingClock final : public Clock {
 public:
  Time Now() const override { return now_ += std::chrono::milliseconds(1); }

 private:
  mutable Time now_;
};

TEST(EventCycle, PutsReceivesAndDeletes) {
  FakeCloud cloud;
  net::ServerThread<net::HttpServer> server([&](net::EventLoop& loop) {
    return std::move(*net::HttpServer::Listen(
        loop, {}, [&](const net::HttpRequest& request) { return cloud.Answer(request); }));
  });
  net::HttpClient client;
  const auto resources = SetUpCycle(client, server.origin(), 0);
  ASSERT_TRUE(resources) << resources.error().message;
  CycleRecord record;
  std::vector<std::unique_ptr<Conversation>> cycles;
  cycles.push_back(std::make_unique<EventCycle>("h", *resources, 2, record));
  const TickingClock clock;
  const auto answers =
      RunLoad(*ParseEndpoint(server.origin()), cycles, std::chrono::seconds(1), clock);
  server.Stop();
  ASSERT_TRUE(answers) << answers.error().message;
  EXPECT_GE(*answers, 3U);
  EXPECT_EQ(record.errors, 0U);
  EXPECT_EQ(record.lost, 0U);
  EXPECT_EQ(record.until_deleted.count(), *answers / 3);
  EXPECT_THAT(std::vector<std::string>(cloud.operations.begin(), cloud.operations.begin() + 6),
              testing::ElementsAre("AmazonSQS.CreateQueue", "AWSEvents.PutRule",
                                   "AWSEvents.PutTargets", "AWSEvents.PutEvents",
                                   "AmazonSQS.ReceiveMessage", "AmazonSQS.DeleteMessageBatch"));
  EXPECT_EQ(cloud.deleted, R"({"QueueUrl":"http://h/123456789012/load-0",)"
                           R"("Entries":[{"Id":"0","ReceiptHandle":"h1"}]})");
}

}  // namespace
}  // namespace iatk::load

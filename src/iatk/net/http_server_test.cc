#include "iatk/net/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <stdexcept>
#include <string>

#include "iatk/net/test_peer.h"

namespace iatk::net {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Answers with what it was asked, so that a test sees what arrived.
HttpResponse Echo(const HttpRequest& request) {
  HttpResponse response;
  if (request.path() == "/throw") throw std::runtime_error("on purpose");
  if (request.path() == "/empty") {
    response.status = 204;
    return response;
  }
  response.headers.Add("X-Method", request.method);
  response.headers.Add("X-Target", request.target);
  for (const auto& [name, value] : request.headers) {
    if (name.starts_with("X-In")) response.headers.Add("X-Saw-" + name, value);
  }
  if (request.path() == "/split") response.headers.Add("X-Split", "a\r\nX-Injected: yes");
  if (request.path() == "/length") {
    response.headers.Add("Content-Length", "12345");
  } else {
    response.body = "<" + request.body + ">";
  }
  return response;
}

std::unique_ptr<HttpServer> MakeServer(EventLoop& loop, HttpServer::Handler handler,
                                       HttpServerOptions options = {}) {
  auto server = HttpServer::Listen(loop, std::move(options), std::move(handler));
  EXPECT_TRUE(server.has_value());
  return std::move(*server);
}

class HttpServerTest : public testing::Test {
 protected:
  static HttpServerOptions Options() {
    HttpServerOptions options;
    options.max_body_bytes = 1000;
    options.max_header_bytes = 2000;
    return options;
  }
  /// The whole conversation when the client sends `data` and nothing more.
  std::string Converse(std::string_view data) {
    TestPeer peer(server_.port());
    peer.Send(data);
    peer.EndSending();
    return peer.ReadAll();
  }
  ServerThread<HttpServer> server_{
      [](EventLoop& loop) { return MakeServer(loop, Echo, Options()); }};
};

TEST_F(HttpServerTest, PassesTheRequestOnAsItCame) {
  const auto answer = Converse(
      "PUT /a%2Fb/../c?x=%20&y HTTP/1.1\r\nHost: h\r\nX-In-Case: One\r\nX-In-Case: two\r\n"
      "Content-Length: 5\r\n\r\nhello");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("X-Method: PUT\r\nX-Target: /a%2Fb/../c?x=%20&y\r\n"
                                "X-Saw-X-In-Case: One\r\nX-Saw-X-In-Case: two\r\nDate: "));
  EXPECT_THAT(answer, HasSubstr("\r\nContent-Length: 7\r\n\r\n<hello>"));
  EXPECT_THAT(answer, Not(HasSubstr("Connection:")));
}

TEST_F(HttpServerTest, KeepsTheConnection) {
  TestPeer peer(server_.port());
  for (int i = 0; i < 3; ++i) {
    peer.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n" + std::to_string(i));
    EXPECT_THAT(peer.ReadUntil(">"), EndsWith("<" + std::to_string(i) + ">"));
  }
}

TEST_F(HttpServerTest, ClosesWhenAskedTo) {
  TestPeer peer(server_.port());
  peer.Send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(peer.ReadAll(), HasSubstr("\r\nConnection: close\r\n\r\n<>"));
}

TEST_F(HttpServerTest, SpeaksHttp10) {
  TestPeer peer(server_.port());
  peer.Send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(peer.ReadUntil(">"), HasSubstr("\r\nConnection: keep-alive\r\n\r\n<>"));
  peer.Send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_THAT(peer.ReadAll(), HasSubstr("\r\nConnection: close\r\n\r\n<>"));
}

TEST_F(HttpServerTest, AnswersPipelinedRequestsInOrder) {
  const auto answer = Converse(
      "POST /1 HTTP/1.1\r\nContent-Length: 1\r\n\r\na\r\nPOST /2 HTTP/1.1\r\nContent-Length: 1\r\n"
      "\r\nbGET /3 HTTP/1.1\r\n\r\n");
  const auto first = answer.find("<a>HTTP/1.1");
  const auto second = answer.find("<b>HTTP/1.1");
  EXPECT_NE(first, std::string::npos);
  EXPECT_NE(second, std::string::npos);
  EXPECT_LT(first, second);
  EXPECT_THAT(answer, EndsWith("<>"));
}

TEST_F(HttpServerTest, TakesARequestByteByByte) {
  TestPeer peer(server_.port());
  for (const char c :
       std::string_view("POST /x HTTP/1.1\r\nX-In: v\r\nContent-Length: 2\r\n\r\nok")) {
    peer.Send({&c, 1});
  }
  EXPECT_THAT(peer.ReadUntil(">"), HasSubstr("X-Saw-X-In: v\r\n"));
}

TEST_F(HttpServerTest, ReadsChunkedBodies) {
  EXPECT_THAT(Converse("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nX-In-Trailer: t\r\n\r\n"),
              testing::AllOf(EndsWith("<abcde>"), Not(HasSubstr("Trailer"))));
}

TEST_F(HttpServerTest, SaysContinueBeforeTheBody) {
  TestPeer peer(server_.port());
  peer.Send("PUT / HTTP/1.1\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(peer.ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  peer.Send("body");
  EXPECT_THAT(peer.ReadUntil(">"), StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(HttpServerTest, DoesNotSayContinueToWhatItWillRefuse) {
  TestPeer peer(server_.port());
  peer.Send("PUT / HTTP/1.1\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n");
  peer.EndSending();
  EXPECT_THAT(peer.ReadAll(), StartsWith("HTTP/1.1 413 Content Too Large"));
}

TEST_F(HttpServerTest, LeavesTheBodyOutOfAnswersToHead) {
  TestPeer peer(server_.port());
  peer.Send("HEAD / HTTP/1.1\r\n\r\n");
  EXPECT_THAT(peer.ReadUntil("\r\n\r\n"), HasSubstr("Content-Length: 2\r\n"));
  peer.Send("HEAD /length HTTP/1.1\r\n\r\n");
  EXPECT_THAT(peer.ReadUntil("\r\n\r\n"),
              testing::AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("Content-Length: 12345\r\n")));
  peer.Send("GET /empty HTTP/1.1\r\n\r\n");
  EXPECT_THAT(peer.ReadUntil("\r\n\r\n"), testing::AllOf(StartsWith("HTTP/1.1 204 No Content"),
                                                         Not(HasSubstr("Content-Length"))));
}

TEST_F(HttpServerTest, RefusesWhatIsTooLarge) {
  const std::string many(1001, 'x');
  EXPECT_THAT(Converse("POST / HTTP/1.1\r\nContent-Length: 1001\r\n\r\n" + many),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(Converse("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + many),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(Converse("GET /" + many + many + " HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 431 "));
  std::string fields;
  for (int i = 0; i < 300; ++i) fields += "X-Field: 1\r\n";
  EXPECT_THAT(Converse("GET / HTTP/1.1\r\n" + fields + "\r\n"), StartsWith("HTTP/1.1 431 "));
}

TEST_F(HttpServerTest, RefusesAnEndlessHeaderThatComesInPieces) {
  TestPeer peer(server_.port());
  peer.Send("GET / HTTP/1.1\r\n");
  for (int i = 0; i < 300; ++i) peer.Send("X-Field: 1\r\n");
  peer.EndSending();
  EXPECT_THAT(peer.ReadAll(), StartsWith("HTTP/1.1 431 "));
}

TEST_F(HttpServerTest, RefusesWhatIsMalformedAndGoesOn) {
  for (const char* request :
       {"nonsense\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nbad field\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    EXPECT_THAT(Converse(request), testing::AllOf(StartsWith("HTTP/1.1 400 Bad Request"),
                                                  HasSubstr("Connection: close")))
        << request;
  }
  EXPECT_THAT(Converse("GET / HTTP/2.0\r\n\r\n"), StartsWith("HTTP/1.1 505 "));
  EXPECT_THAT(Converse("GET / HTTP/1.1\r\nExpect: miracles\r\n\r\n"), StartsWith("HTTP/1.1 417 "));
  EXPECT_THAT(Converse("POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n"),
              StartsWith("HTTP/1.1 501 "));
  EXPECT_EQ(Converse("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nshort"), "");
  EXPECT_EQ(Converse(""), "");
  EXPECT_THAT(Converse("GET / HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(HttpServerTest, TakesTheTargetOfAProxysClient) {
  EXPECT_THAT(Converse("GET http://host:1/p?q=http://x HTTP/1.1\r\n\r\n"),
              HasSubstr("X-Target: /p?q=http://x\r\n"));
}

TEST_F(HttpServerTest, AnExceptionOfTheHandlerIsAnAnswer) {
  EXPECT_THAT(Converse("GET /throw HTTP/1.1\r\n\r\n"),
              testing::AllOf(StartsWith("HTTP/1.1 500 "), HasSubstr("on purpose")));
}

TEST_F(HttpServerTest, AHeaderValueCannotStartALine) {
  EXPECT_THAT(Converse("GET /split HTTP/1.1\r\n\r\n"),
              HasSubstr("X-Split: a  X-Injected: yes\r\n"));
}

TEST(HttpServer, MovesLargeBodiesBothWays) {
  const std::string large(5'000'000, 'x');
  ServerThread<HttpServer> server([](EventLoop& loop) { return MakeServer(loop, Echo); });
  TestPeer peer(server.port());
  // The server reads the whole body before it answers.
  peer.Send("POST / HTTP/1.1\r\nContent-Length: 5000000\r\n\r\n" + large);
  peer.EndSending();
  const std::string head = peer.ReadUntil("\r\n\r\n");
  EXPECT_THAT(head, HasSubstr("Content-Length: 5000002\r\n"));
  EXPECT_EQ(peer.ReadAll(), "<" + large + ">");
}

TEST(HttpServer, AHandlerThatWaitsDoesNotHoldUpOthers) {
  std::unique_ptr<Signal> signal;
  ServerThread<HttpServer> server([&](EventLoop& loop) {
    signal = std::make_unique<Signal>(loop);
    return MakeServer(loop, [&](const HttpRequest& request) {
      if (request.target == "/wait") {
        signal->Wait();
      } else {
        signal->NotifyAll();
      }
      return HttpResponse{200, {}, request.target};
    });
  });
  TestPeer waiting(server.port());
  waiting.Send("GET /wait HTTP/1.1\r\n\r\n");
  TestPeer other(server.port());
  // Whichever comes first: the waiting one sees a later notification.
  auto answer = std::async(std::launch::async, [&] { return waiting.ReadUntil("/wait"); });
  while (answer.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    other.Send("GET /go HTTP/1.1\r\n\r\n");
    EXPECT_THAT(other.ReadUntil("/go"), StartsWith("HTTP/1.1 200"));
  }
  EXPECT_THAT(answer.get(), EndsWith("/wait"));
  server.Stop();
}

struct Held {
  explicit Held(bool& the_flag) : flag(the_flag) {}
  ~Held() { flag = true; }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  bool& flag;
};

TEST(HttpServer, ItsEndUnwindsHandlersThatWait) {
  EventLoop loop;
  bool unwound = false;
  auto signal = std::make_unique<Signal>(loop);
  auto server = MakeServer(loop, [&](const HttpRequest&) {
    const Held held(unwound);
    loop.Post([&] { loop.Stop(); });
    signal->Wait();
    return HttpResponse{};
  });
  TestPeer peer(server->port());
  peer.Send("GET / HTTP/1.1\r\n\r\n");
  loop.Run();
  EXPECT_FALSE(unwound);
  server.reset();
  EXPECT_TRUE(unwound);
  signal.reset();
  EXPECT_EQ(peer.ReadAll(), "");
  loop.RunUntilIdle();
}

TEST(HttpServer, AClientThatLeavesDoesNotDisturbTheHandler) {
  EventLoop loop;
  auto signal = std::make_unique<Signal>(loop);
  bool finished = false;
  auto server = MakeServer(loop, [&](const HttpRequest&) {
    loop.Post([&] { loop.Stop(); });
    signal->Wait();
    finished = true;
    return HttpResponse{200, {}, std::string(1'000'000, 'x')};
  });
  {
    TestPeer peer(server->port());
    peer.Send("GET / HTTP/1.1\r\n\r\n");
    loop.Run();
  }
  signal->NotifyAll();
  loop.RunUntilIdle();
  EXPECT_TRUE(finished);
}

TEST(HttpServer, SaysThatAPortIsInUse) {
  EventLoop loop;
  const auto first = MakeServer(loop, Echo);
  HttpServerOptions options;
  options.port = first->port();
  const auto second = HttpServer::Listen(loop, options, Echo);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "AddressInUse");
  EXPECT_EQ(second.error().message, "Port " + std::to_string(first->port()) +
                                        " of host 127.0.0.1 is in use by another program.");
}

TEST(HttpServer, SaysThatAHostIsNotOfThisMachine) {
  EventLoop loop;
  HttpServerOptions options;
  options.host = "203.0.113.7";
  const auto server = HttpServer::Listen(loop, options, Echo);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, "AddressUnusable");
  EXPECT_THAT(server.error().message, StartsWith("Can't listen on host 203.0.113.7, port 0: "));
}

}  // namespace
}  // namespace iatk::net

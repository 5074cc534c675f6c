#include "iatk/net/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "iatk/net/bind.h"
#include "iatk/net/http_server.h"
#include "iatk/net/test_peer.h"

namespace iatk::net {
namespace {

using testing::ElementsAre;
using testing::Pair;

std::unique_ptr<HttpServer> MakeServer(EventLoop& loop, HttpServer::Handler handler) {
  auto server = HttpServer::Listen(loop, {}, std::move(handler));
  EXPECT_TRUE(server.has_value());
  return std::move(*server);
}

HttpRequest Get(std::string target) {
  HttpRequest request;
  request.method = "GET";
  request.target = std::move(target);
  return request;
}

/// What a client's request looks like on the wire, and the answer `reply`.
struct Exchange {
  std::string request;
  Result<HttpResponse> answer;
};

/// Answers one connection with `reply` as it stands.
Exchange ExchangeRaw(const HttpRequest& request, const std::string& reply,
                     const std::string& end_of_request = "\r\n\r\n") {
  const auto bound = BindSocket("127.0.0.1", 0, SOCK_STREAM);
  EXPECT_EQ(listen(bound->fd, 1), 0);
  auto seen = std::async(std::launch::async, [&] {
    const int fd = accept(bound->fd, nullptr, nullptr);
    std::string data;
    char buffer[4096];
    while (data.find(end_of_request) == std::string::npos) {
      const auto count = recv(fd, buffer, sizeof(buffer), 0);
      if (count <= 0) break;
      data.append(buffer, static_cast<std::size_t>(count));
    }
    send(fd, reply.data(), reply.size(), MSG_NOSIGNAL);
    close(fd);
    return data;
  });
  HttpClient client;
  auto answer = client.Send({"http://127.0.0.1:" + std::to_string(bound->port), request});
  close(bound->fd);
  return {seen.get(), std::move(answer)};
}

TEST(HttpClient, SendsTheRequestAsItIsAndNothingMore) {
  HttpRequest request;
  request.method = "POST";
  request.target = "/a/../%2F//b?x=%20&y=a+b";
  request.headers = {{"Host", "example.com"}, {"X-CaSe", "1"}, {"x-case", "2"}, {"X-Empty", ""}};
  request.body = "body";
  const auto exchange =
      ExchangeRaw(request, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "body");
  EXPECT_EQ(exchange.request,
            "POST /a/../%2F//b?x=%20&y=a+b HTTP/1.1\r\nHost: example.com\r\nX-CaSe: 1\r\n"
            "x-case: 2\r\nX-Empty:\r\nContent-Length: 4\r\n\r\nbody");
  ASSERT_TRUE(exchange.answer) << exchange.answer.error().message;
}

TEST(HttpClient, ABareRequestHasNoLength) {
  const auto exchange =
      ExchangeRaw({"DELETE", "/x", {{"Host", "h"}}, ""}, "HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_EQ(exchange.request, "DELETE /x HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(exchange.answer) << exchange.answer.error().message;
  EXPECT_EQ(exchange.answer->status, 204);
}

TEST(HttpClient, AnEmptyBodyOfAPostHasALength) {
  const auto exchange = ExchangeRaw({"PUT", "/x", {{"Host", "h"}}, ""},
                                    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(exchange.request, "PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
}

TEST(HttpClient, GivesTheAnswerAsItIs) {
  const auto exchange = ExchangeRaw(
      Get("/"),
      "HTTP/1.1 100 Continue\r\nX-Early: 1\r\n\r\n"
      "HTTP/1.1 302 Found\r\nSet-CooKie: a\r\nset-cookie:  b \r\nLocation: /x\r\nEmpty:\r\n"
      "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
  ASSERT_TRUE(exchange.answer) << exchange.answer.error().message;
  EXPECT_EQ(exchange.answer->status, 302);
  EXPECT_EQ(exchange.answer->body, "abc");
  const std::vector<std::pair<std::string, std::string>> headers(exchange.answer->headers.begin(),
                                                                 exchange.answer->headers.end());
  EXPECT_THAT(headers,
              ElementsAre(Pair("Set-CooKie", "a"), Pair("set-cookie", "b"), Pair("Location", "/x"),
                          Pair("Empty", ""), Pair("Transfer-Encoding", "chunked")));
}

TEST(HttpClient, ReadsTheHeadOfAnAnswerToHead) {
  ServerThread<HttpServer> server([](EventLoop& loop) {
    return MakeServer(
        loop, [](const HttpRequest&) { return HttpResponse{200, {{"Content-Length", "99"}}, ""}; });
  });
  HttpClient client;
  const auto answer = client.Send({server.origin(), {"HEAD", "/", {}, ""}});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->headers.Get("content-length"), "99");
  EXPECT_EQ(answer->body, "");
}

TEST(HttpClient, IsUsedByManyThreadsAtOnce) {
  ServerThread<HttpServer> server([](EventLoop& loop) {
    return MakeServer(loop, [](const HttpRequest& request) {
      return HttpResponse{200, {}, request.target + request.body};
    });
  });
  HttpClient client;
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const std::string target = "/" + std::to_string(t) + "/" + std::to_string(i);
        const auto answer = client.Send({server.origin(), {"POST", target, {}, "!"}});
        if (answer && answer->body == target + "!") ++right;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 400);
}

TEST(HttpClient, KeepsItsConnectionBetweenCalls) {
  const auto bound = BindSocket("127.0.0.1", 0, SOCK_STREAM);
  ASSERT_EQ(listen(bound->fd, 8), 0);
  // Accepts one connection only: a second would get no answer.
  auto served = std::async(std::launch::async, [&] {
    const int fd = accept(bound->fd, nullptr, nullptr);
    int requests = 0;
    char buffer[4096];
    while (recv(fd, buffer, sizeof(buffer), 0) > 0) {
      ++requests;
      const std::string_view reply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
      send(fd, reply.data(), reply.size(), MSG_NOSIGNAL);
    }
    close(fd);
    return requests;
  });
  {
    HttpClient client;
    for (int i = 0; i < 5; ++i) {
      EXPECT_TRUE(client.Send({"http://127.0.0.1:" + std::to_string(bound->port), Get("/")}));
    }
  }
  EXPECT_EQ(served.get(), 5);
  close(bound->fd);
}

TEST(HttpClient, SendsSeveralSideBySide) {
  const auto bound = BindSocket("127.0.0.1", 0, SOCK_STREAM);
  ASSERT_EQ(listen(bound->fd, 8), 0);
  // Answers nobody until both have asked, and whoever asked first last.
  auto served = std::async(std::launch::async, [&] {
    std::vector<std::pair<int, std::string>> asked;
    for (int i = 0; i < 2; ++i) {
      const int fd = accept(bound->fd, nullptr, nullptr);
      char buffer[4096];
      const auto count = recv(fd, buffer, sizeof(buffer), 0);
      const std::string request(buffer, static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
      asked.emplace_back(fd, request.substr(0, request.find(" HTTP")));
    }
    for (auto it = asked.rbegin(); it != asked.rend(); ++it) {
      const std::string reply =
          "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(it->second.size()) + "\r\n\r\n" +
          it->second;
      send(it->first, reply.data(), reply.size(), MSG_NOSIGNAL);
      close(it->first);
    }
  });
  const std::string origin = "http://127.0.0.1:" + std::to_string(bound->port);
  HttpClient client;
  const std::vector<HttpExchange> exchanges = {
      {origin, Get("/a")}, {"http://127.0.0.1:1", Get("/nobody")}, {origin, Get("/b")}};
  const auto answers = client.SendTogether(exchanges);
  served.get();
  close(bound->fd);
  ASSERT_EQ(answers.size(), 3U);
  ASSERT_TRUE(answers[0] && answers[2]);
  EXPECT_EQ(answers[0]->body, "GET /a");
  EXPECT_EQ(answers[2]->body, "GET /b");
  ASSERT_FALSE(answers[1]);
  EXPECT_THAT(answers[1].error().message, testing::StartsWith("GET http://127.0.0.1:1/nobody: "));
}

TEST(HttpClient, NothingStaysOfTheRequestBefore) {
  ServerThread<HttpServer> server([](EventLoop& loop) {
    return MakeServer(loop, [](const HttpRequest& request) {
      std::string seen = request.method + " " + request.target + " " + request.body;
      for (const auto& [name, value] : request.headers) {
        if (name.starts_with("X-")) seen += " " + name + "=" + value;
      }
      return HttpResponse{200, {}, seen};
    });
  });
  HttpClient client;
  const auto seen = [&](HttpRequest request) {
    const auto answer = client.Send({server.origin(), std::move(request)});
    return answer ? answer->body : answer.error().message;
  };
  EXPECT_EQ(seen({"PUT", "/1", {{"X-A", "1"}}, "body"}), "PUT /1 body X-A=1");
  EXPECT_EQ(seen(Get("/2")), "GET /2 ");
  EXPECT_EQ(seen({"HEAD", "/3", {}, ""}), "");
  EXPECT_EQ(seen({"POST", "/4", {}, ""}), "POST /4 ");
  EXPECT_EQ(seen({"DELETE", "/5", {{"X-B", "2"}}, ""}), "DELETE /5  X-B=2");
  EXPECT_EQ(seen({"HEAD", "/6", {}, ""}), "");
  EXPECT_EQ(seen(Get("/7")), "GET /7 ");
  EXPECT_EQ(seen({"GET", "/8", {}, "body"}), "GET /8 body");
  EXPECT_EQ(seen({"OPTIONS", "/9", {}, ""}), "OPTIONS /9 ");
}

TEST(HttpClient, SaysThatNobodyAnswers) {
  const auto bound = BindSocket("127.0.0.1", 0, SOCK_STREAM);
  const std::string origin = "http://127.0.0.1:" + std::to_string(bound->port);
  HttpClient client;
  const auto refused = client.Send({origin, Get("/p?secret=1")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "ConnectionError");
  EXPECT_EQ(refused.error().kind, ErrorKind::kReceiver);
  EXPECT_TRUE(refused.error().retryable);
  EXPECT_THAT(refused.error().message, testing::StartsWith("GET " + origin + "/p: "));

  ASSERT_EQ(listen(bound->fd, 1), 0);
  const auto silent = client.Send({origin, Get("/"), std::chrono::milliseconds(50)});
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().code, "ReadTimeout");
  close(bound->fd);
}

TEST(HttpClient, SaysThatTheOtherSideDoesNotSpeakTls) {
  ServerThread<HttpServer> server([](EventLoop& loop) {
    return MakeServer(loop, [](const HttpRequest&) { return HttpResponse{}; });
  });
  HttpClient client;
  const auto answer = client.Send({"https://127.0.0.1:" + std::to_string(server.port()), Get("/")});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "TlsError");
}

TEST(HttpClient, DoesNotSendALineBreakInAHeader) {
  HttpClient client;
  const auto answer = client.Send({"http://127.0.0.1:1", {"GET", "/", {{"X", "a\r\nY: b"}}, ""}});
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, testing::EndsWith("a header field has a line break"));
}

TEST(HttpClient, TakesTheProxyOfItsOptionsAndNotTheEnvironments) {
  ServerThread<HttpServer> proxy([](EventLoop& loop) {
    return MakeServer(loop, [](const HttpRequest& request) {
      return HttpResponse{200, {}, "proxied " + std::string(request.headers.Get("Host"))};
    });
  });
  HttpClientOptions options;
  options.http_proxy = proxy.origin();
  options.no_proxy = "127.0.0.1";
  HttpClient client(options);
  setenv("http_proxy", proxy.origin().c_str(), 1);
  const auto direct = HttpClient().Send({"http://example.invalid", Get("/")});
  unsetenv("http_proxy");
  EXPECT_FALSE(direct.has_value());
  const auto far = client.Send({"http://example.invalid", Get("/")});
  const auto near = client.Send({proxy.origin(), Get("/")});
  ASSERT_TRUE(far) << far.error().message;
  EXPECT_EQ(far->body, "proxied example.invalid");
  ASSERT_TRUE(near) << near.error().message;
  EXPECT_EQ(near->body, "proxied 127.0.0.1:" + std::to_string(proxy.port()));
}

}  // namespace
}  // namespace iatk::net

// For the tests of client/: an environment, a home folder, a clock, and a server that answers what
// a test tells it to.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "iatk/client/client.h"
#include "iatk/net/http_server.h"
#include "iatk/net/test_peer.h"

namespace iatk::client {

inline net::HttpResponse Response(int status, std::string body = "") {
  net::HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

class ClientWorld : public testing::Test {
 protected:
  using Handler = std::function<net::HttpResponse(const net::HttpRequest&)>;

  ClientWorld()
      : server_([this](net::EventLoop& loop) {
          auto made = net::HttpServer::Listen(loop, {}, [this](const net::HttpRequest& request) {
            const std::lock_guard lock(mutex_);
            requests_.push_back(request);
            return handler_ ? handler_(request) : Response(404);
          });
          return std::move(*made);
        }) {
    std::string name = testing::TempDir() + "iatk-client-XXXXXX";
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    home_ = name;
    std::filesystem::create_directories(home_ / ".aws/sso/cache");
    environment_ = {{"HOME", home_.string()}, {"AWS_EC2_METADATA_DISABLED", "true"}};
  }
  ~ClientWorld() override {
    server_.Stop();
    std::filesystem::remove_all(home_);
  }

  void Write(const std::string& path, std::string_view text) const {
    std::ofstream(home_ / path, std::ios::binary) << text;
  }
  std::string ReadFile(const std::string& path) const {
    std::ifstream file(home_ / path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void Answer(Handler handler) {
    const std::lock_guard lock(mutex_);
    handler_ = std::move(handler);
  }
  std::vector<net::HttpRequest> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

  Environment environment() {
    return [this](const std::string& name) -> std::optional<std::string> {
      const auto found = environment_.find(name);
      if (found == environment_.end()) return std::nullopt;
      return found->second;
    };
  }
  Timing timing() {
    return {.clock = &clock_, .sleep = [this](Duration delay) {
              slept_.push_back(delay);
              clock_.Advance(delay);
            }};
  }
  Result<std::unique_ptr<Client>> MakeClient(const std::string& profile = "") {
    return Client::Make({.region = "eu-west-1",
                         .profile = profile,
                         .environment = environment(),
                         .timing = timing()});
  }

  std::filesystem::path home_;
  std::map<std::string, std::string> environment_;
  ManualClock clock_{Time(std::chrono::seconds(1'795'000'000))};  // 2026-11-18
  std::vector<Duration> slept_;

 private:
  std::mutex mutex_;  // guards what follows
  Handler handler_;
  std::vector<net::HttpRequest> requests_;

 protected:
  net::ServerThread<net::HttpServer> server_;
};

}  // namespace iatk::client

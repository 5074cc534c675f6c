// For the tests of net/: a loop on a thread of its own, and the plainest TCP client.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <functional>
#include <future>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>

#include "iatk/net/event_loop.h"

namespace iatk::net {

/// Makes `Server` with `make(loop)` on the loop's thread, and destroys both there.
template <class Server>
class ServerThread {
 public:
  explicit ServerThread(std::function<std::unique_ptr<Server>(EventLoop&)> make) {
    std::promise<std::uint16_t> port;
    auto ready = port.get_future();
    thread_ = std::thread([this, &port, make = std::move(make)] {
      EventLoop loop;
      auto server = make(loop);
      loop_ = &loop;
      port.set_value(server->port());
      loop.Run();
    });
    port_ = ready.get();
  }
  ~ServerThread() { Stop(); }
  ServerThread(const ServerThread&) = delete;
  ServerThread& operator=(const ServerThread&) = delete;

  void Stop() {
    if (!thread_.joinable()) return;
    loop_->Post([loop = loop_] { loop->Stop(); });
    thread_.join();
  }
  EventLoop& loop() { return *loop_; }
  std::uint16_t port() const { return port_; }
  std::string origin() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  EventLoop* loop_ = nullptr;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

class TestPeer {
 public:
  explicit TestPeer(std::uint16_t port, int type = SOCK_STREAM)
      : fd_(socket(AF_INET, type | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  }
  ~TestPeer() { close(fd_); }
  TestPeer(const TestPeer&) = delete;
  TestPeer& operator=(const TestPeer&) = delete;

  void Send(std::string_view data) {
    while (!data.empty()) {
      const auto count = send(fd_, data.data(), data.size(), MSG_NOSIGNAL);
      if (count <= 0) return;
      data.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  void EndSending() { shutdown(fd_, SHUT_WR); }

  /// What comes up to and with `mark`, or up to the end of the stream.
  std::string ReadUntil(std::string_view mark) {
    while (true) {
      const auto found = received_.find(mark);
      if (found != std::string::npos) return Take(found + mark.size());
      if (!Receive()) return Take(received_.size());
    }
  }
  std::string ReadAll() {
    while (Receive()) {
    }
    return Take(received_.size());
  }

 private:
  bool Receive() {
    char buffer[4096];
    const auto count = recv(fd_, buffer, sizeof(buffer), 0);
    if (count <= 0) return false;
    received_.append(buffer, static_cast<std::size_t>(count));
    return true;
  }
  std::string Take(std::size_t count) {
    std::string taken = received_.substr(0, count);
    received_.erase(0, count);
    return taken;
  }

  int fd_;
  std::string received_;
};

}  // namespace iatk::net

#include "bench/load/http_load.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

#include "bench/load/response_reader.h"

namespace iatk::load {
namespace {

constexpr std::size_t kReadBytes = std::size_t{64} * 1024;
constexpr int kEventsPerTurn = 256;

class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

Error Unreachable(const Address& server, const std::string& reason) {
  return ReceiverError("ConnectionError",
                       server.host + ":" + std::to_string(server.port) + ": " + reason);
}

class AddressList {
 public:
  static Result<AddressList> Resolve(const Address& server) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int failure =
        getaddrinfo(server.host.c_str(), std::to_string(server.port).c_str(), &hints, &found);
    if (failure != 0) return Fail(Unreachable(server, gai_strerror(failure)));
    return AddressList(server, found);
  }

  Result<Fd> Connect() const {
    int reason = 0;
    for (const addrinfo* address = list_.get(); address != nullptr; address = address->ai_next) {
      Fd fd(socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC, 0));
      if (fd.get() >= 0 && connect(fd.get(), address->ai_addr, address->ai_addrlen) == 0) {
        const int on = 1;
        setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        fcntl(fd.get(), F_SETFL, fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
        return fd;
      }
      reason = errno;
    }
    return Fail(Unreachable(server_, std::strerror(reason)));
  }

  const Address& server() const { return server_; }

 private:
  AddressList(Address server, addrinfo* list)
      : server_(std::move(server)), list_(list, freeaddrinfo) {}

  Address server_;
  std::unique_ptr<addrinfo, void (*)(addrinfo*)> list_;
};

class Connection {
 public:
  Connection(const AddressList& addresses, Conversation& conversation, int epoll)
      : addresses_(addresses), conversation_(conversation), epoll_(epoll) {}

  Result<void> Open() {
    IATK_TRY(fd_, addresses_.Connect());
    filled_ = 0;
    // Edge-triggered: nothing to change while it lasts.
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLET;
    event.data.ptr = this;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd_.get(), &event) != 0) {
      return Fail(Unreachable(addresses_.server(), std::strerror(errno)));
    }
    return {};
  }

  void SendNext(Time now) {
    output_ = conversation_.NextRequest(now);
    unsent_ = output_;
    Flush();
  }

  /// Does what can be done now; returns how many answers came.
  Result<std::uint64_t> OnReady(const Clock& clock) {
    Flush();
    std::uint64_t answers = 0;
    while (true) {
      if (filled_ == input_.size()) input_.resize(input_.empty() ? kReadBytes : 2 * filled_);
      const auto room = input_.size() - filled_;
      const auto count = recv(fd_.get(), input_.data() + filled_, room, 0);
      if (count < 0 && errno == EAGAIN) return answers;
      filled_ += static_cast<std::size_t>(std::max<ssize_t>(count, 0));
      const bool ended = count <= 0;
      const auto state = reader_.Read({input_.data(), filled_}, ended);
      if (state == ResponseReader::State::kDone) {
        const Time now = clock.Now();
        conversation_.OnResponse(reader_.status(), reader_.body(), now);
        ++answers;
        std::copy(input_.begin() + static_cast<std::ptrdiff_t>(reader_.size()),
                  input_.begin() + static_cast<std::ptrdiff_t>(filled_), input_.begin());
        filled_ -= reader_.size();
        if (ended || !reader_.keep_alive()) IATK_CHECK(Open());
        SendNext(now);
      } else if (ended && filled_ == 0) {
        // Closed between two requests: the one on its way was not taken.
        IATK_CHECK(Open());
        unsent_ = output_;
        Flush();
      } else if (ended || state == ResponseReader::State::kMalformed) {
        return Fail(Unreachable(addresses_.server(), "the answer is not HTTP, or broke off"));
      }
      if (ended || static_cast<std::size_t>(count) < room) return answers;
    }
  }

 private:
  void Flush() {
    while (!unsent_.empty()) {
      const auto count = send(fd_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
      if (count <= 0) return;
      unsent_.remove_prefix(static_cast<std::size_t>(count));
    }
  }

  const AddressList& addresses_;
  Conversation& conversation_;
  int epoll_;
  Fd fd_;
  std::vector<char> input_;
  std::size_t filled_ = 0;
  std::string_view output_;
  std::string_view unsent_;
  ResponseReader reader_;
};

}  // namespace

Result<Address> ParseEndpoint(std::string_view url) {
  const Error malformed =
      SenderError("InvalidEndpoint", "Not an http endpoint: " + std::string(url));
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) return Fail(malformed);
  url.remove_prefix(kScheme.size());
  if (url.ends_with('/')) url.remove_suffix(1);
  Address address;
  const auto colon = url.rfind(':');
  address.host = url.substr(0, colon);
  if (colon != std::string_view::npos) {
    const auto digits = url.substr(colon + 1);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
    if (error != std::errc() || end != digits.data() + digits.size()) return Fail(malformed);
  }
  if (address.host.empty() || address.host.find('/') != std::string::npos) return Fail(malformed);
  return address;
}

Result<std::uint64_t> RunLoad(const Address& server,
                              const std::vector<std::unique_ptr<Conversation>>& conversations,
                              Duration duration, const Clock& clock) {
  IATK_TRY(const auto addresses, AddressList::Resolve(server));
  const Fd epoll(epoll_create1(EPOLL_CLOEXEC));
  if (epoll.get() < 0) return Fail(Unreachable(server, std::strerror(errno)));

  std::vector<std::unique_ptr<Connection>> connections;
  for (const auto& conversation : conversations) {
    auto& connection = *connections.emplace_back(
        std::make_unique<Connection>(addresses, *conversation, epoll.get()));
    IATK_CHECK(connection.Open());
  }
  const Time end = clock.Now() + duration;
  for (const auto& connection : connections) connection->SendNext(clock.Now());

  std::uint64_t answers = 0;
  std::array<epoll_event, kEventsPerTurn> events;
  while (true) {
    const Duration left = end - clock.Now();
    if (left <= Duration::zero()) return answers;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    const int count = epoll_wait(epoll.get(), events.data(), static_cast<int>(events.size()),
                                 static_cast<int>(std::min<long>(wait, 1000)));
    for (int i = 0; i < count; ++i) {
      auto* const connection =
          static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr);
      IATK_TRY(const auto more, connection->OnReady(clock));
      answers += more;
    }
  }
}

}  // namespace iatk::load

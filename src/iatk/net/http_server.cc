#include "iatk/net/http_server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <list>
#include <utility>
#include <vector>

#include "iatk/base/time_text.h"
#include "iatk/net/bind.h"
#include "iatk/net/event_loop_impl.h"
#include "iatk/net/http_request_parser.h"
#include "iatk/net/http_response_head.h"
#include "iatk/net/reactor.h"

namespace iatk::net {
namespace {

constexpr std::size_t kFirstReadBytes = std::size_t{8} * 1024;
constexpr std::size_t kLargestReadBytes = std::size_t{64} * 1024;
// Of what a client still sends after its connection was refused, this much is read so that it gets
// to see the answer.
constexpr std::size_t kMostDrainedBytes = std::size_t{64} * 1024 * 1024;
constexpr int kAcceptsPerTurn = 64;

HttpResponse PlainText(int status, std::string_view sentence) {
  HttpResponse response;
  response.status = status;
  response.headers.Add("Content-Type", "text/plain; charset=utf-8");
  response.body = sentence;
  response.body += '\n';
  return response;
}

/// Bytes that have been read and not yet been used.
class InputBuffer {
 public:
  std::string_view data() const { return {bytes_.data() + begin_, end_ - begin_}; }
  void Consume(std::size_t count) {
    begin_ += count;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  /// Room to read into; grows when the last read filled it.
  std::pair<char*, std::size_t> Room() {
    if (begin_ > 0) {
      std::move(bytes_.begin() + static_cast<std::ptrdiff_t>(begin_),
                bytes_.begin() + static_cast<std::ptrdiff_t>(end_), bytes_.begin());
      end_ -= begin_;
      begin_ = 0;
    }
    if (bytes_.empty()) {
      bytes_.resize(kFirstReadBytes);
    } else if (filled_ && (end_ > 0 || bytes_.size() < kLargestReadBytes)) {
      bytes_.resize(bytes_.size() * 2);
    }
    filled_ = false;
    return {bytes_.data() + end_, bytes_.size() - end_};
  }
  void Commit(std::size_t count) {
    end_ += count;
    filled_ = end_ == bytes_.size();
  }

 private:
  std::vector<char> bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool filled_ = false;
};

/// A connected client, within its fiber.
class Connection {
 public:
  Connection(Reactor& reactor, int fd) : socket_(reactor, fd) {
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }

  /// Reads what is there, waiting for it if need be. False at the end of the stream.
  bool Read(InputBuffer& input) {
    const auto [room, size] = input.Room();
    while (true) {
      // Clients seldom have sent the next request by now: waiting first saves a failing read.
      socket_.WaitReadable();
      const auto count = recv(socket_.fd(), room, size, MSG_DONTWAIT);
      if (count > 0) {
        input.Commit(static_cast<std::size_t>(count));
        return true;
      }
      if (count == 0 || !IsTransient(errno)) return false;
    }
  }

  /// False if the client is gone.
  bool Write(std::string_view head, std::string_view body) {
    std::array<iovec, 2> parts{{{const_cast<char*>(head.data()), head.size()},
                                {const_cast<char*>(body.data()), body.size()}}};
    std::size_t first = 0;
    while (true) {
      while (first < parts.size() && parts[first].iov_len == 0) ++first;
      if (first == parts.size()) return true;
      msghdr message{};
      message.msg_iov = &parts[first];
      message.msg_iovlen = parts.size() - first;
      const auto count = sendmsg(socket_.fd(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count < 0) {
        if (!IsTransient(errno)) return false;
        socket_.WaitWritable();
        continue;
      }
      auto sent = static_cast<std::size_t>(count);
      for (std::size_t i = first; i < parts.size(); ++i) {
        const auto step = std::min(sent, parts[i].iov_len);
        parts[i].iov_base = static_cast<char*>(parts[i].iov_base) + step;
        parts[i].iov_len -= step;
        sent -= step;
      }
    }
  }

  /// Ends a connection on which more may be coming: closing it at once would reset it, and the
  /// client might lose the answer.
  void Drain() {
    shutdown(socket_.fd(), SHUT_WR);
    InputBuffer input;
    for (std::size_t drained = 0; drained < kMostDrainedBytes;) {
      if (!Read(input)) return;
      drained += input.data().size();
      input.Consume(input.data().size());
    }
  }

 private:
  static bool IsTransient(int error) {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
  }

  Descriptor socket_;
};

}  // namespace

struct HttpServer::Impl {
  Impl(EventLoop& the_loop, HttpServerOptions the_options, Handler the_handler, BoundSocket bound)
      : loop(the_loop.impl()),
        options(std::move(the_options)),
        handler(std::move(the_handler)),
        listener(loop.reactor, bound.fd),
        port(bound.port),
        spare_fd(open("/dev/null", O_RDONLY | O_CLOEXEC)) {}

  ~Impl() {
    const auto fibers = connections;
    for (const auto& fiber : fibers) fiber->Unwind();
    if (spare_fd >= 0) close(spare_fd);
  }

  void AwaitConnections() {
    listener.OnReadable([this] {
      Accept();
      AwaitConnections();
    });
  }

  void Accept() {
    for (int i = 0; i < kAcceptsPerTurn; ++i) {
      const int fd = accept4(listener.fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (fd >= 0) {
        Start(fd);
      } else if (errno == EMFILE || errno == ENFILE) {
        Refuse();
      } else if (errno != ECONNABORTED && errno != EINTR) {
        return;
      }
    }
  }

  /// Out of descriptors: a client that is told so does better than one that waits, and the listener
  /// would stay readable for ever.
  void Refuse() {
    if (spare_fd >= 0) close(spare_fd);
    const int fd = accept4(listener.fd(), nullptr, nullptr, SOCK_CLOEXEC);
    if (fd >= 0) close(fd);
    spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  }

  void Start(int fd) {
    const auto position = connections.emplace(connections.end());
    // Held here too: a connection that ends at once removes itself.
    auto fiber = loop.fibers.Make([this, fd, position] {
      struct Removal {
        Impl& server;
        std::list<std::shared_ptr<Fiber>>::iterator position;
        ~Removal() { server.connections.erase(position); }
      } removal{*this, position};
      Connection connection(loop.reactor, fd);
      Serve(connection);
    });
    *position = fiber;
    fiber->Start();
  }

  void Serve(Connection& connection) {
    HttpRequestParser parser(options.max_header_bytes, options.max_body_bytes);
    InputBuffer input;
    std::string head;
    while (ReadRequest(connection, input, parser)) {
      const bool failed = parser.state() == HttpRequestParser::State::kFailed;
      const HttpRequest& request = parser.request();
      const HttpResponse response =
          failed ? PlainText(parser.error_status(), parser.error_text()) : Answer(request);

      HttpResponseContext context;
      context.head_request = request.method == "HEAD";
      context.keep_alive = !failed && parser.keep_alive() &&
                           !EqualsIgnoreCase(response.headers.Get("Connection"), "close");
      context.http_1_0 = parser.http_1_0();
      context.date = Date();
      head.clear();
      AppendHttpResponseHead(response, context, head);
      const std::string_view body =
          HasBody(response, context) ? std::string_view(response.body) : std::string_view();
      if (!connection.Write(head, body)) return;
      if (!context.keep_alive) {
        connection.Drain();
        return;
      }
      parser.Begin();
    }
  }

  /// Until the parser has a whole request or an error. False if the client is gone.
  static bool ReadRequest(Connection& connection, InputBuffer& input, HttpRequestParser& parser) {
    bool continued = false;
    while (true) {
      if (!input.data().empty()) input.Consume(parser.Put(input.data()));
      if (parser.state() != HttpRequestParser::State::kNeedsMore) return true;
      if (!continued && parser.wants_continue()) {
        continued = true;
        if (!connection.Write("HTTP/1.1 100 Continue\r\n\r\n", {})) return false;
      }
      if (!connection.Read(input)) return false;
    }
  }

  HttpResponse Answer(const HttpRequest& request) {
    try {
      return handler(request);
    } catch (const std::exception& error) {
      return PlainText(500, std::string("An internal error occurred: ") + error.what());
    }
  }

  std::string_view Date() {
    const auto second = std::chrono::floor<std::chrono::seconds>(loop.clock().Now());
    if (second != date_second || date.empty()) {
      date_second = second;
      date = FormatHttpDate(second);
    }
    return date;
  }

  EventLoop::Impl& loop;
  HttpServerOptions options;
  Handler handler;
  std::list<std::shared_ptr<Fiber>> connections;
  Descriptor listener;
  std::uint16_t port;
  int spare_fd;
  std::chrono::sys_seconds date_second{};
  std::string date;
};

Result<std::unique_ptr<HttpServer>> HttpServer::Listen(EventLoop& loop, HttpServerOptions options,
                                                       Handler handler) {
  IATK_TRY(const auto bound, BindSocket(options.host, options.port, SOCK_STREAM));
  if (listen(bound.fd, SOMAXCONN) != 0) {
    const int reason = errno;
    close(bound.fd);
    return Fail(AddressError(options.host, options.port, reason));
  }
  auto impl = std::make_unique<Impl>(loop, std::move(options), std::move(handler), bound);
  impl->AwaitConnections();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const { return impl_->port; }

}  // namespace iatk::net

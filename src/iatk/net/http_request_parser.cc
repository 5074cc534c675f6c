// Beast 1.81 asserts that a last chunk which it has seen three bytes of comes with five the next
// time; it comes as the network has it. Without the assertion it reads on correctly.
#define BOOST_DISABLE_ASSERTS

#include "iatk/net/http_request_parser.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <limits>
#include <optional>

namespace iatk::net {
namespace {

namespace http = boost::beast::http;
using BeastError = boost::beast::error_code;
using BeastView = boost::beast::string_view;

// A claimed length is believed only this far before bytes come.
constexpr std::uint64_t kMostReserved = 1U << 20U;

std::string_view View(BeastView text) { return {text.data(), text.size()}; }

/// "http://host/path" as a proxy's client writes it, to "/path".
std::string_view OriginForm(std::string_view target) {
  if (target.starts_with('/')) return target;
  const auto scheme_end = target.find("://");
  if (scheme_end == std::string_view::npos || scheme_end > 5) return target;
  const auto path = target.find_first_of("/?", scheme_end + 3);
  return path == std::string_view::npos ? std::string_view("/") : target.substr(path);
}

class Message final : public http::basic_parser<true> {
 public:
  Message(HttpRequest& request, std::size_t max_header_bytes, std::size_t max_body_bytes)
      : request_(request), header_bytes_left_(max_header_bytes) {
    eager(true);
    header_limit(static_cast<std::uint32_t>(
        std::min<std::size_t>(max_header_bytes, std::numeric_limits<std::uint32_t>::max())));
    body_limit(max_body_bytes);
  }

  bool expects_continue = false;
  bool expects_the_unknown = false;
  bool strange_coding = false;
  bool http_1_0 = false;

 private:
  void on_request_impl(http::verb, BeastView method, BeastView target, int version,
                       BeastError& error) override {
    http_1_0 = version == 10;
    Spend(method.size() + target.size(), error);
    request_.method = View(method);
    request_.target = OriginForm(View(target));
  }

  void on_response_impl(int, BeastView, int, BeastError&) override {}

  void on_field_impl(http::field name, BeastView name_text, BeastView value,
                     BeastError& error) override {
    Spend(name_text.size() + value.size() + 4, error);
    // Fields behind the body could contradict what the header has settled.
    if (error || is_header_done()) return;
    if (name == http::field::expect) {
      (EqualsIgnoreCase(View(value), "100-continue") ? expects_continue : expects_the_unknown) =
          true;
    } else if (name == http::field::transfer_encoding) {
      strange_coding = strange_coding || !EqualsIgnoreCase(View(value), "chunked");
    }
    request_.headers.Add(std::string(View(name_text)), std::string(View(value)));
  }

  void on_header_impl(BeastError&) override {}

  void on_body_init_impl(const boost::optional<std::uint64_t>& length, BeastError&) override {
    if (length) request_.body.reserve(static_cast<std::size_t>(std::min(*length, kMostReserved)));
  }
  std::size_t on_body_impl(BeastView body, BeastError&) override {
    request_.body.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, BeastView, BeastError&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, BeastView body, BeastError&) override {
    request_.body.append(body.data(), body.size());
    return body.size();
  }
  void on_finish_impl(BeastError&) override {}

  void Spend(std::size_t bytes, BeastError& error) {
    if (bytes > header_bytes_left_) {
      error = http::error::header_limit;
    } else {
      header_bytes_left_ -= bytes;
    }
  }

  HttpRequest& request_;
  std::size_t header_bytes_left_;
};

}  // namespace

struct HttpRequestParser::Impl {
  std::size_t max_header_bytes;
  std::size_t max_body_bytes;
  HttpRequest request;
  std::optional<Message> message;
  State state = State::kNeedsMore;
  int error_status = 0;
  std::string error_text;

  // There is one from the constructor on.
  Message& current() { return *message; }  // NOLINT(bugprone-unchecked-optional-access)

  void Fail(int status, std::string text) {
    state = State::kFailed;
    error_status = status;
    error_text = std::move(text);
  }

  void Fail(const BeastError& error) {
    if (error == http::error::header_limit) {
      Fail(431, "The request's header exceeds the limit of " + std::to_string(max_header_bytes) +
                    " bytes.");
    } else if (error == http::error::body_limit) {
      Fail(413,
           "The request's body exceeds the limit of " + std::to_string(max_body_bytes) + " bytes.");
    } else if (error == http::error::bad_version) {
      Fail(505, "Only HTTP/1.0 and HTTP/1.1 are spoken here.");
    } else {
      Fail(400, "The request is not well-formed HTTP: " + error.message() + ".");
    }
  }
};

HttpRequestParser::HttpRequestParser(std::size_t max_header_bytes, std::size_t max_body_bytes)
    : impl_(std::make_unique<Impl>()) {
  impl_->max_header_bytes = max_header_bytes;
  impl_->max_body_bytes = max_body_bytes;
  Begin();
}

HttpRequestParser::~HttpRequestParser() = default;

void HttpRequestParser::Begin() {
  impl_->request.method.clear();
  impl_->request.target.clear();
  impl_->request.headers.Clear();
  // A rare large body must not stay for as long as its connection does.
  if (impl_->request.body.capacity() > kMostReserved) impl_->request.body = std::string();
  impl_->request.body.clear();
  impl_->message.emplace(impl_->request, impl_->max_header_bytes, impl_->max_body_bytes);
  impl_->state = State::kNeedsMore;
}

std::size_t HttpRequestParser::Put(std::string_view data) {
  Message& message = impl_->current();
  std::size_t taken = 0;
  if (!message.got_some()) {
    // RFC 9112, "Message Parsing": an empty line before the request line is ignored.
    while (data.substr(taken).starts_with("\r\n")) taken += 2;
    if (taken == data.size() || data.substr(taken) == "\r") return taken;
  }
  BeastError error;
  taken += message.put(boost::asio::const_buffer(data.data() + taken, data.size() - taken), error);
  const bool needs_more = error == http::error::need_more;
  if (error && !needs_more) {
    impl_->Fail(error);
  } else if (message.is_header_done() && message.strange_coding) {
    impl_->Fail(501, "The only transfer coding that is understood is chunked.");
  } else if (message.is_header_done() && message.expects_the_unknown) {
    impl_->Fail(417, "The only expectation that can be met is 100-continue.");
  } else if (message.is_done()) {
    impl_->state = State::kDone;
  } else if (data.size() - taken > impl_->max_header_bytes) {
    impl_->Fail(http::error::header_limit);
  }
  return taken;
}

HttpRequestParser::State HttpRequestParser::state() const { return impl_->state; }
bool HttpRequestParser::begun() const { return impl_->current().got_some(); }
bool HttpRequestParser::wants_continue() const {
  const Message& message = impl_->current();
  return message.is_header_done() && !message.is_done() && message.expects_continue &&
         !message.http_1_0 && impl_->request.body.empty();
}
bool HttpRequestParser::keep_alive() const { return impl_->current().keep_alive(); }
bool HttpRequestParser::http_1_0() const { return impl_->current().http_1_0; }
const HttpRequest& HttpRequestParser::request() const { return impl_->request; }
int HttpRequestParser::error_status() const { return impl_->error_status; }
std::string_view HttpRequestParser::error_text() const { return impl_->error_text; }

}  // namespace iatk::net

#include "iatk/net/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <deque>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "iatk/net/ca_bundle.h"

namespace iatk::net {
namespace {

constexpr std::size_t kMostIdleLanes = 32;
constexpr long kMostIdleConnections = 16;  // of a lane: some services, and proxies change hosts
constexpr std::size_t kMostResponseBytes = 1U << 30U;
constexpr std::size_t kMostReservedBytes = 1U << 26U;  // on the word of a header
constexpr std::size_t kMostHeaderBytes = 1U << 20U;

long Milliseconds(Duration duration) {
  const auto whole = std::chrono::ceil<std::chrono::milliseconds>(duration).count();
  return static_cast<long>(std::max<decltype(whole)>(whole, 1));
}

struct HandleCloser {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, HandleCloser>;

struct MultiCloser {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

/// The lines of a request's header, for libcurl.
class HeaderList {
 public:
  HeaderList() = default;
  ~HeaderList() { curl_slist_free_all(list_); }
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;

  void Add(const std::string& line) { list_ = curl_slist_append(list_, line.c_str()); }
  curl_slist* get() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

/// What is received, as libcurl's callbacks collect it.
struct Received {
  HttpResponse response;
  std::size_t header_bytes = 0;
};

std::size_t OnBody(const char* data, std::size_t, std::size_t size, void* user) {
  std::string& body = static_cast<Received*>(user)->response.body;
  if (size > kMostResponseBytes - body.size()) return 0;
  body.append(data, size);
  return size;
}

// A large body is not moved about while it comes.
void MakeRoom(std::string_view length, std::string* body) {
  std::size_t size = 0;
  std::from_chars(length.data(), length.data() + length.size(), size);
  body->reserve(std::min(size, kMostReservedBytes));
}

std::size_t OnHeader(const char* data, std::size_t, std::size_t size, void* user) {
  Received& received = *static_cast<Received*>(user);
  received.header_bytes += size;
  if (received.header_bytes > kMostHeaderBytes) return 0;
  std::string_view line(data, size);
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  const auto colon = line.find(':');
  if (line.starts_with("HTTP/")) {
    // What came before belonged to a "100 Continue".
    received.response.headers.Clear();
  } else if (colon != std::string_view::npos && colon > 0) {
    std::string_view value = line.substr(colon + 1);
    const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!value.empty() && is_blank(value.front())) value.remove_prefix(1);
    while (!value.empty() && is_blank(value.back())) value.remove_suffix(1);
    const std::string_view name = line.substr(0, colon);
    if (EqualsIgnoreCase(name, "Content-Length")) MakeRoom(value, &received.response.body);
    received.response.headers.Add(std::string(name), std::string(value));
  }
  return size;
}

Error NoAnswer(std::string code, const HttpExchange& exchange, std::string_view reason) {
  const HttpRequest& request = exchange.request;
  std::string message = request.method + " " + exchange.origin + std::string(request.path()) + ": ";
  message += reason;
  return ReceiverError(std::move(code), std::move(message), 0);
}

std::string_view CodeOf(CURLcode result, CURL* handle) {
  switch (result) {
    case CURLE_OPERATION_TIMEDOUT: {
      curl_off_t until_request = 0;
      curl_easy_getinfo(handle, CURLINFO_PRETRANSFER_TIME_T, &until_request);
      return until_request == 0 ? "ConnectTimeout" : "ReadTimeout";
    }
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_SHUTDOWN_FAILED:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CLIENTCERT:
      return "TlsError";
    default:
      return "ConnectionError";
  }
}

/// Sets how the request's method and body go out, whatever the handle sent before.
void SetMethod(CURL* handle, const HttpRequest& request) {
  const bool may_be_bare = request.method == "GET" || request.method == "HEAD" ||
                           request.method == "DELETE" || request.method == "OPTIONS";
  const bool bare_head = request.method == "HEAD" && request.body.empty();
  if (request.body.empty() && may_be_bare) {
    curl_easy_setopt(handle, CURLOPT_HTTPGET, 1L);
    if (bare_head) curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
  } else {
    curl_easy_setopt(handle, CURLOPT_POST, 1L);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.c_str());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
  }
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, bare_head ? nullptr : request.method.c_str());
}

/// False if a field can't be sent because it holds a line break.
bool SetHeaders(CURL* handle, const HttpRequest& request, HeaderList& lines) {
  const auto breaks_line = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
  std::string line;
  bool has_type = false;
  bool has_accept = false;
  bool has_agent = false;
  for (const auto& [name, value] : request.headers) {
    if (std::ranges::any_of(name, breaks_line) || std::ranges::any_of(value, breaks_line)) {
      return false;
    }
    if (EqualsIgnoreCase(name, "Content-Length") || EqualsIgnoreCase(name, "Transfer-Encoding") ||
        EqualsIgnoreCase(name, "Expect")) {
      continue;  // libcurl's own
    }
    has_type = has_type || EqualsIgnoreCase(name, "Content-Type");
    has_accept = has_accept || EqualsIgnoreCase(name, "Accept");
    has_agent = has_agent || EqualsIgnoreCase(name, "User-Agent");
    // libcurl takes "Name:" as the wish to leave the field out, "Name;" as an empty one.
    line = name;
    line += value.empty() ? ";" : ": ";
    line += value;
    lines.Add(line);
  }
  if (!has_type) lines.Add("Content-Type:");
  if (!has_accept) lines.Add("Accept:");
  if (!has_agent) lines.Add("User-Agent:");
  lines.Add("Expect:");
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, lines.get());
  return true;
}

/// A bundle that the user names stands alone. Without one, and with none of the system's where it
/// is looked for, libcurl's own places remain.
void SetAuthorities(CURL* handle, const HttpClientOptions& options) {
  static const std::string system_bundle = SystemCaBundle();
  const std::string& bundle = options.ca_bundle.empty() ? system_bundle : options.ca_bundle;
  if (bundle.empty()) return;
  curl_easy_setopt(handle, CURLOPT_CAINFO, bundle.c_str());
  curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
}

/// What all requests of a client have in common. An empty proxy keeps libcurl from reading the
/// environment.
void SetOptions(CURL* handle, const HttpClientOptions& options) {
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, Milliseconds(options.connect_timeout));
  curl_easy_setopt(handle, CURLOPT_NOPROXY, options.no_proxy.c_str());
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, OnBody);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, OnHeader);
  SetAuthorities(handle, options);
}

/// An exchange on its way. It stays where it is: libcurl points to it.
class Transfer {
 public:
  Transfer(CURL* handle, const HttpExchange& exchange, const HttpClientOptions& options)
      : handle_(handle), exchange_(exchange) {
    const HttpRequest& request = exchange.request;
    const bool tls = exchange.origin.starts_with("https://");
    const std::string url =
        exchange.origin + (request.target.starts_with('/') ? "" : "/") + request.target;
    const Duration timeout =
        exchange.timeout == Duration::zero() ? options.timeout : exchange.timeout;
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, Milliseconds(timeout));
    curl_easy_setopt(handle, CURLOPT_PROXY,
                     (tls ? options.https_proxy : options.http_proxy).c_str());
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, reason_.data());
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &received_);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &received_);
    SetMethod(handle, request);
    sendable_ = SetHeaders(handle, request, lines_);
  }
  // The handle forgets what points to here.
  ~Transfer() {
    curl_easy_setopt(handle_, CURLOPT_ERRORBUFFER, nullptr);
    curl_easy_setopt(handle_, CURLOPT_WRITEDATA, nullptr);
    curl_easy_setopt(handle_, CURLOPT_HEADERDATA, nullptr);
    curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, nullptr);
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, nullptr);
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  CURL* handle() const { return handle_; }
  bool sendable() const { return sendable_; }
  void Finish(CURLcode code) { code_ = code; }

  Result<HttpResponse> TakeResult() {
    if (!sendable_) {
      return Fail(NoAnswer("ConnectionError", exchange_, "a header field has a line break"));
    }
    if (code_ != CURLE_OK) {
      return Fail(NoAnswer(std::string(CodeOf(code_, handle_)), exchange_,
                           reason_[0] == '\0' ? curl_easy_strerror(code_) : reason_.data()));
    }
    long status = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    received_.response.status = static_cast<int>(status);
    return std::move(received_.response);
  }

 private:
  CURL* handle_;
  const HttpExchange& exchange_;
  std::array<char, CURL_ERROR_SIZE> reason_{};
  Received received_;
  HeaderList lines_;
  bool sendable_ = false;
  CURLcode code_ = CURLE_FAILED_INIT;
};

/// Connections that are kept, and handles for the exchanges that go over them together.
class Lane {
 public:
  explicit Lane(const HttpClientOptions& options) : options_(options), multi_(curl_multi_init()) {
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, kMostIdleConnections);
  }

  std::vector<Result<HttpResponse>> Send(std::span<const HttpExchange> exchanges) {
    std::deque<Transfer> transfers;
    for (const HttpExchange& exchange : exchanges) {
      if (transfers.size() == handles_.size()) {
        handles_.emplace_back(curl_easy_init());
        SetOptions(handles_.back().get(), options_);
      }
      CURL* const handle = handles_[transfers.size()].get();
      const Transfer& transfer = transfers.emplace_back(handle, exchange, options_);
      if (transfer.sendable()) curl_multi_add_handle(multi_.get(), handle);
    }
    Run(&transfers);
    std::vector<Result<HttpResponse>> results;
    results.reserve(exchanges.size());
    for (Transfer& transfer : transfers) {
      results.push_back(transfer.TakeResult());
      curl_multi_remove_handle(multi_.get(), transfer.handle());
    }
    return results;
  }

 private:
  void Run(std::deque<Transfer>* transfers) {
    constexpr int kLongestPollMilliseconds = 1000;
    int running = 0;
    while (curl_multi_perform(multi_.get(), &running) == CURLM_OK && running > 0) {
      if (curl_multi_poll(multi_.get(), nullptr, 0, kLongestPollMilliseconds, nullptr) != CURLM_OK)
        break;
    }
    int left = 0;
    while (const CURLMsg* const message = curl_multi_info_read(multi_.get(), &left)) {
      const auto of_message = [message](const Transfer& transfer) {
        return transfer.handle() == message->easy_handle;
      };
      const auto transfer = std::ranges::find_if(*transfers, of_message);
      if (message->msg == CURLMSG_DONE && transfer != transfers->end()) {
        transfer->Finish(message->data.result);
      }
    }
  }

  const HttpClientOptions& options_;
  std::unique_ptr<CURLM, MultiCloser> multi_;  // goes last, as libcurl wants it
  std::vector<Handle> handles_;
};

}  // namespace

struct HttpClient::Impl {
  explicit Impl(HttpClientOptions the_options) : options(std::move(the_options)) {
    static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(initialised);
  }

  /// The lane used last comes first: its connections are the likeliest to be open still.
  std::unique_ptr<Lane> Take() {
    const std::lock_guard lock(mutex);
    if (idle.empty()) return std::make_unique<Lane>(options);
    std::unique_ptr<Lane> lane = std::move(idle.back());
    idle.pop_back();
    return lane;
  }

  void GiveBack(std::unique_ptr<Lane> lane) {
    const std::lock_guard lock(mutex);
    if (idle.size() < kMostIdleLanes) idle.push_back(std::move(lane));
  }

  const HttpClientOptions options;
  std::mutex mutex;
  std::vector<std::unique_ptr<Lane>> idle;
};

HttpClient::HttpClient(HttpClientOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}
HttpClient::~HttpClient() = default;

Result<HttpResponse> HttpClient::Send(const HttpExchange& exchange) {
  return std::move(SendTogether({&exchange, 1}).front());
}

std::vector<Result<HttpResponse>> HttpClient::SendTogether(
    std::span<const HttpExchange> exchanges) {
  std::unique_ptr<Lane> lane = impl_->Take();
  std::vector<Result<HttpResponse>> results = lane->Send(exchanges);
  impl_->GiveBack(std::move(lane));
  return results;
}

}  // namespace iatk::net

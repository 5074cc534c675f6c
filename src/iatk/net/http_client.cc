#include "iatk/net/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <mutex>
#include <string_view>
#include <vector>

#include "iatk/net/ca_bundle.h"

namespace iatk::net {
namespace {

constexpr std::size_t kMostIdleHandles = 32;
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

Error NoAnswer(std::string code, const std::string& origin, const HttpRequest& request,
               std::string_view reason) {
  std::string message = request.method + " " + origin + std::string(request.path()) + ": ";
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

/// Sets how the request's method and body go out.
void SetMethod(CURL* handle, const HttpRequest& request) {
  const bool may_be_bare = request.method == "GET" || request.method == "HEAD" ||
                           request.method == "DELETE" || request.method == "OPTIONS";
  if (request.body.empty() && may_be_bare) {
    if (request.method == "HEAD") {
      curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
    } else {
      curl_easy_setopt(handle, CURLOPT_HTTPGET, 1L);
    }
  } else {
    curl_easy_setopt(handle, CURLOPT_POST, 1L);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.c_str());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
  }
  if (request.method != "HEAD" || !request.body.empty()) {
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
}

/// False if a field can't be sent because it holds a line break.
bool SetHeaders(CURL* handle, const HttpRequest& request, HeaderList& lines) {
  bool has_type = false;
  bool has_accept = false;
  bool has_agent = false;
  for (const auto& [name, value] : request.headers) {
    const auto breaks_line = [](const std::string& text) {
      return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos;
    };
    if (breaks_line(name) || breaks_line(value)) return false;
    if (EqualsIgnoreCase(name, "Content-Length") || EqualsIgnoreCase(name, "Transfer-Encoding") ||
        EqualsIgnoreCase(name, "Expect")) {
      continue;  // libcurl's own
    }
    has_type = has_type || EqualsIgnoreCase(name, "Content-Type");
    has_accept = has_accept || EqualsIgnoreCase(name, "Accept");
    has_agent = has_agent || EqualsIgnoreCase(name, "User-Agent");
    // libcurl takes "Name:" as the wish to leave the field out, "Name;" as an empty one.
    std::string line = name;
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

/// An empty proxy keeps libcurl from reading the environment.
void SetProxy(CURL* handle, const std::string& origin, const HttpClientOptions& options) {
  const bool tls = origin.starts_with("https://");
  curl_easy_setopt(handle, CURLOPT_PROXY, (tls ? options.https_proxy : options.http_proxy).c_str());
  curl_easy_setopt(handle, CURLOPT_NOPROXY, options.no_proxy.c_str());
}

}  // namespace

struct HttpClient::Impl {
  explicit Impl(HttpClientOptions the_options) : options(std::move(the_options)) {
    static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(initialised);
  }

  /// The handle used last comes first: its connections are the likeliest to be open still.
  Handle Take() {
    const std::lock_guard lock(mutex);
    if (idle.empty()) return Handle(curl_easy_init());
    Handle handle = std::move(idle.back());
    idle.pop_back();
    return handle;
  }

  void GiveBack(Handle handle) {
    // Forgets the options, which point to what is gone by then, and keeps the connections.
    curl_easy_reset(handle.get());
    const std::lock_guard lock(mutex);
    if (idle.size() < kMostIdleHandles) idle.push_back(std::move(handle));
  }

  const HttpClientOptions options;
  std::mutex mutex;
  std::vector<Handle> idle;
};

HttpClient::HttpClient(HttpClientOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}
HttpClient::~HttpClient() = default;

Result<HttpResponse> HttpClient::Send(const std::string& origin, const HttpRequest& request,
                                      Duration timeout) {
  Handle owner = impl_->Take();
  if (!owner) return Fail(NoAnswer("ConnectionError", origin, request, "out of memory"));
  CURL* const handle = owner.get();
  const HttpClientOptions& options = impl_->options;

  const std::string url =
      origin + (request.target.starts_with('/') ? request.target : "/" + request.target);
  std::array<char, CURL_ERROR_SIZE> reason{};
  Received received;
  HeaderList lines;
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, reason.data());
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, Milliseconds(options.connect_timeout));
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS,
                   Milliseconds(timeout == Duration::zero() ? options.timeout : timeout));
  SetAuthorities(handle, options);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, OnBody);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &received);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, OnHeader);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &received);
  SetProxy(handle, origin, options);
  SetMethod(handle, request);
  const bool sendable = SetHeaders(handle, request, lines);

  const CURLcode result = sendable ? curl_easy_perform(handle) : CURLE_BAD_FUNCTION_ARGUMENT;
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  const std::string code(CodeOf(result, handle));
  impl_->GiveBack(std::move(owner));

  if (!sendable) {
    return Fail(NoAnswer("ConnectionError", origin, request, "a header field has a line break"));
  }
  if (result != CURLE_OK) {
    return Fail(NoAnswer(code, origin, request,
                         reason[0] == '\0' ? curl_easy_strerror(result) : reason.data()));
  }
  received.response.status = static_cast<int>(status);
  return std::move(received.response);
}

}  // namespace iatk::net

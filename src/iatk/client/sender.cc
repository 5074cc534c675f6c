#include "iatk/client/sender.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <string_view>
#include <utility>

#include "iatk/base/time_text.h"
#include "iatk/protocol/codec.h"

namespace iatk::client {
namespace {

// A signature holds for five minutes either way; less than that is not worth another attempt.
constexpr std::chrono::minutes kSkewThatMatters{4};
constexpr int kTimeoutSeconds = 60;

// What services say of a signature whose time is off.
constexpr std::array<std::string_view, 7> kSkewCodes = {
    "AuthFailure",          "InvalidSignatureException", "RequestExpired",  "RequestInTheFuture",
    "RequestTimeTooSkewed", "SignatureDoesNotMatch",     "SignatureExpired"};

// A whole number of `what`, or `otherwise` if the setting is not there.
Result<int> NumberOf(const std::optional<std::string>& text, int otherwise, int most,
                     std::string_view what) {
  if (!text) return otherwise;
  int number = 0;
  const auto read = std::from_chars(text->data(), text->data() + text->size(), number);
  if (read.ec != std::errc() || read.ptr != text->data() + text->size() || number < 1 ||
      number > most) {
    return Fail(SenderError("InvalidSetting", fmt::format("\"{}\" is no number of {} from 1 to {}",
                                                          *text, what, most)));
  }
  return number;
}

// The standard mode's three, and five for those who ask for the older mode. The adaptive mode's
// own limit on how often a client calls is not kept: the kit calls seldom.
Result<int> MaxAttempts(const Settings& settings) {
  const std::string mode = settings.Find("AWS_RETRY_MODE", "retry_mode").value_or("standard");
  if (mode != "standard" && mode != "legacy" && mode != "adaptive") {
    return Fail(SenderError("InvalidSetting", fmt::format("retry mode \"{}\" is none", mode)));
  }
  return NumberOf(settings.Find("AWS_MAX_ATTEMPTS", "max_attempts"),
                  mode == "legacy" ? 5 : kMaxAttempts, 100, "attempts");
}

// An answer that says it went well and can't be read was spoilt on its way: as good as none.
Error Unreadable(const Error& error, const net::HttpResponse& response) {
  return ReceiverError("InvalidResponse",
                       fmt::format("the answer can't be read: {}", error.message), response.status);
}

// SSL_CERT_FILE comes last: it is OpenSSL's and Go's, not the SDKs'.
std::string CaBundle(const Settings& settings) {
  if (auto bundle = settings.Find("AWS_CA_BUNDLE", "ca_bundle")) return *bundle;
  if (auto bundle = settings.Variable("REQUESTS_CA_BUNDLE")) return *bundle;
  return settings.Variable("SSL_CERT_FILE").value_or("");
}

net::HttpClientOptions HttpOptions(const Settings& settings, Sender::Route route) {
  const auto either = [&settings](const char* lower, const char* upper) {
    const auto value = settings.Variable(lower);
    return (value ? value : settings.Variable(upper)).value_or("");
  };
  net::HttpClientOptions options;
  options.ca_bundle = CaBundle(settings);
  if (route == Sender::Route::kDirect) return options;
  options.http_proxy = either("http_proxy", "HTTP_PROXY");
  options.https_proxy = either("https_proxy", "HTTPS_PROXY");
  options.no_proxy = either("no_proxy", "NO_PROXY");
  return options;
}

}  // namespace

Result<std::unique_ptr<Sender>> Sender::Make(const Settings& settings, Timing timing, Route route) {
  IATK_TRY(const int attempts, MaxAttempts(settings));
  IATK_TRY(const int seconds,
           NumberOf(settings.Variable("IATK_CALL_TIMEOUT"), kTimeoutSeconds, 3600, "seconds"));
  return std::unique_ptr<Sender>(new Sender(std::move(timing), HttpOptions(settings, route),
                                            attempts, std::chrono::seconds(seconds)));
}

Duration Sender::TimeoutOf(const CallOptions& options) const {
  if (options.wait == Duration::zero()) return timeout_;
  // What a long poll has at its end, it answers at once.
  return options.wait + timeout_ / 2;
}

Result<net::HttpRequest> Sender::Prepare(const model::Operation& operation, const void* input,
                                         const Endpoint& endpoint, const CallOptions& options) {
  const std::lock_guard lock(mutex_);
  IATK_TRY(net::HttpRequest request, protocol::EncodeRequest(operation, input, *ids_));
  request.target = endpoint.base_path + request.target;
  request.headers.Set("Host", endpoint.origin.substr(endpoint.origin.find("://") + 3));
  request.headers.Set("User-Agent", options.user_agent);
  return request;
}

void Sender::Sign(const model::Operation& operation, const Endpoint& endpoint,
                  const protocol::SigningKeys& keys, net::HttpRequest* request) {
  const std::lock_guard lock(mutex_);
  protocol::Sign(keys,
                 {.time = timing_.clock->Now() + Duration(skew_.load()),
                  .region = endpoint.signing_region,
                  .service = std::string(operation.service->signing_name)},
                 request, &signing_keys_);
}

bool Sender::LearnClockSkew(const Error& error, const net::HttpResponse& response) {
  if (std::ranges::find(kSkewCodes, error.code) == kSkewCodes.end()) return false;
  const auto theirs = ParseHttpDate(response.headers.Get("Date"));
  if (!theirs) return false;
  const Duration skew = *theirs - timing_.clock->Now();
  const Duration before(skew_.load());
  if (std::chrono::abs(skew - before) < kSkewThatMatters) return false;
  skew_ = skew.count();
  return true;
}

Result<void> Sender::Send(const model::Operation& operation, const void* input, Output output,
                          const Endpoint& endpoint, const Keys& keys, const CallOptions& options) {
  const auto named = [&operation](Error error) {
    error.service = operation.service->service_id;
    error.operation = operation.name;
    return error;
  };
  IATK_TRY(const net::HttpRequest unsigned_request, Prepare(operation, input, endpoint, options));
  int spent = 0;
  for (int attempt = 1;; ++attempt) {
    net::HttpRequest request = unsigned_request;
    IATK_TRY(const auto signing, keys());
    if (signing) Sign(operation, endpoint, *signing, &request);
    Result<net::HttpResponse> response = http_.Send(endpoint.origin, request, TimeoutOf(options));
    Result<void> done;
    if (response) {
      done = output.read && response->status < 300
                 ? output.read(std::move(response->body))
                 : protocol::DecodeResponse(operation, *response, output.object);
      if (!done) output.clear(output.object);
      if (!done && response->status < 300) done = Fail(Unreadable(done.error(), *response));
    } else {
      done = Fail(response.error());
    }
    if (done) {
      quota_.Earn(spent);
      return done;
    }
    const bool clock_was_off = response && LearnClockSkew(done.error(), *response);
    if (attempt == max_attempts_) return Fail(named(done.error()));
    if (clock_was_off) continue;
    if (!options.again || !IsRetryable(done.error())) return Fail(named(done.error()));
    spent = quota_.Take(done.error());
    if (spent == 0) return Fail(named(done.error()));
    Duration delay;
    {
      const std::lock_guard lock(mutex_);
      delay = BackOff(attempt + 1, *ids_);
    }
    timing_.sleep(delay);
  }
}

}  // namespace iatk::client

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

Result<net::HttpRequest> Sender::Prepare(const Call& call, const CallOptions& options) {
  const std::string& origin = call.endpoint.origin;
  const std::lock_guard lock(mutex_);
  IATK_TRY(net::HttpRequest request,
           protocol::EncodeRequest(*call.of.operation, call.of.input, *ids_));
  request.target = call.endpoint.base_path + request.target;
  request.headers.Set("Host", origin.substr(origin.find("://") + 3));
  request.headers.Set("User-Agent", options.user_agent);
  return request;
}

struct Sender::Pending {
  const Call* call;
  std::size_t place;  // among the calls
  net::HttpRequest unsigned_request;
  int attempt = 1;
  int spent = 0;                     // of the quota, on the last attempt
  Duration skew = Duration::zero();  // that the last attempt was signed with
};

void Sender::Sign(const protocol::SigningKeys& keys, Pending* pending, net::HttpRequest* request) {
  const Call& call = *pending->call;
  pending->skew = Duration(skew_.load());
  const std::lock_guard lock(mutex_);
  protocol::Sign(keys,
                 {.time = timing_.clock->Now() + pending->skew,
                  .region = call.endpoint.signing_region,
                  .service = std::string(call.of.operation->service->signing_name)},
                 request, &signing_keys_);
}

bool Sender::LearnClockSkew(const Error& error, const net::HttpResponse& response,
                            Duration signed_with) {
  if (std::ranges::find(kSkewCodes, error.code) == kSkewCodes.end()) return false;
  const auto theirs = ParseHttpDate(response.headers.Get("Date"));
  if (!theirs) return false;
  const Duration skew = *theirs - timing_.clock->Now();
  if (std::chrono::abs(skew - signed_with) < kSkewThatMatters) return false;
  skew_ = skew.count();
  return true;
}

std::optional<Duration> Sender::TakeAnswer(Result<net::HttpResponse> response,
                                           const CallOptions& options, Pending* pending,
                                           Result<void>* result) {
  const auto& [operation, input, output] = pending->call->of;
  Result<void> done;
  if (response) {
    done = output.read && response->status < 300
               ? output.read(std::move(response->body))
               : protocol::DecodeResponse(*operation, *response, output.object);
    if (!done) output.clear(output.object);
    if (!done && response->status < 300) done = Fail(Unreadable(done.error(), *response));
  } else {
    done = Fail(response.error());
  }
  if (done) {
    quota_.Earn(pending->spent);
    *result = done;
    return std::nullopt;
  }
  const Error& error = done.error();
  const bool clock_was_off = response && LearnClockSkew(error, *response, pending->skew);
  if (pending->attempt++ < max_attempts_) {
    if (clock_was_off) return Duration::zero();
    const int spent = options.again && IsRetryable(error) ? quota_.Take(error) : 0;
    if (spent > 0) {
      pending->spent = spent;
      const std::lock_guard lock(mutex_);
      return BackOff(pending->attempt, *ids_);
    }
  }
  *result = done;
  result->error().service = operation->service->service_id;
  result->error().operation = operation->name;
  return std::nullopt;
}

std::vector<Result<void>> Sender::Send(std::span<const Call> calls, const Keys& keys,
                                       const CallOptions& options) {
  std::vector<Result<void>> results(calls.size());
  std::vector<Pending> pending;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    Result<net::HttpRequest> request = Prepare(calls[i], options);
    if (request) {
      pending.push_back({&calls[i], i, *std::move(request)});
    } else {
      results[i] = Fail(std::move(request.error()));
    }
  }
  while (!pending.empty()) {
    std::vector<net::HttpExchange> exchanges;
    const auto can_not_be_signed = [&](Pending& one) {
      const auto signing = keys();
      if (!signing) {
        results[one.place] = Fail(signing.error());
        return true;
      }
      exchanges.push_back({one.call->endpoint.origin, one.unsigned_request, TimeoutOf(options)});
      if (*signing) Sign(**signing, &one, &exchanges.back().request);
      return false;
    };
    std::erase_if(pending, can_not_be_signed);
    std::vector<Result<net::HttpResponse>> responses = http_.SendTogether(exchanges);
    std::optional<Duration> pause;
    std::vector<Pending> again;
    for (std::size_t i = 0; i < pending.size(); ++i) {
      Pending& one = pending[i];
      const auto own_pause =
          TakeAnswer(std::move(responses[i]), options, &one, &results[one.place]);
      if (!own_pause) continue;
      pause = std::max(pause.value_or(Duration::zero()), *own_pause);
      again.push_back(std::move(one));
    }
    pending = std::move(again);
    if (pause && *pause > Duration::zero()) timing_.sleep(*pause);
  }
  return results;
}

}  // namespace iatk::client

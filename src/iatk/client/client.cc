#include "iatk/client/client.h"

#include <map>
#include <mutex>
#include <utility>

#include "iatk/client/credentials.h"
#include "iatk/client/endpoint.h"
#include "iatk/client/retry.h"
#include "iatk/protocol/codec.h"
#include "iatk/protocol/sigv4.h"

namespace iatk::client {

struct Client::Impl {
  Settings settings;
  std::string region;
  protocol::SigningKeys keys;
  SystemClock clock;
  net::HttpClient http;
  RetryQuota quota;

  std::mutex mutex;  // guards what follows
  std::unique_ptr<IdSource> ids = MakeRandomIdSource();
  protocol::SigningKeyCache signing_keys;
  std::map<const model::Service*, Endpoint> endpoints;

  Result<Endpoint> EndpointOf(const model::Service& service);
  Result<net::HttpRequest> Prepare(const model::Operation& operation, const void* input,
                                   const Endpoint& endpoint, const CallOptions& options);
  void Sign(const model::Operation& operation, const Endpoint& endpoint, net::HttpRequest* request);
};

Result<Endpoint> Client::Impl::EndpointOf(const model::Service& service) {
  const std::lock_guard lock(mutex);
  if (const auto found = endpoints.find(&service); found != endpoints.end()) return found->second;
  IATK_TRY(Endpoint endpoint, FindEndpoint(settings, service, region));
  return endpoints.emplace(&service, std::move(endpoint)).first->second;
}

Result<net::HttpRequest> Client::Impl::Prepare(const model::Operation& operation, const void* input,
                                               const Endpoint& endpoint,
                                               const CallOptions& options) {
  const std::lock_guard lock(mutex);
  IATK_TRY(net::HttpRequest request, protocol::EncodeRequest(operation, input, *ids));
  request.target = endpoint.base_path + request.target;
  request.headers.Set("Host", endpoint.origin.substr(endpoint.origin.find("://") + 3));
  request.headers.Set("User-Agent", options.user_agent);
  return request;
}

void Client::Impl::Sign(const model::Operation& operation, const Endpoint& endpoint,
                        net::HttpRequest* request) {
  const std::lock_guard lock(mutex);
  protocol::Sign(keys,
                 {.time = clock.Now(),
                  .region = endpoint.signing_region,
                  .service = std::string(operation.service->signing_name)},
                 request, &signing_keys);
}

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Client::~Client() = default;

const std::string& Client::region() const { return impl_->region; }

Result<std::unique_ptr<Client>> Client::Make(ClientOptions options) {
  auto impl = std::make_unique<Impl>();
  IATK_TRY(impl->settings, Settings::Load(options.environment, options.profile));
  const Settings& settings = impl->settings;
  impl->region = options.region;
  if (impl->region.empty()) impl->region = settings.Variable("AWS_REGION").value_or("");
  if (impl->region.empty()) impl->region = settings.Variable("AWS_DEFAULT_REGION").value_or("");
  if (impl->region.empty()) impl->region = settings.Profile("region").value_or("");
  if (impl->region.empty()) {
    return Fail(
        SenderError("NoRegion", "no region: give one, or set AWS_REGION or the profile's region"));
  }
  IATK_TRY(impl->keys, FindCredentials(settings));
  return std::unique_ptr<Client>(new Client(std::move(impl)));
}

Result<void> Client::CallErased(const model::Operation& operation, const void* input, void* output,
                                const CallOptions& options) {
  IATK_TRY(const Endpoint endpoint, impl_->EndpointOf(*operation.service));
  IATK_TRY(const net::HttpRequest unsigned_request,
           impl_->Prepare(operation, input, endpoint, options));
  int spent = 0;
  for (int attempt = 1;; ++attempt) {
    net::HttpRequest request = unsigned_request;
    impl_->Sign(operation, endpoint, &request);
    Result<void> done = impl_->http.Send(endpoint.origin, request, options.timeout)
                            .and_then([&](const net::HttpResponse& response) {
                              return protocol::DecodeResponse(operation, response, output);
                            });
    if (done) {
      impl_->quota.GiveBack(spent);
      return done;
    }
    done.error().service = operation.service->service_id;
    done.error().operation = operation.name;
    if (attempt == kMaxAttempts || !IsRetryable(done.error())) return done;
    spent = impl_->quota.Take(done.error());
    if (spent == 0) return done;
    Duration delay;
    {
      const std::lock_guard lock(impl_->mutex);
      delay = BackOff(attempt + 1, *impl_->ids);
    }
    SleepFor(delay);
  }
}

}  // namespace iatk::client

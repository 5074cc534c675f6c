#include "iatk/client/client.h"

#include <map>
#include <mutex>
#include <utility>

#include "iatk/client/credentials/chain.h"
#include "iatk/client/credentials/refreshing.h"
#include "iatk/client/endpoint.h"

namespace iatk::client {

struct Client::Impl {
  Settings settings;
  std::string region;
  SystemClock clock;
  std::unique_ptr<Sender> sender;
  std::unique_ptr<Sender> metadata;
  std::unique_ptr<RefreshingCredentials> credentials;

  std::mutex mutex;  // guards what follows
  std::map<const model::Service*, Endpoint> endpoints;

  // It stays as long as the client.
  Result<const Endpoint*> EndpointOf(const model::Service& service);
};

Result<const Endpoint*> Client::Impl::EndpointOf(const model::Service& service) {
  const std::lock_guard lock(mutex);
  if (const auto found = endpoints.find(&service); found != endpoints.end()) return &found->second;
  IATK_TRY(Endpoint endpoint, FindEndpoint(settings, service, region));
  return &endpoints.emplace(&service, std::move(endpoint)).first->second;
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
  const Timing timing = options.timing ? *options.timing : Timing{.clock = &impl->clock};
  IATK_TRY(impl->sender, Sender::Make(settings, timing, Sender::Route::kByProxy));
  IATK_TRY(impl->metadata, Sender::Make(settings, timing, Sender::Route::kDirect));
  ProviderContext context;
  context.settings = settings;
  context.region = impl->region;
  context.sender = impl->sender.get();
  context.metadata = impl->metadata.get();
  IATK_TRY(ProviderPtr provider, MakeChain(context));
  impl->credentials = std::make_unique<RefreshingCredentials>(std::move(provider), *timing.clock);
  return std::unique_ptr<Client>(new Client(std::move(impl)));
}

std::vector<Result<void>> Client::CallErased(std::span<const OperationCall> calls,
                                             const CallOptions& options) {
  std::vector<Sender::Call> ready;
  for (const OperationCall& call : calls) {
    const Result<const Endpoint*> endpoint = impl_->EndpointOf(*call.operation->service);
    // Where one can't be made, none is.
    if (!endpoint) return {calls.size(), Result<void>(Fail(endpoint.error()))};
    ready.push_back({call, **endpoint});
  }
  const auto keys = [this] {
    return impl_->credentials->Get().map(
        [](protocol::SigningKeys got) { return std::optional(std::move(got)); });
  };
  return impl_->sender->Send(ready, keys, options);
}

}  // namespace iatk::client

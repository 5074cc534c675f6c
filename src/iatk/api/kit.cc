// The kit: include/iatk/kit.h.
#include "iatk/kit.h"

#include "iatk/api/listener_impl.h"
#include "iatk/api/parts.h"
#include "iatk/api/published_origin.h"
#include "iatk/client/client.h"
#include "iatk/kit/gc.h"
#include "iatk/kit/mock_generator.h"
#include "iatk/kit/publish.h"
#include "iatk/kit/stack.h"

namespace iatk::v0 {
namespace {

// The process's, with one endpoint for all services if a URL is given.
client::Environment EnvironmentWith(const std::string& endpoint_url) {
  client::Environment process = client::ProcessEnvironment();
  if (endpoint_url.empty()) return process;
  return [process, endpoint_url](const std::string& name) -> std::optional<std::string> {
    if (name == "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") return std::nullopt;
    // Also AWS_ENDPOINT_URL_<SERVICE>, which goes before what the profile says.
    return name.starts_with("AWS_ENDPOINT_URL") ? endpoint_url : process(name);
  };
}

iatk::Result<std::shared_ptr<kit::Session>> MakeSession(const KitOptions& options) {
  IATK_TRY(std::unique_ptr<client::Client> client,
           client::Client::Make({.region = options.region,
                                 .profile = options.profile,
                                 .environment = EnvironmentWith(options.endpoint_url)}));
  return std::make_shared<kit::Session>(std::move(client));
}

kit::MockVariant ToKit(MockVariant variant) {
  switch (variant) {
    case MockVariant::kMinimal:
      return kit::MockVariant::kMinimal;
    case MockVariant::kFull:
      return kit::MockVariant::kFull;
    case MockVariant::kBoundary:
      return kit::MockVariant::kBoundary;
    case MockVariant::kInvalid:
      return kit::MockVariant::kInvalid;
  }
  return {};
}

iatk::Result<std::vector<MockEvent>> MakeMockEvents(kit::Session& session,
                                                    const MockOptions& options) {
  kit::MockParams params;
  params.variant = ToKit(options.variant);
  params.event_ref = options.event_ref;
  params.seed = options.seed.value_or(0);
  params.time = options.time.value_or(options.seed ? kit::kSeededTime : session.clock().Now());
  params.skip_optional = options.skip_optional;
  params.envelope = options.envelope;
  params.source = options.source;
  params.detail_type = options.detail_type;
  if (!options.account.empty()) params.account = options.account;
  params.region = session.region();
  params.resources = options.resources;
  kit::RegisteredSchema schema;
  if (options.schema) {
    schema.document = *options.schema;
  } else {
    if (options.registry_name.empty() || options.schema_name.empty()) {
      return Fail(SenderError("InvalidParams",
                              "requires a registry and a schema in it, or the "
                              "document of a schema"));
    }
    IATK_TRY(schema, kit::FetchSchema(session, {.registry = options.registry_name,
                                                .schema = options.schema_name,
                                                .version = options.schema_version}));
  }
  IATK_TRY(auto events, kit::MakeMockEvents(schema, options.schema_name, params));
  std::vector<MockEvent> made;
  for (kit::MockEvent& one : events) {
    made.push_back({std::move(one.event), std::move(one.path), std::move(one.schema_path),
                    std::move(one.keyword), std::move(one.note)});
  }
  return made;
}

// The first event, as the bus has it but for what the bus adds.
std::shared_ptr<const Published::Origin> OriginOf(std::shared_ptr<kit::Session> session,
                                                  const EventToPublish& event,
                                                  const PublishOptions& options,
                                                  const std::string& correlation_id) {
  const auto origin = std::make_shared<Published::Origin>();
  origin->session = std::move(session);
  origin->event_bus_name =
      event.event_bus_name.empty() ? options.event_bus_name : event.event_bus_name;
  json::Value detail = event.detail;
  if (json::Object* const object = detail.AsObject(); object != nullptr &&
                                                      !options.correlation_key.empty() &&
                                                      !object->Contains(options.correlation_key)) {
    object->Set(options.correlation_key, correlation_id);
  }
  origin->event = json::Object{
      {"source", event.source}, {"detail-type", event.detail_type}, {"detail", std::move(detail)}};
  return origin;
}

}  // namespace

Kit::Kit(std::shared_ptr<kit::Session> session) : session_(std::move(session)) {}

Result<Kit> Kit::Make(const KitOptions& options) {
  auto session = Run([&] { return MakeSession(options); });
  if (!session) return session.error();
  return Kit(*std::move(session));
}

const std::string& Kit::region() const { return session_->region(); }

Result<std::string> Kit::PhysicalId(const std::string& stack, const std::string& logical_id) const {
  return Run([&] { return kit::GetPhysicalId(*session_, stack, logical_id); });
}

Result<std::map<std::string, std::string>> Kit::StackOutputs(const std::string& stack) const {
  return Run([&] { return kit::GetAllStackOutputs(*session_, stack); });
}

Result<std::map<std::string, std::string>> Kit::StackOutputs(
    const std::string& stack, const std::vector<std::string>& names) const {
  return Run([&] { return kit::GetStackOutputs(*session_, stack, names); });
}

Result<Listener> Kit::Listen(const ListenOptions& options) const {
  kit::AddListenerParams params;
  params.event_bus_name = options.event_bus_name;
  params.rule_name = options.rule_name;
  params.event_pattern = options.pattern.text();
  params.topic_arn = options.topic_arn;
  params.queue = options.queue;
  params.target_id = options.target_id;
  params.tags = options.tags;
  auto made = Run([&] { return kit::AddListener(*session_, params); });
  if (!made) return made.error();
  return Listener(std::make_unique<Listener::Impl>(session_, *std::move(made)));
}

Result<void> Kit::RemoveListeners(const std::vector<std::string>& ids) const {
  return Run([&] { return kit::RemoveListeners(*session_, ids, {}); });
}

Result<void> Kit::RemoveListenersByTags(const std::vector<TagFilter>& filters) const {
  std::vector<kit::TagFilter> wanted;
  for (const TagFilter& filter : filters) wanted.push_back({filter.key, filter.values});
  return Run([&] { return kit::RemoveListeners(*session_, {}, wanted); });
}

Result<std::vector<Leaving>> Kit::CollectGarbage(const GcOptions& options) const {
  return Run([&]() -> iatk::Result<std::vector<Leaving>> {
    kit::GcParams params;
    params.dry_run = options.dry_run;
    params.older_than = options.older_than;
    IATK_TRY(auto leavings, kit::CollectGarbage(*session_, params));
    std::vector<Leaving> made;
    for (kit::Leaving& one : leavings) {
      made.push_back({std::move(one.id), std::move(one.resources), one.created,
                      std::move(one.reason), std::move(one.error)});
    }
    return made;
  });
}

Result<Published> Kit::Publish(const std::vector<EventToPublish>& events,
                               const PublishOptions& options) const {
  if (events.empty()) return InvalidParams("there is no event to publish");
  kit::PublishParams params;
  params.event_bus_name = options.event_bus_name;
  params.correlation_id = options.correlation_id;
  params.correlation_key = options.correlation_key;
  params.trace_header = options.trace_header;
  for (const EventToPublish& event : events) {
    params.events.push_back({event.source, event.detail_type, event.detail, event.resources,
                             event.time, event.event_bus_name});
  }
  auto published = Run([&] { return kit::Publish(*session_, params); });
  if (!published) return published.error();
  auto origin = OriginOf(session_, events.front(), options, published->correlation_id);
  return Published{std::move(published->event_ids), std::move(published->correlation_id),
                   std::move(published->trace_header), std::move(published->event_pattern),
                   std::move(origin)};
}

std::string Kit::NewTraceHeader() const { return session_->NewTraceHeader(); }

Result<std::vector<MockEvent>> Kit::MockEvents(const MockOptions& options) const {
  return Run([&] { return MakeMockEvents(*session_, options); });
}

}  // namespace iatk::v0

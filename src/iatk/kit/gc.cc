#include "iatk/kit/gc.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include "iatk/base/arn.h"
#include "iatk/base/time_text.h"
#include "iatk/kit/listener.h"
#include "iatk/kit/listener_id.h"
#include "iatk/kit/listener_tags.h"
#include "iatk/model/events/operations.h"
#include "iatk/model/resourcegroupstaggingapi/operations.h"
#include "iatk/model/sqs/operations.h"

namespace iatk::kit {

namespace ev = model::events;
namespace sqs = model::sqs;
namespace tagging = model::resourcegroupstaggingapi;

namespace {

constexpr std::chrono::minutes kBeingMade{5};

// What is known of a listener.
struct Trace {
  std::vector<std::string> resources;
  bool queue = false;
  bool rule = false;
  std::string type;
  std::optional<Time> expires;
};
using Traces = std::map<std::string, Trace>;  // by id

std::string LastPart(std::string_view text) {
  return std::string(text.substr(text.find_last_of("/:") + 1));
}

void NoteResource(Traces& traces, const std::string& id, const std::string& resource,
                  bool is_queue) {
  if (!IsListenerId(id)) return;
  Trace& trace = traces[id];
  (is_queue ? trace.queue : trace.rule) = true;
  trace.resources.push_back(resource);
}

Result<void> FindByName(Session& session, Traces& traces) {
  sqs::ListQueuesRequest queues;
  queues.queue_name_prefix = std::string(kListenerIdPrefix);
  queues.max_results = 1000;
  do {
    IATK_TRY(const sqs::ListQueuesResult output, session.Call<sqs::op::ListQueues>(queues));
    for (const std::string& url : output.queue_urls.value_or(std::vector<std::string>())) {
      NoteResource(traces, LastPart(url), url, true);
    }
    queues.next_token = output.next_token;
  } while (queues.next_token && !queues.next_token->empty());

  ev::ListEventBusesRequest buses;
  do {
    IATK_TRY(const ev::ListEventBusesResponse found, session.Call<ev::op::ListEventBuses>(buses));
    for (const ev::EventBus& bus : found.event_buses.value_or(std::vector<ev::EventBus>())) {
      ev::ListRulesRequest rules;
      rules.event_bus_name = bus.name;
      rules.name_prefix = std::string(kListenerIdPrefix);
      do {
        IATK_TRY(const ev::ListRulesResponse output, session.Call<ev::op::ListRules>(rules));
        for (const ev::Rule& rule : output.rules.value_or(std::vector<ev::Rule>())) {
          NoteResource(traces, rule.name.value_or(""), rule.arn.value_or(""), false);
        }
        rules.next_token = output.next_token;
      } while (rules.next_token && !rules.next_token->empty());
    }
    buses.next_token = found.next_token;
  } while (buses.next_token && !buses.next_token->empty());
  return {};
}

Result<void> ReadTags(Session& session, Traces& traces) {
  tagging::GetResourcesInput input;
  input.tag_filters.emplace().emplace_back().key = std::string(kTagId);
  do {
    IATK_TRY(const tagging::GetResourcesOutput output,
             session.Call<tagging::op::GetResources>(input));
    using Mappings = std::vector<tagging::ResourceTagMapping>;
    for (const auto& mapping : output.resource_tag_mapping_list.value_or(Mappings())) {
      std::map<std::string, std::string> tags;
      for (const auto& tag : mapping.tags.value_or(std::vector<tagging::Tag>())) {
        tags[tag.key.value_or("")] = tag.value.value_or("");
      }
      // Only of what is there: the service also tells of what was deleted a while ago.
      const auto found = traces.find(tags[std::string(kTagId)]);
      if (found == traces.end()) continue;
      Trace& trace = found->second;
      trace.type = tags[std::string(kTagType)];
      if (const auto expires = ParseIso8601(tags[std::string(kTagExpires)])) {
        trace.expires = expires;
      }
    }
    input.pagination_token = output.pagination_token;
  } while (input.pagination_token && !input.pagination_token->empty());
  return {};
}

// Why a listener is to go; empty: it stays.
std::string ReasonToGo(const Trace& trace, Time created, Time now, const GcParams& params) {
  if (params.older_than && created <= now - *params.older_than) {
    return fmt::format("made {}", FormatIso8601(created));
  }
  const Time expires = trace.expires.value_or(created + kListenerLife);
  if (expires <= now) return fmt::format("expired {}", FormatIso8601(expires));
  if (created > now - kBeingMade) return "";
  if (!trace.queue) return "a rule without its queue";
  if (!trace.rule && trace.type != kTopicListener) return "a queue without its rule";
  return "";
}

}  // namespace

Result<std::vector<Leaving>> CollectGarbage(Session& session, const GcParams& params) {
  Traces traces;
  IATK_CHECK(FindByName(session, traces));
  if (!traces.empty()) IATK_CHECK(ReadTags(session, traces));
  std::vector<Leaving> leavings;
  const Time now = session.clock().Now();
  for (auto& [id, trace] : traces) {
    const Time created = TimeOfListenerId(id);
    std::string reason = ReasonToGo(trace, created, now, params);
    if (reason.empty()) continue;
    leavings.push_back({id, std::move(trace.resources), created, std::move(reason), ""});
  }
  if (params.dry_run) return leavings;
  InParallel(leavings.size(), [&](std::size_t i) {
    const Result<void> done = RemoveListeners(session, {leavings[i].id}, {});
    if (!done) leavings[i].error = Describe(done.error());
  });
  return leavings;
}

}  // namespace iatk::kit

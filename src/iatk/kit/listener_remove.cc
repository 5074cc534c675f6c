#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "iatk/kit/listener.h"
#include "iatk/kit/listener_id.h"
#include "iatk/kit/listener_tags.h"
#include "iatk/model/events/operations.h"
#include "iatk/model/resourcegroupstaggingapi/operations.h"
#include "iatk/model/sns/operations.h"
#include "iatk/model/sqs/operations.h"

namespace iatk::kit {

namespace ev = model::events;
namespace sns = model::sns;
namespace sqs = model::sqs;
namespace tagging = model::resourcegroupstaggingapi;

namespace {

// What is gone already counts as removed.
template <class T>
Result<void> Removed(Result<T> done) {
  if (done || IsGone(done.error())) return {};
  return Fail(std::move(done.error()));
}

Result<std::optional<std::string>> FindQueue(Session& session, const std::string& id) {
  sqs::GetQueueUrlRequest input;
  input.queue_name = id;
  Result<sqs::GetQueueUrlResult> output = session.Call<sqs::op::GetQueueUrl>(input);
  if (output) return output->queue_url;
  if (IsGone(output.error())) return std::nullopt;
  return Fail(std::move(output.error()));
}

using Tags = std::map<std::string, std::string>;

Result<Tags> TagsOf(Session& session, const std::optional<std::string>& queue_url) {
  if (!queue_url) return Tags();
  sqs::ListQueueTagsRequest input;
  input.queue_url = *queue_url;
  Result<sqs::ListQueueTagsResult> output = session.Call<sqs::op::ListQueueTags>(input);
  if (output) return output->tags.value_or(Tags());
  if (IsGone(output.error())) return Tags();
  return Fail(std::move(output.error()));
}

std::string TagOf(const Tags& tags, std::string_view key) {
  const auto found = tags.find(std::string(key));
  return found == tags.end() ? "" : found->second;
}

// The buses that the listener's rule may be on: the one that the queue's tag names, else all.
Result<std::vector<std::string>> FindBuses(Session& session, const Tags& tags) {
  if (const std::string bus = TagOf(tags, kTagTarget); !bus.empty()) return std::vector{bus};
  std::vector<std::string> buses;
  ev::ListEventBusesRequest input;
  do {
    IATK_TRY(const ev::ListEventBusesResponse output, session.Call<ev::op::ListEventBuses>(input));
    for (const ev::EventBus& bus : output.event_buses.value_or(std::vector<ev::EventBus>())) {
      buses.push_back(bus.arn.value_or(""));
    }
    input.next_token = output.next_token;
  } while (input.next_token && !input.next_token->empty());
  return buses;
}

// The subscriptions of the listener's queue, whose name is the listener's id.
Result<void> RemoveSubscriptions(Session& session, const std::string& topic_arn,
                                 const std::string& id) {
  sns::ListSubscriptionsByTopicInput input;
  input.topic_arn = topic_arn;
  do {
    Result<sns::ListSubscriptionsByTopicResponse> output =
        session.Call<sns::op::ListSubscriptionsByTopic>(input);
    if (!output) return Removed(std::move(output));
    for (const sns::Subscription& one :
         output->subscriptions.value_or(std::vector<sns::Subscription>())) {
      if (!one.endpoint || !one.endpoint->ends_with(":" + id)) continue;
      sns::UnsubscribeInput unsubscribe;
      unsubscribe.subscription_arn = one.subscription_arn;
      IATK_CHECK(Removed(session.Call<sns::op::Unsubscribe>(unsubscribe)));
    }
    input.next_token = output->next_token;
  } while (input.next_token && !input.next_token->empty());
  return {};
}

Result<void> TargetsRemoved(const ev::RemoveTargetsResponse& output) {
  if (output.failed_entry_count.value_or(0) == 0) return {};
  if (!output.failed_entries || output.failed_entries->empty()) {
    return Fail(SenderError("TargetNotRemoved", "the bus kept the target"));
  }
  const ev::RemoveTargetsResultEntry& entry = output.failed_entries->front();
  const std::string code = entry.error_code.value_or("");
  return Fail(SenderError(code, fmt::format("{}: {}", code, entry.error_message.value_or(""))));
}

Result<void> RemoveTargets(Session& session, const std::string& bus, const std::string& id) {
  ev::RemoveTargetsRequest targets;
  targets.rule = id;
  targets.event_bus_name = bus;
  targets.ids = std::vector<std::string>{id};
  return Removed(session.Call<ev::op::RemoveTargets>(targets).and_then(
      [](const ev::RemoveTargetsResponse& output) { return TargetsRemoved(output); }));
}

ev::DeleteRuleRequest DeleteRule(const std::string& bus, const std::string& id) {
  ev::DeleteRuleRequest request;
  request.name = id;
  request.event_bus_name = bus;
  return request;
}

sqs::DeleteQueueRequest DeleteQueue(const std::string& url) {
  sqs::DeleteQueueRequest request;
  request.queue_url = url;
  return request;
}

// Tries every part, whatever becomes of the others; the first error is the one that is told. A rule
// that stays is found by its name; a subscription by the tags of the queue alone, which stays with
// it.
Result<void> RemoveOne(Session& session, const std::string& id) {
  session.ForgetFeed(id);
  if (IsQueueUrl(id)) return {};
  if (!IsListenerId(id)) return Fail(SenderError("InvalidId", "invalid ID"));
  std::optional<std::string> queue_url;
  Tags tags;
  if (const auto place = session.RecallListener(id)) {
    queue_url = place->queue_url;
    tags = {{std::string(kTagType), place->type}, {std::string(kTagTarget), place->target}};
  } else {
    IATK_TRY(queue_url, FindQueue(session, id));
    IATK_TRY(tags, TagsOf(session, queue_url));
  }
  Result<void> done;
  const auto note = [&](const Result<void>& part) {
    if (done && !part) done = part;
  };
  const bool of_topic = TagOf(tags, kTagType) == kTopicListener;
  if (of_topic) {
    note(RemoveSubscriptions(session, TagOf(tags, kTagTarget), id));
  } else {
    IATK_TRY(const std::vector<std::string> buses, FindBuses(session, tags));
    for (const std::string& bus : buses) {
      const auto note_rule = [&](const Result<void>& part) {
        note(part.map_error([&](const Error& error) {
          return Wrap(fmt::format("rule {} on event bus {} is left", id, bus), error);
        }));
      };
      if (const Result<void> targets = RemoveTargets(session, bus, id); !targets) {
        note_rule(targets);
      } else if (queue_url && &bus == &buses.back()) {
        auto [rule, queue] = session.CallBoth<ev::op::DeleteRule, sqs::op::DeleteQueue>(
            DeleteRule(bus, id), DeleteQueue(*std::exchange(queue_url, std::nullopt)));
        note_rule(Removed(std::move(rule)));
        note(Removed(std::move(queue)));
      } else {
        note_rule(Removed(session.Call<ev::op::DeleteRule>(DeleteRule(bus, id))));
      }
    }
  }
  if (queue_url && (done || !of_topic)) {
    note(Removed(session.Call<sqs::op::DeleteQueue>(DeleteQueue(*queue_url))));
  }
  return done;
}

Result<std::vector<std::string>> FindIds(Session& session, const std::vector<TagFilter>& filters) {
  tagging::GetResourcesInput input;
  auto& wanted = input.tag_filters.emplace();
  for (const TagFilter& filter : filters) {
    tagging::TagFilter& one = wanted.emplace_back();
    one.key = filter.key;
    if (!filter.values.empty()) one.values = filter.values;
  }
  // Without one of the kit's own tags among them, filters could take in what is not the kit's.
  if (std::ranges::none_of(filters, [](const TagFilter& f) { return IsReservedTag(f.key); })) {
    wanted.emplace_back().key = std::string(kTagId);
  }
  std::set<std::string> ids;
  do {
    IATK_TRY(const tagging::GetResourcesOutput output,
             session.Call<tagging::op::GetResources>(input));
    using Mappings = std::vector<tagging::ResourceTagMapping>;
    for (const auto& mapping : output.resource_tag_mapping_list.value_or(Mappings())) {
      for (const auto& tag : mapping.tags.value_or(std::vector<tagging::Tag>())) {
        if (tag.key == kTagId && tag.value) ids.insert(*tag.value);
      }
    }
    input.pagination_token = output.pagination_token;
  } while (input.pagination_token && !input.pagination_token->empty());
  return std::vector<std::string>(ids.begin(), ids.end());
}

}  // namespace

Result<void> RemoveListeners(Session& session, const std::vector<std::string>& ids,
                             const std::vector<TagFilter>& filters) {
  std::vector<std::string> wanted;
  for (const std::string& id : ids) {
    if (std::ranges::find(wanted, id) == wanted.end()) wanted.push_back(id);
  }
  if (!filters.empty()) {
    IATK_TRY(wanted, FindIds(session, filters).map_error([](const Error& error) {
      return Wrap("failed to get resource with tag filters", error);
    }));
  }
  std::vector<Result<void>> done(wanted.size());
  InParallel(wanted.size(), [&](std::size_t i) { done[i] = RemoveOne(session, wanted[i]); });
  std::vector<std::string> reasons;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (done[i]) continue;
    reasons.push_back(
        fmt::format("{{resource group id: {}, reason: {}}}", wanted[i], Describe(done[i].error())));
  }
  if (reasons.empty()) return {};
  return Fail(SenderError(
      "ListenersNotRemoved",
      fmt::format("failed to destroy following listener(s): {}", fmt::join(reasons, ", "))));
}

}  // namespace iatk::kit

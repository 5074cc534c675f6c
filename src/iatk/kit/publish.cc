#include "iatk/kit/publish.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "iatk/json/write.h"
#include "iatk/model/events/operations.h"
#include "iatk/trace/header.h"

namespace iatk::kit {

namespace ev = model::events;

namespace {

constexpr std::size_t kMostPerCall = 10;
constexpr std::size_t kMostEvents = 10'000;
constexpr int kAttempts = 4;
constexpr std::chrono::milliseconds kFirstPause{100};

Result<ev::PutEventsRequestEntry> ToEntry(const EventToPublish& event, const PublishParams& params,
                                          const Published& published) {
  if (event.detail.AsObject() == nullptr) {
    return Fail(SenderError("InvalidParams", "an event's detail must be a JSON object"));
  }
  json::Value detail = event.detail;
  if (!params.correlation_key.empty() && detail.Find(params.correlation_key) == nullptr) {
    detail.AsObject()->Set(params.correlation_key, published.correlation_id);
  }
  ev::PutEventsRequestEntry entry;
  entry.source = event.source;
  entry.detail_type = event.detail_type;
  entry.detail = json::Write(detail);
  if (!event.resources.empty()) entry.resources = event.resources;
  entry.time = event.time;
  entry.trace_header = published.trace_header;
  const std::string& bus =
      event.event_bus_name.empty() ? params.event_bus_name : event.event_bus_name;
  if (!bus.empty()) entry.event_bus_name = bus;
  return entry;
}

struct Sending {
  std::vector<ev::PutEventsRequestEntry> entries;
  std::vector<std::string> ids;       // by entry
  std::vector<std::string> failures;  // by entry; empty: none so far
};

// Puts the entries of these indices; returns those that may pass another time.
Result<std::vector<std::size_t>> Put(Session& session, const std::vector<std::size_t>& indices,
                                     Sending* sending) {
  std::vector<std::size_t> again;
  for (std::size_t at = 0; at < indices.size(); at += kMostPerCall) {
    const std::size_t count = std::min(kMostPerCall, indices.size() - at);
    ev::PutEventsRequest input;
    input.entries.emplace();
    for (std::size_t i = at; i < at + count; ++i) {
      input.entries->push_back(sending->entries[indices[i]]);
    }
    IATK_TRY(const ev::PutEventsResponse output, session.Call<ev::op::PutEvents>(input));
    const auto results = output.entries.value_or(std::vector<ev::PutEventsResultEntry>());
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t index = indices[at + i];
      const auto result = i < results.size() ? results[i] : ev::PutEventsResultEntry();
      sending->ids[index] = result.event_id.value_or("");
      if (!sending->ids[index].empty()) continue;
      const std::string code = result.error_code.value_or("no event id");
      sending->failures[index] = fmt::format("{}: {}", code, result.error_message.value_or(""));
      if (MayBeTakenLater(code)) again.push_back(index);
    }
  }
  return again;
}

}  // namespace

bool MayBeTakenLater(const std::string& code) {
  return code == "ThrottlingException" || code == "InternalFailure" || code == "InternalException";
}

Result<Published> Publish(Session& session, const PublishParams& params) {
  if (params.events.empty() || params.events.size() > kMostEvents) {
    return Fail(SenderError("InvalidParams",
                            fmt::format("1 to {} events can be published at once", kMostEvents)));
  }
  Published published;
  published.correlation_id =
      params.correlation_id.empty() ? session.NewUuid() : params.correlation_id;
  published.trace_header =
      params.trace_header.empty() ? session.NewTraceHeader() : params.trace_header;
  if (!params.correlation_key.empty()) {
    published.event_pattern = json::Write(json::Object{
        {"detail", json::Object{{params.correlation_key, json::Array{published.correlation_id}}}}});
  }
  Sending sending;
  std::vector<std::size_t> indices;
  for (const EventToPublish& event : params.events) {
    indices.push_back(sending.entries.size());
    IATK_TRY(ev::PutEventsRequestEntry entry, ToEntry(event, params, published));
    sending.entries.push_back(std::move(entry));
  }
  sending.ids.resize(indices.size());
  sending.failures.resize(indices.size());
  Duration pause = kFirstPause;
  for (int attempt = 1;; ++attempt) {
    Result<std::vector<std::size_t>> again = Put(session, indices, &sending);
    if (!again) {
      const auto taken = static_cast<std::size_t>(
          std::ranges::count_if(sending.ids, [](const std::string& id) { return !id.empty(); }));
      return Fail(
          Wrap(fmt::format("{} of {} events were put", taken, sending.ids.size()), again.error()));
    }
    indices = *std::move(again);
    if (indices.empty() || attempt == kAttempts) break;
    SleepFor(pause);
    pause *= 2;
  }
  std::vector<std::string> refused;
  for (std::size_t i = 0; i < sending.ids.size(); ++i) {
    if (sending.ids[i].empty()) {
      refused.push_back(fmt::format("event {}: {}", i, sending.failures[i]));
    }
  }
  if (!refused.empty()) {
    return Fail(SenderError("EventsRefused",
                            fmt::format("the bus did not take {} of {} events: {}", refused.size(),
                                        sending.ids.size(), fmt::join(refused, "; "))));
  }
  published.event_ids = std::move(sending.ids);
  return published;
}

}  // namespace iatk::kit

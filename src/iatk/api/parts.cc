#include "iatk/api/parts.h"

#include <fmt/format.h>

#include "iatk/json/parse.h"

namespace iatk::v0 {

Error ToPublic(const iatk::Error& error) {
  Error made{.code = error.code, .message = kit::Describe(error)};
  made.retryable = error.retryable;
  if (error.operation.empty()) return made;
  made.service = error.service;
  made.operation = error.operation;
  made.request_id = error.request_id;
  made.http_status = error.http_status;
  return made;
}

Error InvalidParams(std::string message) {
  return {.code = "InvalidParams", .message = std::move(message)};
}

iatk::Result<void> CheckWait(std::chrono::milliseconds within) {
  constexpr std::chrono::hours kLongest{24};
  if (within >= within.zero() && within <= kLongest) return {};
  return Fail(SenderError(
      "InvalidParams", fmt::format("a wait takes 0 to {} ms, not {}",
                                   std::chrono::milliseconds(kLongest).count(), within.count())));
}

Event ToEvent(const kit::ReceivedEvent& event, const std::optional<Act>& since) {
  auto body = json::Parse(event.body);
  Event made;
  made.body = body ? *std::move(body) : json::Value(event.body);
  made.text = event.body;
  made.id = event.event_id;
  made.message_id = event.message_id;
  made.trace_header = event.trace_header;
  made.number = event.number;
  made.received_at = event.received_at;
  made.sent_at = event.sent_at;
  made.duplicate = event.duplicate;
  if (since) made.latency = event.received_at - since->began;
  return made;
}

std::vector<Event> ToEvents(const std::vector<kit::ReceivedEvent>& events,
                            const std::optional<Act>& since) {
  std::vector<Event> made;
  made.reserve(events.size());
  for (const kit::ReceivedEvent& event : events) made.push_back(ToEvent(event, since));
  return made;
}

}  // namespace iatk::v0

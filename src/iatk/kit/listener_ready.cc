#include "iatk/kit/listener_ready.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "iatk/kit/control_event.h"
#include "iatk/kit/publish.h"
#include "iatk/model/events/operations.h"
#include "iatk/model/sqs/operations.h"

namespace iatk::kit {

namespace ev = model::events;
namespace sqs = model::sqs;
using std::chrono::seconds;

namespace {

Result<void> PutControlEvent(Session& session, const std::string& listener_id,
                             const std::string& bus, const std::string& token) {
  ev::PutEventsRequest input;
  ev::PutEventsRequestEntry& entry = input.entries.emplace().emplace_back();
  entry.event_bus_name = bus;
  entry.source = kControlSource;
  entry.detail_type = kControlDetailType;
  entry.detail = ControlDetail(listener_id, token);
  IATK_TRY(const ev::PutEventsResponse output, session.Call<ev::op::PutEvents>(input));
  if (output.failed_entry_count.value_or(0) == 0) return {};
  Error error = SenderError("ControlEventRefused", "the bus took no control event");
  if (output.entries && !output.entries->empty()) {
    // Another one follows anyway.
    if (MayBeTakenLater(output.entries->front().error_code.value_or(""))) return {};
    error.message += fmt::format(": {}: {}", output.entries->front().error_code.value_or(""),
                                 output.entries->front().error_message.value_or(""));
  }
  return Fail(std::move(error));
}

}  // namespace

Result<bool> ControlEventComesThrough(Session& session, const std::string& listener_id,
                                      const std::string& bus, Time until) {
  IATK_TRY(const auto feed, session.FeedOf(listener_id));
  const std::string token = session.NewUuid();
  // A rule that is not in force yet lets the event pass by for good, so another one follows.
  for (Duration patience = seconds(1);; patience = std::min<Duration>(patience * 2, seconds(8))) {
    IATK_CHECK(PutControlEvent(session, listener_id, bus, token));
    const Time look_until = std::min(session.clock().Now() + patience, until);
    IATK_TRY(const bool came, feed->WaitForControl(token, look_until));
    if (came || session.clock().Now() >= until) return came;
  }
}

Result<void> EndControl(Session& session, ListenerFeed& feed, const ev::PutRuleRequest& rule) {
  const auto deletion = feed.StartDeletion();
  if (!deletion) {
    IATK_CHECK(session.Call<ev::op::PutRule>(rule));
    return {};
  }
  const auto [put, deleted] =
      session.CallBoth<ev::op::PutRule, sqs::op::DeleteMessageBatch>(rule, deletion->Request());
  feed.FinishDeletion(*deletion, deleted);
  if (!put) return Fail(put.error());
  return {};
}

}  // namespace iatk::kit

#include "iatk/cloud/journal/journal.h"

#include <utility>

namespace iatk::cloud {

std::string_view HopName(HopKind kind) {
  switch (kind) {
    case HopKind::kRequest:
      return "request";
    case HopKind::kEventAccepted:
      return "event-accepted";
    case HopKind::kRuleMatched:
      return "rule-matched";
    case HopKind::kDelivered:
      return "delivered";
    case HopKind::kDeliveryFailed:
      return "delivery-failed";
    case HopKind::kInvocation:
      return "invocation";
    case HopKind::kExecutionStarted:
      return "execution-started";
    case HopKind::kStateEntered:
      return "state-entered";
    case HopKind::kExecutionEnded:
      return "execution-ended";
    case HopKind::kMessageSent:
      return "message-sent";
    case HopKind::kMessageReceived:
      return "message-received";
    case HopKind::kMessageDeleted:
      return "message-deleted";
  }
  return "unknown";
}

Journal::Journal(const Clock& clock, std::size_t capacity, std::size_t max_detail_bytes)
    : clock_(clock), capacity_(capacity), max_detail_bytes_(max_detail_bytes) {}

void Journal::Record(Hop hop) {
  hop.sequence = ++last_sequence_;
  if (hop.time == Time()) hop.time = clock_.Now();
  if (hop.detail.size() > max_detail_bytes_) hop.detail.resize(max_detail_bytes_);
  if (hops_.size() >= capacity_) {
    hops_.pop_front();
    ++dropped_;
  }
  hops_.push_back(std::move(hop));
}

void Journal::EmitSegment(std::string_view account, std::string_view region, json::Value segment) {
  if (segment_sink_) segment_sink_(account, region, std::move(segment));
}

}  // namespace iatk::cloud

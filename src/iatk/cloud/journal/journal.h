// The journal: every hop that a request, an event or a message takes through the local cloud, in
// order. Reports, explanations and timelines read it; services only write to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "iatk/base/clock.h"
#include "iatk/json/value.h"

namespace iatk::cloud {

enum class HopKind : std::uint8_t {
  kRequest,         ///< an API call over the wire; resource: "service:Operation"
  kEventAccepted,   ///< PutEvents took an event; resource: the bus; detail: the event's JSON
  kRuleMatched,     ///< resource: the rule; source: the bus
  kDelivered,       ///< resource: the target; source: the rule (or queue, topic, …) behind it
  kDeliveryFailed,  ///< the same; outcome says why; detail: "retrying", "dead-lettered" or
                    ///< "dropped"
  kInvocation,      ///< a Lambda function ran; duration; outcome: its error; detail: its log's tail
  kExecutionStarted,  ///< resource: the execution
  kStateEntered,      ///< resource: the execution; detail: the state's name
  kExecutionEnded,    ///< outcome: empty for SUCCEEDED, else the status
  kMessageSent,       ///< resource: the queue; event_id: the message id
  kMessageReceived,
  kMessageDeleted,
};

std::string_view HopName(HopKind kind);  ///< "request", "event-accepted", …

struct Hop {
  std::uint64_t sequence = 0;  ///< set by the journal: 1, 2, 3, …
  Time time;                   ///< set by the journal if it is left at zero
  HopKind kind = HopKind::kRequest;
  std::string account;
  std::string region;
  std::string resource;
  std::string source;
  std::string event_id;
  std::string trace_id;
  std::string outcome;  ///< empty: it went well; else the error as one sentence
  std::string detail;
  Duration duration = Duration::zero();
};

class Journal {
 public:
  /// `capacity`: hops kept; older ones make room. Details longer than `max_detail_bytes` are cut.
  explicit Journal(const Clock& clock, std::size_t capacity = 20'000,
                   std::size_t max_detail_bytes = 16U * 1024U);

  void Record(Hop hop);
  const std::deque<Hop>& hops() const { return hops_; }
  std::uint64_t dropped() const { return dropped_; }  ///< hops that made room

  /// Hands an X-Ray segment document of one of our own services to whoever keeps traces.
  void EmitSegment(std::string_view account, std::string_view region, json::Value segment);
  using SegmentSink =
      std::function<void(std::string_view account, std::string_view region, json::Value segment)>;
  void SetSegmentSink(SegmentSink sink) { segment_sink_ = std::move(sink); }

 private:
  const Clock& clock_;
  std::size_t capacity_;
  std::size_t max_detail_bytes_;
  std::uint64_t last_sequence_ = 0;
  std::uint64_t dropped_ = 0;
  std::deque<Hop> hops_;
  SegmentSink segment_sink_;
};

}  // namespace iatk::cloud

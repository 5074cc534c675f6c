// Waiting for what a test expects.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/json/value.h"
#include "iatk/kit/expectation.h"
#include "iatk/kit/session.h"

namespace iatk::kit {

/// What became of a wait.
struct Outcome {
  bool met = false;
  /// Of kNever: whether a control event came through the listener's rule at the end of the wait, so
  /// that "nothing came" is not "nothing was listening". nullopt where none can: the listener is of
  /// a topic or queue, or its target makes something else of the events, or they may not be put.
  std::optional<bool> controlled;
  /// That it rests on, as far as they are still kept; see Progress::events.
  std::vector<ReceivedEvent> events;
  std::uint64_t next = 0;  ///< the number of the first event that was not looked at
  Duration waited{};
  std::uint64_t seen = 0;  ///< events looked at, without duplicates
  /// Events from the wait's first number on that the log does not keep any more (event_log.h), and
  /// that were therefore not looked at.
  std::uint64_t forgotten = 0;
  std::uint64_t duplicates = 0;  ///< that the listener has received in all
  std::uint64_t polls = 0;       ///< made by this wait
  std::string last_error;        ///< of a service, while it waited
  std::vector<Progress::Unmet> unmet;
  std::string explanation;  ///< all that, for people; one line if it was met
};

/// A moment between two of a listener's events.
struct Mark {
  Time at;
  std::uint64_t next = 0;  ///< the number of the first event after it
};
/// The present one: what waits in the queue already counts as before it.
Result<Mark> MarkNow(Session& session, const std::string& listener_id);

/// Whether the listener still hears, as Outcome::controlled tells it; what a service said against
/// it goes into `*last_error`. Fails where a service does that may do better later.
Result<std::optional<bool>> ConfirmListening(Session& session, const std::string& listener_id,
                                             std::string* last_error);

/// Waits until the expectation is met or broken by the listener's events from number `from` on, or
/// `within` has passed; the last look is at that moment. Events stay in the listener's log: other
/// waits read them too. Fails where the events can't be read: the service fails, or the outcome
/// would rest on events that are forgotten (`EventsForgotten`).
Result<Outcome> Await(Session& session, const std::string& listener_id,
                      const Expectation& expectation, Duration within, std::uint64_t from = 0);

/// {"Met", "Controlled", "Events": [event…], "Next", "WaitedMilliseconds", "Seen", "Forgotten",
/// "Duplicates", "Polls", "LastError", "Unmet": [{"Pattern", "Nearest": event, "Why": {…}}],
/// "Explanation"}; an event is as ToJson(ReceivedEvent) gives it.
json::Value ToJson(const Outcome& outcome, const Expectation& expectation);

/// {"Number", "Body", "Id", "MessageId", "TraceHeader", "ReceivedAt", "SentAt", "Duplicate"}; times
/// are milliseconds since the epoch.
json::Value ToJson(const ReceivedEvent& event);

/// The explanation of an outcome, several lines; see the tests for how it looks.
std::string Explain(const Outcome& outcome, const Expectation& expectation);

}  // namespace iatk::kit

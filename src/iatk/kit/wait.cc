#include "iatk/kit/wait.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "iatk/client/retry.h"
#include "iatk/kit/listener_id.h"
#include "iatk/kit/listener_rule.h"

namespace iatk::kit {

namespace {

constexpr std::size_t kBatch = 1000;
constexpr std::chrono::seconds kPatienceForControl{30};

}  // namespace

Result<Mark> MarkNow(Session& session, const std::string& listener_id) {
  IATK_TRY(const auto feed, session.FeedOf(listener_id));
  Mark mark;
  do {
    mark.next = feed->end();
    IATK_CHECK(feed->WaitFor(mark.next, session.clock().Now()));
  } while (feed->end() > mark.next);
  mark.at = session.clock().Now();
  return mark;
}

Result<std::optional<bool>> ConfirmListening(Session& session, const std::string& listener_id,
                                             std::string* last_error) {
  if (!IsListenerId(listener_id)) return std::nullopt;
  Result<std::optional<bool>> hears =
      ListenerHears(session, listener_id, session.clock().Now() + kPatienceForControl);
  if (hears) return hears;
  if (client::IsRetryable(hears.error())) {
    return Fail(Wrap("no event matched, but could not see whether the listener still hears",
                     hears.error()));
  }
  *last_error = Describe(hears.error());
  // A rule or queue that is gone does not listen; of what may not be asked, nothing is known.
  if (IsGone(hears.error())) return false;
  return std::nullopt;
}

Result<Outcome> Await(Session& session, const std::string& listener_id,
                      const Expectation& expectation, Duration within, std::uint64_t from) {
  IATK_TRY(const auto feed, session.FeedOf(listener_id));
  const Time start = session.clock().Now();
  const Time until = start + within;
  const std::uint64_t polls_before = feed->counts().polls;
  Progress progress(expectation, from);
  Outcome outcome;
  const auto see_all = [&] {
    for (;;) {
      const std::vector<ReceivedEvent> batch = feed->Read(progress.next(), kBatch);
      if (batch.empty()) return;
      for (const ReceivedEvent& event : batch) progress.See(event);
      feed->HandOver(progress.next());
    }
  };
  see_all();
  while (progress.state() == Progress::State::kOpen && session.clock().Now() < until) {
    IATK_CHECK(feed->WaitFor(progress.next(), until));
    see_all();
  }
  outcome.met = progress.state() == Progress::State::kMet ||
                (progress.state() == Progress::State::kOpen && progress.MetAtTheEnd());
  outcome.waited = session.clock().Now() - start;
  if (expectation.kind() == Expectation::Kind::kNever && outcome.met) {
    IATK_TRY(outcome.controlled, ConfirmListening(session, listener_id, &outcome.last_error));
    // What was on its way when the time ran out has come with the control event, or before it.
    see_all();
    outcome.met = progress.MetAtTheEnd() && outcome.controlled.value_or(true);
  }
  if (outcome.met && progress.RestsOnForgotten()) {
    return Fail(SenderError("EventsForgotten",
                            fmt::format("{} events of listener {} were read before and are no "
                                        "longer kept: whether they matched can't be told; look at "
                                        "those from a later number on",
                                        progress.forgotten(), listener_id)));
  }
  for (const std::uint64_t number : progress.events()) {
    std::vector<ReceivedEvent> one = feed->Read(number, 1);
    if (!one.empty() && one.front().number == number) {
      outcome.events.push_back(std::move(one.front()));
    }
  }
  const FeedCounts counts = feed->counts();
  outcome.next = progress.next();
  outcome.seen = progress.seen();
  outcome.forgotten = progress.forgotten();
  outcome.duplicates = counts.duplicates;
  outcome.polls = counts.polls - polls_before;
  if (outcome.last_error.empty()) outcome.last_error = counts.last_error;
  if (!outcome.met) outcome.unmet = progress.UnmetPatterns();
  outcome.explanation = Explain(outcome, expectation);
  return outcome;
}

}  // namespace iatk::kit

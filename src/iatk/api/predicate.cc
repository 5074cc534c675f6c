#include <fmt/format.h>

#include <algorithm>

#include "iatk/api/listener_impl.h"

namespace iatk::v0 {
namespace {

constexpr std::size_t kBatch = 1000;
// How many rejected events an explanation shows.
constexpr std::size_t kShown = 5;

std::string Rejection(const Event& event, const Verdict& verdict) {
  return fmt::format("  event {} (id {}): {}\n", event.number, event.id,
                     verdict.why.empty() ? "the function said no" : verdict.why);
}

}  // namespace

iatk::Result<Passed> AwaitPredicate(kit::Session& session, const std::string& listener_id,
                                    const Predicate& predicate, std::chrono::milliseconds within,
                                    const std::optional<Act>& since, std::size_t enough) {
  IATK_CHECK(CheckWait(within));
  IATK_TRY(const auto feed, session.FeedOf(listener_id));
  const iatk::Time until = session.clock().Now() + within;
  const std::uint64_t polls_before = feed->counts().polls;
  std::uint64_t next = since ? since->first : 0;
  std::uint64_t seen = 0;
  std::vector<std::string> rejected;
  Passed passed;
  const auto see_all = [&] {
    while (passed.events.size() < enough) {
      const std::vector<kit::ReceivedEvent> batch = feed->Read(next, kBatch);
      if (batch.empty()) return;
      passed.forgotten += batch.front().number - next;
      next = batch.back().number + 1;
      feed->HandOver(next);
      for (const kit::ReceivedEvent& received : batch) {
        if (received.duplicate) continue;
        ++seen;
        Event event = ToEvent(received, since);
        const Verdict verdict = predicate(event);
        if (verdict.met) {
          passed.events.push_back(std::move(event));
        } else {
          rejected.push_back(Rejection(event, verdict));
        }
      }
    }
  };
  see_all();
  while (passed.events.size() < enough && session.clock().Now() < until) {
    IATK_CHECK(feed->WaitFor(next, until));
    see_all();
  }
  passed.explanation = fmt::format("{} of {} event(s) passed within {:g} s\n", passed.events.size(),
                                   seen, Seconds(within).count());
  const std::size_t hidden = rejected.size() - std::min(rejected.size(), kShown);
  for (std::size_t i = hidden; i < rejected.size(); ++i) passed.explanation += rejected[i];
  if (hidden > 0) passed.explanation += fmt::format("  and {} more\n", hidden);
  if (passed.forgotten > 0) {
    passed.explanation +=
        fmt::format("{} event(s) that were read before are no longer kept\n", passed.forgotten);
  }
  const kit::FeedCounts counts = feed->counts();
  passed.explanation += fmt::format("{} polls, {} duplicates left out\n",
                                    counts.polls - polls_before, counts.duplicates);
  if (!counts.last_error.empty()) {
    passed.explanation += fmt::format("last error of a service: {}\n", counts.last_error);
  }
  return passed;
}

}  // namespace iatk::v0

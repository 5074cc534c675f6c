// Listeners and expectations: include/iatk/listener.h.
#include "iatk/listener.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "iatk/api/listener_impl.h"
#include "iatk/kit/wait.h"

namespace iatk::v0 {
namespace {

using Kind = kit::Expectation::Kind;

constexpr std::size_t kMostLogged = 20;

ListenerResource ToPublic(const kit::ListenerResource& resource) {
  return {resource.type, resource.physical_id, resource.arn};
}

// Waits for patterns.
iatk::Result<kit::Outcome> AwaitPatterns(Listener::Impl& listener, Kind kind,
                                         const std::vector<PatternText>& patterns,
                                         const Times& times, std::chrono::milliseconds within,
                                         const std::optional<Act>& since) {
  std::vector<std::string> texts;
  for (const PatternText& pattern : patterns) texts.push_back(pattern.text());
  IATK_TRY(const kit::Expectation expectation,
           kit::Expectation::Make(kind, texts, times.at_least, times.at_most));
  IATK_CHECK(CheckWait(within));
  return kit::Await(*listener.session, listener.id, expectation, within, since ? since->first : 0);
}

Result<std::vector<Event>> EventsOf(Listener::Impl& listener, Result<kit::Outcome> outcome,
                                    const std::optional<Act>& since) {
  if (!outcome) return outcome.error();
  if (!outcome->met) return listener.NotMet(outcome->explanation);
  return ToEvents(outcome->events, since);
}

iatk::Result<std::vector<kit::ReceivedEvent>> ReadAll(Listener::Impl& listener,
                                                      std::uint64_t from) {
  kit::Session& session = *listener.session;
  IATK_CHECK(kit::MarkNow(session, listener.id));
  IATK_TRY(const auto feed, session.FeedOf(listener.id));
  std::vector<kit::ReceivedEvent> events = feed->Read(from, feed->end());
  if (!events.empty()) feed->HandOver(events.back().number + 1);
  return events;
}

std::string InWords(const Times& times) {
  if (!times.at_most) return fmt::format("at least {}", times.at_least);
  if (times.at_least == *times.at_most) return fmt::format("exactly {}", times.at_least);
  return fmt::format("{} to {}", times.at_least, *times.at_most);
}

// Of a predicate, that none came; "controlled" as of kNever.
Result<NoEvents> NeverPasses(Listener::Impl& listener, const Predicate& predicate,
                             std::chrono::milliseconds within, const std::optional<Act>& since) {
  NoEvents none;
  std::string error;
  const auto look = [&](std::chrono::milliseconds wait) {
    return AwaitPredicate(*listener.session, listener.id, predicate, wait, since, 1);
  };
  Result<Passed> passed = Run([&]() -> iatk::Result<Passed> {
    IATK_TRY(Passed first, look(within));
    if (!first.events.empty() || first.forgotten > 0) return first;
    IATK_TRY(none.controlled, kit::ConfirmListening(*listener.session, listener.id, &error));
    // What was on its way when the time ran out has come with the control event, or before it.
    return look({});
  });
  if (!passed) return passed.error();
  if (!passed->events.empty()) {
    return listener.NotMet(
        fmt::format("{} came, and should not have\n", passed->events.front().text));
  }
  if (passed->forgotten > 0) return listener.NotMet(std::move(passed->explanation));
  if (none.controlled == false) {
    std::string why =
        "no event passed, but no control event came through the listener's rule "
        "either: nothing was listening\n";
    if (!error.empty()) why += fmt::format("last error of a service: {}\n", error);
    return listener.NotMet(std::move(why));
  }
  none.explanation =
      fmt::format("no event passed within {:g} s{}\n", Seconds(within).count(),
                  none.controlled ? ", and a control event came through the same rule"
                                  : ", which no control event confirms");
  return none;
}

}  // namespace

Listener::Impl::Impl(std::shared_ptr<kit::Session> kit_session, kit::Listener made)
    : session(std::move(kit_session)),
      id(std::move(made.id)),
      target_under_test(ToPublic(made.target_under_test)),
      warnings(std::move(made.warnings)) {
  for (const kit::ListenerResource& one : made.components) components.push_back(ToPublic(one));
}

Error Listener::Impl::NotMet(std::string explanation) {
  const std::lock_guard lock(mutex);
  failures.push_back(explanation);
  return {.code = std::string(kNotMet), .message = std::move(explanation)};
}

Listener::Listener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Listener::Listener(Listener&& other) noexcept = default;

Listener& Listener::operator=(Listener&& other) noexcept {
  if (this != &other) {
    // What this was goes with `gone`.
    const Listener gone(std::exchange(impl_, std::move(other.impl_)));
  }
  return *this;
}

Listener::~Listener() {
  if (impl_ == nullptr || !impl_->is_ours) return;
  if (const Result<void> removed = Remove(); !removed) {
    std::fprintf(stderr, "iatk: %s\n", removed.error().message.c_str());
  }
}

const std::string& Listener::id() const { return impl_->id; }
const ListenerResource& Listener::target_under_test() const { return impl_->target_under_test; }
const std::vector<ListenerResource>& Listener::components() const { return impl_->components; }
const std::vector<std::string>& Listener::warnings() const { return impl_->warnings; }

Result<void> Listener::Remove() {
  Result<void> removed =
      Run([&] { return kit::RemoveListeners(*impl_->session, {impl_->id}, {}); });
  if (removed) impl_->is_ours = false;
  return removed;
}

void Listener::Release() { impl_->is_ours = false; }

Result<Act> Listener::StartAct() {
  return Run([&]() -> iatk::Result<Act> {
    IATK_TRY(const kit::Mark mark, kit::MarkNow(*impl_->session, impl_->id));
    return Act{mark.at, mark.next};
  });
}

Result<std::vector<Event>> Listener::Events(const std::optional<Act>& since) {
  return Run([&]() -> iatk::Result<std::vector<Event>> {
    IATK_TRY(const auto events, ReadAll(*impl_, since ? since->first : 0));
    return ToEvents(events, since);
  });
}

Result<std::vector<Event>> Listener::Poll(std::chrono::seconds wait, std::size_t most) {
  if (most < 1 || most > 10) return InvalidParams("a poll takes 1 to 10 events");
  if (wait < wait.zero() || wait > std::chrono::seconds(20)) {
    return InvalidParams("a poll waits 0 to 20 seconds");
  }
  return Run([&]() -> iatk::Result<std::vector<Event>> {
    IATK_TRY(const auto feed, impl_->session->FeedOf(impl_->id));
    IATK_TRY(const auto events, feed->Poll(wait, most));
    return ToEvents(events, std::nullopt);
  });
}

Result<Event> Listener::Expect(const Expected& expected, const WaitOptions& options) {
  std::string explanation;
  if (const Predicate* const predicate = expected.predicate()) {
    Result<Passed> passed = Run([&] {
      return AwaitPredicate(*impl_->session, impl_->id, *predicate, options.within, options.since,
                            1);
    });
    if (!passed) return passed.error();
    if (!passed->events.empty()) return std::move(passed->events.front());
    explanation = std::move(passed->explanation);
  } else {
    const Result<kit::Outcome> outcome = Run([&] {
      return AwaitPatterns(*impl_, Kind::kEvent, {*expected.pattern()}, {}, options.within,
                           options.since);
    });
    if (!outcome) return outcome.error();
    if (outcome->met) return ToEvent(outcome->events.front(), options.since);
    explanation = outcome->explanation;
  }
  if (options.published != nullptr) {
    const Result<std::string> last_seen = options.published->LastSeen(impl_->id);
    explanation += last_seen ? *last_seen : last_seen.error().message + "\n";
  }
  return impl_->NotMet(std::move(explanation));
}

Result<NoEvents> Listener::Never(const Expected& expected, std::chrono::milliseconds within,
                                 const std::optional<Act>& since) {
  if (expected.predicate() != nullptr) {
    return NeverPasses(*impl_, *expected.predicate(), within, since);
  }
  const Result<kit::Outcome> outcome = Run([&] {
    return AwaitPatterns(*impl_, Kind::kNever, {*expected.pattern()}, {}, within, since);
  });
  if (!outcome) return outcome.error();
  if (!outcome->met) return impl_->NotMet(outcome->explanation);
  return NoEvents{outcome->controlled, outcome->explanation};
}

Result<std::vector<Event>> Listener::Count(const Expected& expected, const Times& times,
                                           const WaitOptions& options) {
  if (expected.predicate() == nullptr) {
    return EventsOf(*impl_, Run([&] {
      return AwaitPatterns(*impl_, Kind::kCount, {*expected.pattern()}, times, options.within,
                           options.since);
    }),
                    options.since);
  }
  // One too many settles it; of "at most all", none is too many.
  const std::size_t enough =
      times.at_most ? std::max(*times.at_most, *times.at_most + 1) : times.at_least;
  Result<Passed> passed = Run([&] {
    return AwaitPredicate(*impl_->session, impl_->id, *expected.predicate(), options.within,
                          options.since, enough);
  });
  if (!passed) return passed.error();
  const std::size_t count = passed->events.size();
  const bool too_many = times.at_most && (count > *times.at_most || passed->forgotten > 0);
  if (count < times.at_least || too_many) {
    return impl_->NotMet(fmt::format("expected {}: {}", InWords(times), passed->explanation));
  }
  return std::move(passed->events);
}

Result<std::vector<Event>> Listener::Sequence(const std::vector<PatternText>& patterns,
                                              const WaitOptions& options) {
  return EventsOf(*impl_, Run([&] {
    return AwaitPatterns(*impl_, Kind::kSequence, patterns, {}, options.within, options.since);
  }),
                  options.since);
}

Result<std::vector<Event>> Listener::AllOf(const std::vector<PatternText>& patterns,
                                           const WaitOptions& options) {
  return EventsOf(*impl_, Run([&] {
    return AwaitPatterns(*impl_, Kind::kAllOf, patterns, {}, options.within, options.since);
  }),
                  options.since);
}

std::vector<std::string> Listener::failures() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->failures;
}

std::string Listener::Log() {
  const Result<std::vector<Event>> events = Events();
  if (!events) return fmt::format("its events can't be read: {}\n", events.error().message);
  std::string text = fmt::format("{} event(s) came\n", events->size());
  const std::size_t hidden = events->size() - std::min(events->size(), kMostLogged);
  for (std::size_t i = hidden; i < events->size(); ++i) {
    text += fmt::format("  {}: {}\n", (*events)[i].number, (*events)[i].text);
  }
  for (const std::string& failure : failures()) text += "not met: " + failure;
  return text;
}

}  // namespace iatk::v0

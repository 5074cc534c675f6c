// Outcomes for people and as JSON.
#include <fmt/format.h>

#include <chrono>

#include "iatk/json/parse.h"
#include "iatk/json/write.h"
#include "iatk/kit/wait.h"

namespace iatk::kit {

namespace {

using Kind = Expectation::Kind;
using Milliseconds = std::chrono::duration<double, std::milli>;

std::int64_t ToMilliseconds(Time time) {
  return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}

std::string Seconds(Duration duration) {
  return fmt::format("{:.3f} s", std::chrono::duration<double>(duration).count());
}

std::string Events(std::uint64_t count) {
  return fmt::format("{} {}", count, count == 1 ? "event" : "events");
}

// Long texts are cut: an explanation is read in a terminal.
std::string Cut(const std::string& text) {
  constexpr std::size_t kMost = 600;
  if (text.size() <= kMost) return text;
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return fmt::format("{}… ({} bytes)", text.substr(0, end), text.size());
}

std::string Name(const ReceivedEvent& event) {
  return event.event_id.empty()
             ? fmt::format("event {} (message {})", event.number, event.message_id)
             : fmt::format("event {} (id {})", event.number, event.event_id);
}

std::string Indent(const std::string& text, std::string_view by) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out += fmt::format("{}{}\n", by, text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

std::string Wanted(const Expectation& expectation) {
  switch (expectation.kind()) {
    case Kind::kCount:
      if (!expectation.at_most()) return fmt::format("at least {}", Events(expectation.at_least()));
      if (*expectation.at_most() == expectation.at_least()) {
        return fmt::format("exactly {}", Events(expectation.at_least()));
      }
      return fmt::format("{} to {}", expectation.at_least(), Events(*expectation.at_most()));
    case Kind::kSequence:
      return fmt::format("{} in order", Events(expectation.patterns().size()));
    case Kind::kAllOf:
      return Events(expectation.patterns().size());
    default:
      return "an event";
  }
}

std::string FirstLine(const Outcome& outcome, const Expectation& expectation) {
  const std::string waited = Seconds(outcome.waited);
  if (expectation.kind() == Kind::kNever) {
    if (!outcome.events.empty()) {
      return fmt::format("{} matched after {}, and none should have\n", Name(outcome.events[0]),
                         waited);
    }
    if (outcome.met) {
      return fmt::format("no event matched within {}{}\n", waited,
                         outcome.controlled ? ", and a control event came through the same rule"
                                            : ", which no control event confirms");
    }
    return fmt::format(
        "no event matched within {}, but no control event came through the listener's rule either: "
        "nothing was listening\n",
        waited);
  }
  if (outcome.met) {
    return fmt::format("{} came within {}\n", Wanted(expectation), waited);
  }
  return fmt::format("expected {} within {}: {} matched of the {} that came\n", Wanted(expectation),
                     waited, outcome.events.size(), outcome.seen);
}

}  // namespace

std::string Explain(const Outcome& outcome, const Expectation& expectation) {
  std::string text = FirstLine(outcome, expectation);
  if (outcome.met) return text;
  if (expectation.kind() == Kind::kNever || expectation.kind() == Kind::kCount) {
    text += fmt::format("pattern: {}\n", Cut(expectation.patterns()[0].name));
    for (const ReceivedEvent& event : outcome.events) {
      text += fmt::format("  {}: {}\n", Name(event), Cut(event.body));
    }
  }
  for (const Progress::Unmet& unmet : outcome.unmet) {
    if (expectation.kind() != Kind::kCount) {
      text +=
          fmt::format("no event for pattern {}\n", Cut(expectation.patterns()[unmet.pattern].name));
    }
    if (!unmet.displaced.empty()) {
      text += fmt::format(
          "  event {} matches it, but {}\n", fmt::join(unmet.displaced, ", "),
          expectation.kind() == Kind::kSequence ? "out of order" : "stands for another pattern");
    }
    if (!unmet.nearest) continue;
    if (unmet.why) {
      text += fmt::format("  the nearest is {}\n", Name(*unmet.nearest));
      text += Indent(event_pattern::ToText(*unmet.why), "    ");
    } else {
      text += fmt::format("  {} is no JSON object: {}\n", Name(*unmet.nearest),
                          Cut(unmet.nearest->body));
    }
  }
  if (outcome.forgotten > 0) {
    text += fmt::format("{} that were read before are no longer kept\n", Events(outcome.forgotten));
  }
  text += fmt::format("{} looked at, {} duplicates left out, {} polls\n", Events(outcome.seen),
                      outcome.duplicates, outcome.polls);
  if (!outcome.last_error.empty()) {
    text += fmt::format("last error of a service: {}\n", outcome.last_error);
  }
  return text;
}

json::Value ToJson(const ReceivedEvent& event) {
  return json::Object{
      {"Number", json::Number(static_cast<std::int64_t>(event.number))},
      {"Body", event.body},
      {"Id", event.event_id},
      {"MessageId", event.message_id},
      {"TraceHeader", event.trace_header},
      {"ReceivedAt", json::Number(ToMilliseconds(event.received_at))},
      {"SentAt",
       event.sent_at ? json::Value(json::Number(ToMilliseconds(*event.sent_at))) : json::Value()},
      {"Duplicate", event.duplicate}};
}

json::Value ToJson(const Outcome& outcome, const Expectation& expectation) {
  json::Array events;
  for (const ReceivedEvent& event : outcome.events) events.push_back(ToJson(event));
  json::Array unmet;
  for (const Progress::Unmet& one : outcome.unmet) {
    unmet.push_back(
        json::Object{{"Pattern", expectation.patterns()[one.pattern].name},
                     {"Nearest", one.nearest ? ToJson(*one.nearest) : json::Value()},
                     {"Why", one.why ? event_pattern::ToJson(*one.why) : json::Value()}});
  }
  const auto count = [](std::uint64_t n) {
    return json::Value(json::Number(static_cast<std::int64_t>(n)));
  };
  return json::Object{
      {"Met", outcome.met},
      {"Controlled", outcome.controlled ? json::Value(*outcome.controlled) : json::Value()},
      {"Events", std::move(events)},
      {"Next", count(outcome.next)},
      {"WaitedMilliseconds", json::Number(Milliseconds(outcome.waited).count())},
      {"Seen", count(outcome.seen)},
      {"Forgotten", count(outcome.forgotten)},
      {"Duplicates", count(outcome.duplicates)},
      {"Polls", count(outcome.polls)},
      {"LastError", outcome.last_error},
      {"Unmet", std::move(unmet)},
      {"Explanation", outcome.explanation}};
}

}  // namespace iatk::kit

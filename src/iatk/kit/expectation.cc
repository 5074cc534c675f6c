#include "iatk/kit/expectation.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "iatk/json/parse.h"
#include "iatk/lang/event_pattern/event.h"

namespace iatk::kit {

namespace {

// What a search for the nearest event compares.
struct Nearness {
  std::size_t changes;
  std::size_t unmet;
  auto operator<=>(const Nearness&) const = default;
};

Nearness NearnessOf(const event_pattern::Explanation& why) {
  const auto unmet = std::ranges::count_if(
      why.leaves, [](const event_pattern::LeafReport& leaf) { return !leaf.met; });
  return {why.changes.size(), static_cast<std::size_t>(unmet)};
}

}  // namespace

Result<Expectation> Expectation::Make(Kind kind, const std::vector<std::string>& patterns,
                                      std::size_t at_least, std::optional<std::size_t> at_most) {
  const bool takes_several = kind == Kind::kSequence || kind == Kind::kAllOf;
  if (patterns.empty() || (!takes_several && patterns.size() != 1)) {
    return Fail(SenderError("InvalidParams", takes_several ? "at least one pattern is needed"
                                                           : "exactly one pattern is needed"));
  }
  if (patterns.size() > kMostPatterns) {
    return Fail(SenderError("InvalidParams", fmt::format("more than {} patterns", kMostPatterns)));
  }
  if (at_most && *at_most < at_least) {
    return Fail(SenderError(
        "InvalidParams",
        fmt::format("at least {} and at most {} events can't both be", at_least, *at_most)));
  }
  Expectation expectation;
  expectation.kind_ = kind;
  expectation.at_least_ = at_least;
  expectation.at_most_ = at_most;
  for (const std::string& text : patterns) {
    IATK_TRY(event_pattern::Pattern pattern, event_pattern::Compile(text));
    expectation.patterns_.push_back({text, std::move(pattern)});
  }
  return expectation;
}

Progress::Progress(Expectation expectation, std::uint64_t from)
    : expectation_(std::move(expectation)), next_(from) {}

void Progress::See(const ReceivedEvent& event) {
  forgotten_ += event.number - next_;
  next_ = event.number + 1;
  if (event.duplicate) return;
  ++seen_;
  lately_.push_back(event);
  lately_bytes_ += event.body.size();
  while (lately_.size() > kMostExplained || lately_bytes_ > kMostBytesExplained) {
    lately_bytes_ -= lately_.front().body.size();
    lately_.pop_front();
  }
  const Result<json::Value> body = json::Parse(event.body);
  if (!body || body->AsObject() == nullptr) return;
  const event_pattern::FlatEvent flat(*body);
  Match match{event.number, event.sent_at.value_or(event.received_at), {}};
  for (const auto& [name, pattern] : expectation_.patterns()) {
    match.patterns.push_back(pattern.Matches(flat));
  }
  if (std::ranges::none_of(match.patterns, std::identity())) return;
  // In the order of being sent; of the same time, in the order of arrival.
  const auto after = std::ranges::upper_bound(matches_, match.sent, {}, &Match::sent);
  matches_.insert(after, std::move(match));
}

Progress::State Progress::state() const {
  using Kind = Expectation::Kind;
  switch (expectation_.kind()) {
    case Kind::kEvent:
      return matches_.empty() ? State::kOpen : State::kMet;
    case Kind::kNever:
      return matches_.empty() ? State::kOpen : State::kBroken;
    case Kind::kCount:
      if (const auto most = expectation_.at_most()) {
        return matches_.size() > *most ? State::kBroken : State::kOpen;
      }
      return matches_.size() >= expectation_.at_least() ? State::kMet : State::kOpen;
    case Kind::kSequence:
    case Kind::kAllOf:
      return std::ranges::all_of(Assign(), [](const auto& event) { return event.has_value(); })
                 ? State::kMet
                 : State::kOpen;
  }
  return State::kOpen;
}

bool Progress::MetAtTheEnd() const {
  using Kind = Expectation::Kind;
  switch (expectation_.kind()) {
    case Kind::kNever:
      return matches_.empty();
    case Kind::kCount:
      return matches_.size() >= expectation_.at_least() &&
             matches_.size() <= expectation_.at_most().value_or(matches_.size());
    default:
      return state() == State::kMet;
  }
}

bool Progress::RestsOnForgotten() const {
  const bool can_be_broken =
      expectation_.kind() == Expectation::Kind::kNever || expectation_.at_most().has_value();
  return can_be_broken && forgotten_ > 0;
}

// The earliest event for each pattern that comes after the one of the pattern before.
std::vector<std::optional<std::uint64_t>> Progress::AssignInOrder() const {
  std::vector<std::optional<std::uint64_t>> assigned(expectation_.patterns().size());
  std::size_t wanted = 0;
  for (const Match& match : matches_) {
    if (wanted == assigned.size()) break;
    if (match.patterns[wanted]) assigned[wanted++] = match.number;
  }
  return assigned;
}

// A largest matching of patterns to events (augmenting paths), so that an event that fits several
// patterns stands for the one that no other event fits.
std::vector<std::optional<std::uint64_t>> Progress::AssignAny() const {
  const std::size_t count = expectation_.patterns().size();
  std::vector<std::optional<std::size_t>> match_of(count);
  std::vector<std::optional<std::size_t>> pattern_of(matches_.size());
  std::vector<bool> tried;
  const auto place = [&](const auto& self, std::size_t pattern) -> bool {
    for (std::size_t m = 0; m < matches_.size(); ++m) {
      if (!matches_[m].patterns[pattern] || tried[m]) continue;
      tried[m] = true;
      if (pattern_of[m] && !self(self, *pattern_of[m])) continue;
      pattern_of[m] = pattern;
      match_of[pattern] = m;
      return true;
    }
    return false;
  };
  for (std::size_t pattern = 0; pattern < count; ++pattern) {
    tried.assign(matches_.size(), false);
    place(place, pattern);
  }
  std::vector<std::optional<std::uint64_t>> assigned(count);
  for (std::size_t pattern = 0; pattern < count; ++pattern) {
    if (match_of[pattern]) assigned[pattern] = matches_[*match_of[pattern]].number;
  }
  return assigned;
}

std::vector<std::optional<std::uint64_t>> Progress::Assign() const {
  using Kind = Expectation::Kind;
  if (expectation_.kind() == Kind::kSequence) return AssignInOrder();
  if (expectation_.kind() == Kind::kAllOf) return AssignAny();
  return {matches_.empty() ? std::nullopt : std::optional(matches_.front().number)};
}

std::vector<std::uint64_t> Progress::events() const {
  std::vector<std::uint64_t> numbers;
  if (expectation_.kind() == Expectation::Kind::kCount) {
    for (const Match& match : matches_) numbers.push_back(match.number);
    return numbers;
  }
  for (const auto& event : Assign()) {
    if (event) numbers.push_back(*event);
  }
  return numbers;
}

std::vector<Progress::Unmet> Progress::UnmetPatterns() const {
  std::vector<Unmet> unmet;
  if (expectation_.kind() == Expectation::Kind::kNever || MetAtTheEnd()) return unmet;
  const auto assigned = Assign();
  for (std::size_t i = 0; i < expectation_.patterns().size(); ++i) {
    if (expectation_.kind() != Expectation::Kind::kCount && assigned[i]) continue;
    Unmet& one = unmet.emplace_back();
    one.pattern = i;
    if (expectation_.kind() != Expectation::Kind::kCount) {
      for (const Match& match : matches_) {
        if (match.patterns[i]) one.displaced.push_back(match.number);
      }
    }
    std::optional<Nearness> best;
    for (const ReceivedEvent& event : lately_) {
      const Result<json::Value> body = json::Parse(event.body);
      if (!body || body->AsObject() == nullptr) {
        if (!one.nearest) one.nearest = event;
        continue;
      }
      event_pattern::Explanation why =
          event_pattern::Explain(expectation_.patterns()[i].pattern, *body);
      // A match was counted, or stands for another pattern, or came too early.
      if (why.matches) continue;
      const Nearness nearness = NearnessOf(why);
      if (best && !(nearness < *best)) continue;
      best = nearness;
      one.nearest = event;
      one.why = std::move(why);
    }
  }
  return unmet;
}

}  // namespace iatk::kit

#include "iatk/lang/event_pattern/rule_set.h"

namespace iatk::event_pattern {

void RuleSet::Add(Id id, const Pattern& pattern) {
  const std::lock_guard lock(mutex_);
  base_.Add(id, pattern);
}

void RuleSet::Remove(Id id) {
  const std::lock_guard lock(mutex_);
  base_.Remove(id);
}

std::size_t RuleSet::size() const {
  const std::lock_guard lock(mutex_);
  return base_.size();
}

std::size_t RuleSet::Bytes() const {
  const std::lock_guard lock(mutex_);
  return base_.Bytes();
}

void RuleSet::Match(std::string_view event_text, std::vector<Id>* matches, EventNames names) const {
  const std::lock_guard lock(mutex_);
  matcher_.Match(base_, event_text, names, matches);
}

void RuleSet::MatchEach(std::span<const EventText> events, const Visit& visit) const {
  std::vector<Id> matches;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (i + 1 < events.size()) Cursor::Prefetch(events[i + 1].text);
    Match(events[i].text, &matches, events[i].names);
    visit(i, matches);
  }
}

}  // namespace iatk::event_pattern

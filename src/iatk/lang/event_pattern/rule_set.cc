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

}  // namespace iatk::event_pattern

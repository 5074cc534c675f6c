#include "iatk/lang/event_pattern/element_matcher.h"

#include <algorithm>

namespace iatk::event_pattern {

bool ElementMatcher::Matches(const RuleBase& base, const RuleBase::Conjunction& conjunction,
                             const EventValues& values) {
  base_ = &base;
  conjunction_ = &conjunction;
  values_ = &values;
  fixed_.clear();
  steps_ = 0;
  return MatchFrom(0);
}

bool ElementMatcher::Meets(const RuleBase::Clause& clause, const EventValues::Value& value) const {
  if (clause.exists) return true;
  const auto hits = values_->Hits(value);
  const auto hit = [&hits](Slot slot) { return std::ranges::find(hits, slot) != hits.end(); };
  if (clause.plain != RuleBase::kNone && hit(clause.plain)) return true;
  return !std::ranges::all_of(clause.anything_but, hit);
}

bool ElementMatcher::Fix(const EventValues::Value& value) {
  const std::size_t before = fixed_.size();
  for (const ArrayElement& element : values_->Elements(value)) {
    const auto end = fixed_.begin() + static_cast<std::ptrdiff_t>(before);
    const auto known = std::find_if(fixed_.begin(), end, [&element](const ArrayElement& other) {
      return other.first == element.first;
    });
    if (known == end) {
      fixed_.push_back(element);
    } else if (known->second != element.second) {
      fixed_.resize(before);
      return false;
    }
  }
  return true;
}

bool ElementMatcher::MatchFrom(std::size_t index) {
  if (index == conjunction_->clauses.size()) return true;
  const RuleBase::Clause& clause = base_->clauses_[conjunction_->clauses[index]];
  const std::size_t before = fixed_.size();
  bool present = false;
  const EventValues::Value* last_met = nullptr;
  for (std::uint32_t number = values_->First(clause.path); number != EventValues::kNone;
       number = values_->value(number).next) {
    if (++steps_ > kMaxSteps) return false;
    const EventValues::Value& value = values_->value(number);
    if (!Fix(value)) continue;
    present = true;
    // Values of one element lead on in the same way.
    if ((last_met == nullptr ||
         !std::ranges::equal(values_->Elements(*last_met), values_->Elements(value))) &&
        Meets(clause, value)) {
      last_met = &value;
      if (MatchFrom(index + 1)) return true;
    }
    fixed_.resize(before);
  }
  return !present && clause.not_exists && MatchFrom(index + 1);
}

}  // namespace iatk::event_pattern

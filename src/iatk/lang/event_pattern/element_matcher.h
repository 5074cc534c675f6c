// Rules of which several fields lie in one array: their values must be in the same elements.
#pragma once

#include <cstdint>
#include <vector>

#include "iatk/lang/event_pattern/event_values.h"
#include "iatk/lang/event_pattern/rule_base.h"

namespace iatk::event_pattern {

/// Tries the fields of a conjunction in the order of their paths, each with one of its values, such
/// that all agree on the array elements they are in. The work is bounded: a hostile event could
/// make it try every combination.
class ElementMatcher {
 public:
  bool Matches(const RuleBase& base, const RuleBase::Conjunction& conjunction,
               const EventValues& values);

 private:
  using Number = RuleBase::Number;
  static constexpr std::size_t kMaxSteps = 1'000'000;

  bool MatchFrom(std::size_t index);
  bool Meets(const RuleBase::Clause& clause, const EventValues::Value& value) const;
  // Adds the value's elements to those that are fixed; false if it is in other ones.
  bool Fix(const EventValues::Value& value);

  const RuleBase* base_ = nullptr;
  const RuleBase::Conjunction* conjunction_ = nullptr;
  const EventValues* values_ = nullptr;
  std::vector<ArrayElement> fixed_;
  std::size_t steps_ = 0;
};

}  // namespace iatk::event_pattern

// From what an event's values hit to the rules that it matches.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "iatk/lang/event_pattern/element_matcher.h"
#include "iatk/lang/event_pattern/event_reader.h"
#include "iatk/lang/event_pattern/rule_base.h"

namespace iatk::event_pattern {

/// Walks the tree of conjunctions along the clauses that are met. Where several fields of a rule
/// have values in the elements of one array, the walk only says what may match: such a rule is then
/// matched field by field, on the event's values and their elements (element_matcher.h).
class RuleMatcher {
 public:
  /// The ids of the rules that the event matches, in no order, into `*matches`.
  void Match(const RuleBase& base, std::string_view event_text, EventNames names,
             std::vector<RuleBase::Id>* matches);

 private:
  using Number = RuleBase::Number;

  void Visit(Number node);
  void VisitBranch(Number node, const RuleBase::Branch& branch);
  // Goes to what is behind a clause that is met. Rules are put at `found`: what is behind them.
  RuleBase::Id* Enter(const RuleBase::Behind& behind, RuleBase::Id* found) {
    if (behind.is_rule && !hits_->has_unnamed_array()) {
      *found = behind.rule;
      return found + 1;
    }
    found_ = found;
    Visit(behind.node);
    return found_;
  }
  void Check(Number conjunction);
  void Found(Number rule) {
    if (matched_[rule] == hits_->event()) return;
    matched_[rule] = hits_->event();
    *found_++ = base_->rules_[rule].id;
  }
  bool IsMet(Number clause, bool arrays_matter) const;
  bool ArraysMatter(const RuleBase::Conjunction& conjunction) const;

  EventReader reader_;
  const RuleBase* base_ = nullptr;
  const EventHits* hits_ = nullptr;
  const EventValues* values_ = nullptr;  // of this event, if they were asked for
  ElementMatcher elements_;
  std::vector<std::uint32_t> matched_;  // by rule: the event it matched last
  // The rules found, each once, so that there is room for all; `found_` is behind the last. Loops
  // that find many keep it in a register.
  std::vector<RuleBase::Id> room_;
  RuleBase::Id* found_ = nullptr;
};

}  // namespace iatk::event_pattern

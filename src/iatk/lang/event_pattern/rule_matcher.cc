#include "iatk/lang/event_pattern/rule_matcher.h"

#include <algorithm>

namespace iatk::event_pattern {

void RuleMatcher::Match(const RuleBase& base, std::string_view event_text, EventNames names,
                        std::vector<RuleBase::Id>* matches) {
  base_ = &base;
  values_ = nullptr;
  if (matched_.size() < base.rules_.size()) {
    matched_.resize(base.rules_.size());
    room_.resize(base.rules_.size());
  }
  found_ = room_.data();
  hits_ = &reader_.Read(base, event_text, names);
  if (hits_->event() == 1) std::ranges::fill(matched_, 0);
  Visit(0);
  matches->assign(room_.data(), found_);
}

void RuleMatcher::Visit(Number node) {
  const RuleBase::Node& here = base_->nodes_[node];
  for (const Number conjunction : here.conjunctions) Check(conjunction);
  // By the fields that the event has, if they are fewer; then what may be met by their absence.
  if (here.branches.size() > hits_->touched().size() && here.absent == 0) {
    for (const PathId path : hits_->touched()) {
      const Number branch = base_->BranchOf(node, path);
      if (branch != RuleBase::kNone) VisitBranch(node, base_->branches_[branch]);
    }
    return;
  }
  for (const Number branch : here.branches) VisitBranch(node, base_->branches_[branch]);
}

void RuleMatcher::VisitBranch(Number node, const RuleBase::Branch& branch) {
  const EventHits::Path* const path = hits_->At(branch.path);
  if (path == nullptr) {
    if (branch.absent == 0) return;
  } else if (base_->paths_[branch.path].has_few_clauses() || branch.plain.size() <= 4) {
    RuleBase::Id* found = found_;
    for (const RuleBase::PlainChild& child : branch.plain) {
      if (hits_->Count(child.slot) > 0) found = Enter(child.behind, found);
    }
    found_ = found;
  } else {
    for (std::uint32_t n = path->first_hit; n != EventHits::kNoHit; n = hits_->hit(n).next) {
      const Number clause = base_->slots_[hits_->hit(n).slot].clause;
      if (!base_->clauses_[clause].is_plain()) continue;
      const Number child = base_->ChildOf(node, clause);
      if (child != RuleBase::kNone) Visit(child);
    }
  }
  // Here, as rules of this kind are met by most events, reading a member anew for each would show.
  const EventHits::SlotMark* const slots = hits_->slots();
  const std::uint32_t event = hits_->event();
  const std::uint32_t values = path == nullptr ? 0 : path->values;
  RuleBase::Id* found = found_;
  for (const RuleBase::OtherChild& child : branch.others) {
    if (child.excluded == RuleBase::kNone) {
      if (!IsMet(child.clause, true)) continue;
    } else if (const EventHits::SlotMark& mark = slots[child.excluded];
               (mark.event == event ? mark.values : 0) >= values) {
      continue;
    }
    found = Enter(child.behind, found);
  }
  found_ = found;
}

// With `arrays_matter`, a field that must be absent may be so within the right array element.
bool RuleMatcher::IsMet(Number number, bool arrays_matter) const {
  const RuleBase::Clause& clause = base_->clauses_[number];
  const EventHits::Path* const path = hits_->At(clause.path);
  if (path == nullptr) return clause.not_exists;
  if (clause.exists) return true;
  if (clause.not_exists && arrays_matter && path->array != 0) return true;
  if (clause.plain != RuleBase::kNone && hits_->Count(clause.plain) > 0) return true;
  return std::ranges::any_of(clause.anything_but,
                             [&](Slot excluded) { return hits_->Count(excluded) < path->values; });
}

// Whether two of its fields have values in elements of one array.
bool RuleMatcher::ArraysMatter(const RuleBase::Conjunction& conjunction) const {
  if (!conjunction.paired && !hits_->has_unnamed_array()) return false;
  bool several = false;
  std::size_t in_arrays = 0;
  for (const Number clause : conjunction.clauses) {
    const EventHits::Path* const path = hits_->At(base_->clauses_[clause].path);
    if (path == nullptr || path->array == 0) continue;
    ++in_arrays;
    several |= path->several;
  }
  if (in_arrays < 2) return false;
  if (several) return true;
  for (std::size_t i = 0; i < conjunction.clauses.size(); ++i) {
    const EventHits::Path* const one = hits_->At(base_->clauses_[conjunction.clauses[i]].path);
    if (one == nullptr || one->array == 0) continue;
    for (std::size_t j = i + 1; j < conjunction.clauses.size(); ++j) {
      const EventHits::Path* const two = hits_->At(base_->clauses_[conjunction.clauses[j]].path);
      if (two != nullptr && two->array == one->array) return true;
    }
  }
  return false;
}

void RuleMatcher::Check(Number number) {
  const RuleBase::Conjunction& conjunction = base_->conjunctions_[number];
  if (matched_[conjunction.rule] == hits_->event()) return;
  if (ArraysMatter(conjunction)) {
    if (values_ == nullptr) values_ = &reader_.ReadValues();
    if (!elements_.Matches(*base_, conjunction, *values_)) return;
  } else if (conjunction.not_exists) {
    const bool all = std::ranges::all_of(conjunction.clauses,
                                         [&](Number clause) { return IsMet(clause, false); });
    if (!all) return;
  }
  Found(conjunction.rule);
}

}  // namespace iatk::event_pattern

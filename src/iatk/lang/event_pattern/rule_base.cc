#include "iatk/lang/event_pattern/rule_base.h"

#include <algorithm>
#include <bit>
#include <tuple>

#include "iatk/lang/event_pattern/describe.h"

namespace iatk::event_pattern {
namespace {

template <class T>
std::uint32_t Take(std::vector<T>* all, std::vector<std::uint32_t>* free) {
  if (free->empty()) {
    all->emplace_back();
    return static_cast<std::uint32_t>(all->size() - 1);
  }
  const std::uint32_t number = free->back();
  free->pop_back();
  (*all)[number] = T();
  return number;
}

template <class T>
void Give(std::uint32_t number, std::vector<T>* all, std::vector<std::uint32_t>* free) {
  (*all)[number] = T();
  free->push_back(number);
}

void EraseUnordered(std::vector<std::uint32_t>* list, std::uint32_t value) {
  const auto found = std::ranges::find(*list, value);
  if (found == list->end()) return;
  *found = list->back();
  list->pop_back();
}

bool IsAnythingBut(Op op) {
  switch (op) {
    case Op::kAnythingBut:
    case Op::kAnythingButIgnoreCase:
    case Op::kAnythingButPrefix:
    case Op::kAnythingButSuffix:
    case Op::kAnythingButWildcard:
      return true;
    default:
      return false;
  }
}

std::string_view FirstName(std::string_view path) { return path.substr(0, path.find('.')); }

template <class T>
std::size_t BytesOf(const std::vector<T>& list) {
  return list.capacity() * sizeof(T);
}

std::size_t BytesOf(const std::string& text) {
  return text.capacity() > 15 ? text.capacity() + 1 : 0;
}

}  // namespace

PathId RuleBase::AddPath(const std::string& path) {
  const auto found = path_ids_.find(path);
  if (found != path_ids_.end()) return found->second;
  const PathId id = Take(&paths_, &free_paths_);
  paths_[id].path = path;
  paths_[id].index = std::make_unique<FieldIndex>();
  path_ids_.emplace(path, id);
  tree_.Add(path, id);
  return id;
}

Slot RuleBase::NewSlot(Number clause, bool excludes) {
  const Slot slot = Take(&slots_, &free_slots_);
  slots_[slot] = {clause, excludes};
  return slot;
}

RuleBase::Number RuleBase::AddClause(const FieldTests& field) {
  std::string key = field.path;
  for (const Test& test : field.tests) {
    key += '\0';
    key += ToPatternJson(test);
  }
  const std::uint32_t hash = HashOf(key);
  const Number known =
      clause_index_.Find(hash, [&](Number number) { return clauses_[number].key == key; });
  if (known != kNone) {
    ++clauses_[known].uses;
    return known;
  }
  const Number number = Take(&clauses_, &free_clauses_);
  clause_index_.Insert(hash, number);
  Clause& clause = clauses_[number];
  clause.path = AddPath(field.path);
  clause.key = std::move(key);
  clause.tests = field.tests;
  clause.uses = 1;
  PathRecord& path = paths_[clause.path];
  ++path.clauses;
  for (const Test& test : field.tests) {
    if (test.op == Op::kExists || test.op == Op::kNotExists) {
      (test.op == Op::kExists ? clause.exists : clause.not_exists) = true;
      continue;
    }
    Slot slot = clause.plain;
    if (IsAnythingBut(test.op)) {
      slot = NewSlot(number, true);
      clause.anything_but.push_back(slot);
    } else if (slot == kNone) {
      slot = clause.plain = NewSlot(number, false);
    }
    path.index->Add(test, slot);
  }
  return number;
}

void RuleBase::DropClause(Number number) {
  Clause& clause = clauses_[number];
  if (--clause.uses > 0) return;
  PathRecord& path = paths_[clause.path];
  std::size_t excluded = 0;
  for (const Test& test : clause.tests) {
    if (test.op == Op::kExists || test.op == Op::kNotExists) continue;
    path.index->Remove(test,
                       IsAnythingBut(test.op) ? clause.anything_but[excluded++] : clause.plain);
  }
  for (const Slot slot : clause.anything_but) Give(slot, &slots_, &free_slots_);
  if (clause.plain != kNone) Give(clause.plain, &slots_, &free_slots_);
  if (--path.clauses == 0) {
    tree_.Remove(path.path);
    path_ids_.erase(path.path);
    Give(clause.path, &paths_, &free_paths_);
  }
  clause_index_.Erase(HashOf(clause.key), number);
  Give(number, &clauses_, &free_clauses_);
}

// First what leads to few rules: plain clauses of paths with many different ones.
std::vector<RuleBase::Number> RuleBase::InTreeOrder(const std::vector<Number>& clauses) const {
  std::vector<Number> order = clauses;
  std::ranges::sort(order, {}, [this](Number number) {
    const Clause& clause = clauses_[number];
    const auto variety = static_cast<int>(std::bit_width(paths_[clause.path].clauses));
    return std::tuple(clause.is_plain() ? 0 : 1, -variety, clause.path, number);
  });
  return order;
}

RuleBase::Number RuleBase::AddChild(Number node, Number clause) {
  const Number child = Take(&nodes_, &free_nodes_);
  const Clause& by = clauses_[clause];
  Number branch = BranchOf(node, by.path);
  if (branch == kNone) {
    branch = Take(&branches_, &free_branches_);
    branches_[branch].path = by.path;
    branches_[branch].node = node;
    nodes_[node].branches.push_back(branch);
    branch_index_.Insert(HashOf(node, by.path), branch);
  }
  Branch& to = branches_[branch];
  nodes_[child].parent = node;
  nodes_[child].clause = clause;
  nodes_[child].position = static_cast<Number>(by.is_plain() ? to.plain.size() : to.others.size());
  if (by.is_plain()) {
    to.plain.push_back({.slot = by.plain, .behind = {.node = child}});
  } else {
    const bool single =
        by.anything_but.size() == 1 && by.plain == kNone && !by.exists && !by.not_exists;
    to.others.push_back({.excluded = single ? by.anything_but.front() : kNone,
                         .clause = clause,
                         .behind = {.node = child}});
  }
  NoteRule(node);
  if (by.not_exists) {
    ++branches_[branch].absent;
    ++nodes_[node].absent;
  }
  children_.Insert(HashOf(node, clause), child);
  return child;
}

void RuleBase::PruneNode(Number node) {
  while (node != 0 && nodes_[node].branches.empty() && nodes_[node].conjunctions.empty()) {
    const Number parent = nodes_[node].parent;
    const Clause& by = clauses_[nodes_[node].clause];
    const Number number = BranchOf(parent, by.path);
    Branch& branch = branches_[number];
    const auto take_out = [&](auto& list) {
      const Number position = nodes_[node].position;
      list[position] = list.back();
      nodes_[list[position].behind.node].position = position;
      list.pop_back();
    };
    if (by.is_plain()) {
      take_out(branch.plain);
    } else {
      take_out(branch.others);
    }
    if (by.not_exists) {
      --branch.absent;
      --nodes_[parent].absent;
    }
    children_.Erase(HashOf(parent, nodes_[node].clause), node);
    if (branch.plain.empty() && branch.others.empty()) {
      branch_index_.Erase(HashOf(parent, by.path), number);
      EraseUnordered(&nodes_[parent].branches, number);
      Give(number, &branches_, &free_branches_);
    }
    Give(node, &nodes_, &free_nodes_);
    node = parent;
  }
  NoteRule(node);
}

void RuleBase::NoteRule(Number node) {
  if (node == 0) return;
  const Node& here = nodes_[node];
  Branch& branch = branches_[BranchOf(here.parent, clauses_[here.clause].path)];
  Behind& behind = clauses_[here.clause].is_plain() ? branch.plain[here.position].behind
                                                    : branch.others[here.position].behind;
  behind.is_rule = false;
  if (!here.branches.empty() || here.conjunctions.size() != 1) return;
  const Conjunction& conjunction = conjunctions_[here.conjunctions.front()];
  const Rule& rule = rules_[conjunction.rule];
  behind.is_rule = rule.single && !conjunction.paired && !conjunction.not_exists;
  behind.rule = rule.id;
}

// Two paths may lie in the same array if they begin with the same name.
bool RuleBase::IsPaired(const Conjunction& conjunction) const {
  std::vector<std::string_view> names;
  names.reserve(conjunction.clauses.size());
  for (const Number clause : conjunction.clauses) {
    names.push_back(FirstName(paths_[clauses_[clause].path].path));
  }
  std::ranges::sort(names);
  return std::ranges::adjacent_find(names) != names.end();
}

RuleBase::Number RuleBase::AddConjunction(const event_pattern::Rule& fields, Number rule) {
  const Number number = Take(&conjunctions_, &free_conjunctions_);
  Conjunction conjunction;
  conjunction.rule = rule;
  for (const FieldTests& field : fields) {
    conjunction.clauses.push_back(AddClause(field));
    conjunction.not_exists |= clauses_[conjunction.clauses.back()].not_exists;
  }
  conjunction.paired = IsPaired(conjunction);
  Number node = 0;
  for (const Number clause : InTreeOrder(conjunction.clauses)) {
    const Number child = ChildOf(node, clause);
    node = child != kNone ? child : AddChild(node, clause);
  }
  nodes_[node].conjunctions.push_back(number);
  conjunction.node = node;
  conjunctions_[number] = std::move(conjunction);
  NoteRule(node);
  return number;
}

void RuleBase::RemoveConjunction(Number number) {
  Conjunction conjunction = std::move(conjunctions_[number]);
  Give(number, &conjunctions_, &free_conjunctions_);
  EraseUnordered(&nodes_[conjunction.node].conjunctions, number);
  PruneNode(conjunction.node);
  for (const Number clause : conjunction.clauses) DropClause(clause);
}

void RuleBase::Add(Id id, const Pattern& pattern) {
  Remove(id);
  const Number number = Take(&rules_, &free_rules_);
  rules_[number].id = id;
  rules_[number].single = pattern.rules().size() == 1;
  rules_by_id_.emplace(id, number);
  for (const event_pattern::Rule& fields : pattern.rules()) {
    rules_[number].conjunctions.push_back(AddConjunction(fields, number));
  }
  version_ = NextVersion();
}

void RuleBase::Remove(Id id) {
  const auto found = rules_by_id_.find(id);
  if (found == rules_by_id_.end()) return;
  for (const Number conjunction : rules_[found->second].conjunctions) {
    RemoveConjunction(conjunction);
  }
  Give(found->second, &rules_, &free_rules_);
  rules_by_id_.erase(found);
  version_ = NextVersion();
}

std::size_t RuleBase::Bytes() const {
  // A node and a cell of an unordered map, as libstdc++ has them.
  constexpr std::size_t kMapEntry = 32;
  std::size_t bytes = sizeof(*this) + tree_.Bytes() + BytesOf(paths_) + BytesOf(clauses_) +
                      clause_index_.Bytes() + BytesOf(slots_) + BytesOf(conjunctions_) +
                      BytesOf(rules_) + BytesOf(nodes_) + children_.Bytes() + BytesOf(branches_) +
                      branch_index_.Bytes() + rules_by_id_.size() * kMapEntry;
  for (const PathRecord& path : paths_) {
    if (path.index) bytes += path.index->Bytes() + 2 * BytesOf(path.path) + kMapEntry + 32;
  }
  for (const Clause& clause : clauses_) {
    bytes += BytesOf(clause.anything_but) + BytesOf(clause.key) + BytesOf(clause.tests);
    for (const Test& test : clause.tests) {
      bytes += BytesOf(test.values);
      for (const Scalar& value : test.values) bytes += BytesOf(value.text);
    }
  }
  for (const Conjunction& conjunction : conjunctions_) bytes += BytesOf(conjunction.clauses);
  for (const Rule& rule : rules_) bytes += BytesOf(rule.conjunctions);
  for (const Node& node : nodes_) bytes += BytesOf(node.branches) + BytesOf(node.conjunctions);
  for (const Branch& branch : branches_) bytes += BytesOf(branch.plain) + BytesOf(branch.others);
  return bytes;
}

}  // namespace iatk::event_pattern

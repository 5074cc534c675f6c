// The compiled form of a set of rules. A rule is one or more conjunctions (one for each combination
// of its $or), a conjunction some clauses that must all be met, a clause the tests of one field.
// Equal clauses of different rules are one, and so are conjunctions' common beginnings: they form a
// tree, in which an event's met clauses lead to the rules.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "iatk/lang/event_pattern/field_index.h"
#include "iatk/lang/event_pattern/hash_index.h"
#include "iatk/lang/event_pattern/path_tree.h"
#include "iatk/lang/event_pattern/pattern.h"

namespace iatk::event_pattern {

/// Changed by one thread while no other reads it; rule_set.h sees to that.
class RuleBase {
 public:
  using Id = std::uint64_t;
  using Number = std::uint32_t;  // of a clause, conjunction, node, …
  static constexpr Number kNone = ~0U;

  RuleBase() { nodes_.emplace_back(); }

  void Add(Id id, const Pattern& pattern);
  void Remove(Id id);
  std::size_t size() const { return rules_by_id_.size(); }
  /// Changes with every Add and Remove.
  std::uint64_t version() const { return version_; }
  std::size_t Bytes() const;

 private:
  friend class EventReader;
  friend class RuleMatcher;
  friend class ElementMatcher;

  struct PathRecord {
    std::string path;
    std::unique_ptr<FieldIndex> index;
    Number clauses = 0;
    /// So few that those which are met are found by trying each.
    bool has_few_clauses() const { return clauses <= 4; }
  };
  struct Clause {
    PathId path = kNoPath;
    Number uses = 0;
    Slot plain = kNone;              ///< hit by values that meet the clause
    std::vector<Slot> anything_but;  ///< each hit by values that this test excludes
    bool exists = false;
    bool not_exists = false;
    std::string key;  ///< equal for equal clauses
    std::vector<Test> tests;
    /// Met if and only if `plain` was hit.
    bool is_plain() const { return anything_but.empty() && !exists && !not_exists; }
  };
  struct SlotRecord {
    Number clause = kNone;
    bool excludes = false;  ///< of an anything-but test
  };
  struct Conjunction {
    Number rule = kNone;
    Number node = kNone;
    std::vector<Number> clauses;  ///< in the order of their paths
    bool paired = false;          ///< some of its paths may lie in the same array
    bool not_exists = false;
  };
  struct Rule {
    Id id = 0;
    bool single = false;  ///< it has one conjunction
    std::vector<Number> conjunctions;
  };
  /// What is behind a clause that is met: a node; or all that is there is a rule's only
  /// conjunction, and nothing is left to check of it.
  struct Behind {
    Number node = kNone;
    bool is_rule = false;
    Id rule = 0;
  };
  struct PlainChild {
    Slot slot = kNone;
    Behind behind;
  };
  /// Of another clause than a plain one. `excluded` is set if the clause is a single anything-but.
  struct OtherChild {
    Slot excluded = kNone;
    Number clause = kNone;
    Behind behind;
  };
  /// The clauses by which a node of the tree leads on, those of one path together.
  struct Branch {
    PathId path = kNoPath;
    Number node = kNone;  // which it is of
    std::vector<PlainChild> plain;
    std::vector<OtherChild> others;
    Number absent = 0;  // how many of `others` may be met if the path has no value
  };
  struct Node {
    Number parent = kNone;
    Number clause = kNone;  // from the parent
    Number position = 0;    // in its list of the branch
    Number absent = 0;      // how many clauses lead on that may be met without a value
    std::vector<Number> branches;
    std::vector<Number> conjunctions;
  };

  Number AddClause(const FieldTests& field);
  void DropClause(Number number);
  PathId AddPath(const std::string& path);
  Slot NewSlot(Number clause, bool excludes);
  Number AddConjunction(const event_pattern::Rule& fields, Number rule);
  void RemoveConjunction(Number number);
  bool IsPaired(const Conjunction& conjunction) const;
  Number ChildOf(Number node, Number clause) const {
    return children_.Find(HashOf(node, clause), [&](Number child) {
      return nodes_[child].parent == node && nodes_[child].clause == clause;
    });
  }
  Number BranchOf(Number node, PathId path) const {
    return branch_index_.Find(HashOf(node, path), [&](Number branch) {
      return branches_[branch].node == node && branches_[branch].path == path;
    });
  }
  Number AddChild(Number node, Number clause);
  void PruneNode(Number node);
  // Notes with the node's parent whether there is just a rule behind the node.
  void NoteRule(Number node);
  std::vector<Number> InTreeOrder(const std::vector<Number>& clauses) const;

  PathTree tree_;
  std::vector<PathRecord> paths_;
  std::vector<PathId> free_paths_;
  std::unordered_map<std::string, PathId> path_ids_;
  std::vector<Clause> clauses_;
  std::vector<Number> free_clauses_;
  HashIndex clause_index_;
  std::vector<SlotRecord> slots_;
  std::vector<Slot> free_slots_;
  std::vector<Conjunction> conjunctions_;
  std::vector<Number> free_conjunctions_;
  std::vector<Rule> rules_;
  std::vector<Number> free_rules_;
  std::unordered_map<Id, Number> rules_by_id_;
  std::vector<Node> nodes_;  // the first is the root
  std::vector<Number> free_nodes_;
  HashIndex children_;
  std::vector<Branch> branches_;
  std::vector<Number> free_branches_;
  HashIndex branch_index_;
  std::uint64_t version_ = NextVersion();
};

}  // namespace iatk::event_pattern

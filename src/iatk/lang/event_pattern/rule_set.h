// The patterns of a bus, matched against an event at once.
//
// Patterns become conjunctions of clauses (rule_base.h): equal clauses are one, and conjunctions
// that begin alike share their beginning in a tree. An event's text is read once (event_reader.h):
// a tree of the names that patterns use leads to the fields that matter, and all else is skipped by
// its brackets and colons, 64 bytes at a time (scan.h). Each value that matters is looked up among
// all tests of its field together (field_index.h): plain values in a hash table, numeric ranges in
// a tree of intervals, prefixes, suffixes and wildcards in one automaton that is made deterministic
// as values need it. The clauses that are met lead through the tree to the rules (rule_matcher.h).
//
// So an event costs its length, and the rules that it nearly matches; hardly anything for the
// others.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "iatk/lang/event_pattern/event_names.h"
#include "iatk/lang/event_pattern/pattern.h"
#include "iatk/lang/event_pattern/rule_base.h"
#include "iatk/lang/event_pattern/rule_matcher.h"

namespace iatk::event_pattern {

/// An event's text, and what is known of its names.
struct EventText {
  std::string_view text;
  EventNames names = EventNames::kAny;
};

/// Patterns by the id that their owner gave them. Thread-safe: patterns come and go while events
/// are matched, one call at a time.
class RuleSet {
 public:
  using Id = RuleBase::Id;

  /// Adds a pattern, or replaces the one of that id.
  void Add(Id id, const Pattern& pattern);
  void Remove(Id id);
  std::size_t size() const;
  /// Of the patterns' compiled form, roughly.
  std::size_t Bytes() const;

  /// The ids of the patterns that the event matches, in no order, into `*matches`. `event_text` is
  /// a JSON object, as json::Parse takes it; what other text matches makes no sense. Allocates
  /// nothing once it has seen the like of the event.
  void Match(std::string_view event_text, std::vector<Id>* matches,
             EventNames names = EventNames::kAny) const;

  /// The same for many events, one after the other: `visit` gets the place of each and what it
  /// matches. Faster than a call for each where the events are not in the processor's caches: while
  /// one is matched, the next is on its way there.
  using Visit = std::function<void(std::size_t place, const std::vector<Id>& matches)>;
  void MatchEach(std::span<const EventText> events, const Visit& visit) const;

 private:
  mutable std::mutex mutex_;  // guards what follows
  RuleBase base_;
  mutable RuleMatcher matcher_;
};

}  // namespace iatk::event_pattern

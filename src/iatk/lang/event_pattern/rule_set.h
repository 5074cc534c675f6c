// The patterns of a bus, matched against an event at once.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "iatk/lang/event_pattern/event.h"
#include "iatk/lang/event_pattern/pattern.h"

namespace iatk::event_pattern {

/// Patterns by the id that their owner gave them. A pattern that tests a field for plain strings is
/// only tried on events that have one of them there, so what a match costs hardly grows with the
/// number of such patterns.
class RuleSet {
 public:
  using Id = std::uint64_t;

  /// Adds a pattern, or replaces the one of that id.
  void Add(Id id, const Pattern& pattern);
  void Remove(Id id);
  std::size_t size() const { return patterns_.size(); }

  /// The ids of the patterns that the event matches, in ascending order, into `*matches`.
  void Match(const FlatEvent& event, std::vector<Id>* matches) const;

 private:
  struct Key {
    std::string path;
    std::vector<std::string> values;  ///< empty: tried on every event
  };
  struct Entry {
    Pattern pattern;
    std::vector<Key> keys;  ///< one for each alternative of the pattern
  };
  using Bucket = std::map<Id, std::uint32_t>;  // how many alternatives of a pattern are here
  static Key KeyOf(const Rule& rule);
  void Index(Id id, const Entry& entry, bool add);

  std::map<Id, Entry> patterns_;
  std::map<std::string, std::unordered_map<std::string, Bucket>> by_value_;  // by path
  Bucket always_;
};

}  // namespace iatk::event_pattern

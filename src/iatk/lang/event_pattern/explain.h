// Why an event matches a pattern, or why not and what would make it match.
//
//   const Explanation why = Explain(pattern, event);
//   std::puts(ToText(why).c_str());
//
//   Does not match: 1 of 3 fields is not met.
//     met      source: "shop"
//     met      detail.items.sku: "A-1" at detail.items[1].sku
//     NOT MET  detail.total: expected a number > 100, found 42
//   It would match with 1 change:
//     change detail.total from 42 to a number > 100
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "iatk/json/value.h"
#include "iatk/lang/event_pattern/pattern.h"

namespace iatk::event_pattern {

/// A value of the event, with its place: keys joined with dots, array elements as [0].
struct FoundValue {
  std::string at;  ///< "detail.items[1].sku"
  Scalar value;
};

/// Why a field of the pattern is not met.
enum class Miss {
  kNone,          ///< it is met
  kAbsent,        ///< there is no value at its path
  kValue,         ///< no value there passes
  kOtherElement,  ///< one passes, but in another array element than the pattern's other fields
  kPresent,       ///< the field must not exist, and does
};
/// "", "absent", "value", "other-element", "present".
std::string_view NameOf(Miss miss);

/// One of the alternatives of a field, as `{"prefix":"x"}` is.
struct TestReport {
  std::string op;        ///< "prefix", "anything-but wildcard", …; a plain value's is "equals"
  std::string expected;  ///< as the pattern's JSON
  std::string words;     ///< for people
  bool met = false;      ///< by the value that is reported as found
};

/// One field of the pattern.
struct LeafReport {
  std::string path;  ///< keys joined with dots; arrays don't show
  bool met = false;
  Miss miss = Miss::kNone;
  std::vector<TestReport> tests;
  /// The value that met the field; if none did, the one that came nearest. Where the path goes
  /// through arrays, this is a value of the elements in which the other fields are met.
  std::optional<FoundValue> found;
  std::size_t values = 0;  ///< how many values of the event the path reaches
  /// What people often overlook: `differs only in case`, `is a number, not a string`,
  /// `there is detail.orderID`. Empty if nothing is known.
  std::string hint;
};

/// One change to the event.
struct Change {
  enum class Kind { kSet, kAdd, kRemove };
  Kind kind = Kind::kSet;
  std::string at;    ///< the place: "detail.items[1].sku"
  std::string from;  ///< the present value as JSON; empty for kAdd
  std::string to;    ///< in words: `a number > 100`; empty for kRemove
};

struct Explanation {
  bool matches = false;
  /// A pattern with $or is several combinations of fields; `leaves` are those of the nearest.
  std::size_t combinations = 1;
  std::vector<LeafReport> leaves;  ///< in the order of their paths
  /// The smallest set of changes to the event after which it matches; empty if it does already.
  std::vector<Change> changes;
};

/// Explains an event. The search for the array elements that come nearest is bounded; past its
/// bound (some ten thousand combinations of elements) `changes` is a set that suffices, perhaps not
/// the smallest.
Explanation Explain(const Pattern& pattern, const json::Value& event);

/// A pattern with the name of its rule.
struct NamedPattern {
  std::string name;
  Pattern pattern;
};

struct RankedRule {
  std::string name;
  Explanation explanation;
};

/// The `most` rules that the event comes nearest to, nearest first: those that need fewest changes,
/// and of these the ones of which most fields are met.
std::vector<RankedRule> NearestRules(std::span<const NamedPattern> rules, const json::Value& event,
                                     std::size_t most = 3);

/// For people, several lines; see the top of this file.
std::string ToText(const Explanation& explanation);
std::string ToText(const std::vector<RankedRule>& rules);

/// {"matches": …, "combinations": n, "leaves": [{"path", "met", "miss", "tests": [{"operator",
/// "expected", "met"}], "found": {"at", "value"}, "values": n, "hint"}], "changes": [{"kind", "at",
/// "from", "to"}]}. `expected` and `value` are JSON, not text.
json::Value ToJson(const Explanation& explanation);

}  // namespace iatk::event_pattern

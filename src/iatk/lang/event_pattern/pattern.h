// EventBridge event patterns: which events match. A library of its own: no AWS state, no I/O.
// Amazon EventBridge User Guide, "Creating Amazon EventBridge event patterns" and "Comparison
// operators for use in event patterns".
//
//   IATK_TRY(const Pattern pattern, Compile(R"({"source": ["shop"], "detail": {"n": [{"numeric":
//   [">", 1]}]}})")); pattern.Matches(event_text);
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/lang/event_pattern/tests.h"

namespace iatk::event_pattern {

/// The tests of one field; it passes if one of its values passes one of them.
struct FieldTests {
  std::string path;  ///< keys joined with dots
  std::vector<Test> tests;
};

/// Fields that must all pass, sorted by path. A pattern with $or is several of these.
using Rule = std::vector<FieldTests>;

/// An event's fields, flat.
class FlatEvent;

/// Whether each field of the rule has a value that passes, all of them agreeing on the array
/// elements that they are in. Plain and slow: what RuleSet (rule_set.h) does for many rules at
/// once.
bool Matches(const Rule& rule, const FlatEvent& event);

/// A compiled pattern; immutable, cheap to copy.
class Pattern {
 public:
  explicit Pattern(std::vector<Rule> rules)
      : rules_(std::make_shared<const std::vector<Rule>>(std::move(rules))) {}

  /// The alternatives: an event matches if it matches one of them.
  const std::vector<Rule>& rules() const { return *rules_; }

  bool Matches(const FlatEvent& event) const;
  /// False for text that is no JSON object.
  bool Matches(std::string_view event_text) const;

 private:
  std::shared_ptr<const std::vector<Rule>> rules_;
};

/// Reads a pattern. Fails as the service does: `InvalidEventPatternException`, 400, "Event pattern
/// is not valid. Reason: <reason>" and, for most, "\n at [Source: (String)"…"; line: L, column:
/// C]".
Result<Pattern> Compile(std::string_view pattern_text);

/// What TestEventPattern asks of an event: a JSON object with id, account, source, time, region and
/// detail-type. Fails with `ValidationException` "Parameter Event is not valid.".
Result<void> CheckEvent(std::string_view event_text);

}  // namespace iatk::event_pattern

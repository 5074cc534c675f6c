// EventBridge's event patterns: which events match, why, and why not. Usable alone: no kit, no AWS,
// no network. Amazon EventBridge User Guide, "Creating Amazon EventBridge event patterns".
//
//   const auto pattern = iatk::EventPattern::Compile(R"({"source": [{"prefix": "shop."}]})");
//   if (!pattern->Matches(event_text)) std::cout << pattern->Explain(event).text;
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "iatk/export.h"
#include "iatk/json.h"
#include "iatk/result.h"

namespace iatk::event_pattern {
class Pattern;
class RuleSet;
}  // namespace iatk::event_pattern

namespace iatk::v0 {

/// A pattern as it is written: JSON text, or a JSON value. It is read where it is used; text that
/// is no pattern fails there.
class PatternText {
 public:
  PatternText() = default;  ///< none
  // A text is what it is made of: NOLINTBEGIN(google-explicit-constructor)
  PatternText(const char* text) : text_(text) {}
  PatternText(std::string text) : text_(std::move(text)) {}
  PatternText(std::string_view text) : text_(text) {}
  PatternText(const json::Value& pattern) : text_(json::Write(pattern)) {}
  PatternText(const json::Object& pattern) : text_(json::Write(pattern)) {}
  // NOLINTEND(google-explicit-constructor)

  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

/// A field of a pattern against an event.
struct ExplainedField {
  std::string path;  ///< keys joined with dots: "detail.total"
  bool met = false;
  /// Why it is not: "absent" (there is no value), "value" (none passes), "other-element" (one
  /// passes in another array element than the pattern's other fields), "present" (it must not
  /// exist).
  std::string miss;
  std::vector<std::string> expected;  ///< each alternative in words: "a number > 9"
  /// The value that met it, else the one that came nearest, as JSON, and its place:
  /// "detail.items[1].sku". nullopt if there is none.
  std::optional<std::string> found;
  std::string found_at;
  std::string hint;  ///< what people overlook: "differs only in case"; empty if nothing is known
};

/// One change to an event.
struct EventChange {
  std::string kind;  ///< "set", "add" or "remove"
  std::string at;    ///< the place
  std::string from;  ///< the present value as JSON; empty for "add"
  std::string to;    ///< in words; empty for "remove"
};

struct Explanation {
  bool matches = false;
  std::vector<ExplainedField> fields;  ///< by path; of a pattern with $or, of the nearest way
  std::vector<EventChange> changes;    ///< the smallest set after which the event matches
  std::string text;                    ///< all that for people, several lines
};

/// A compiled pattern: immutable, cheap to copy, usable from several threads.
class IATK_EXPORT EventPattern {
 public:
  /// Fails with the service's code, "InvalidEventPatternException", and its text.
  static Result<EventPattern> Compile(const PatternText& pattern);

  /// Whether an event, as JSON text, matches. Text that is no JSON object matches nothing.
  bool Matches(std::string_view event_text) const;
  /// Why it does or does not.
  Explanation Explain(const json::Value& event) const;

 private:
  friend class RuleSet;
  friend struct EventPatternAccess;
  explicit EventPattern(std::shared_ptr<const event_pattern::Pattern> pattern);
  std::shared_ptr<const event_pattern::Pattern> pattern_;
};

/// What is known of an event's names before it is matched.
enum class EventNames : std::uint8_t {
  kAny,    ///< nothing
  kPlain,  ///< in each object all differ, and none is empty or has a dot
};

/// An event as JSON text, and what is known of its names.
struct EventText {
  std::string_view text;
  EventNames names = EventNames::kAny;
};

/// Looks at all objects of the event.
IATK_EXPORT EventNames NamesOf(const json::Value& event);

/// Many patterns, matched against an event at once; the cost of an event hardly grows with their
/// number. Thread-safe: patterns may come and go while events are matched.
class IATK_EXPORT RuleSet {
 public:
  using Id = std::uint64_t;

  RuleSet();
  ~RuleSet();
  RuleSet(RuleSet&&) noexcept;
  RuleSet& operator=(RuleSet&&) noexcept;

  /// Adds a pattern, or replaces the one of that id.
  void Add(Id id, const EventPattern& pattern);
  void Remove(Id id);
  std::size_t size() const;
  /// What the patterns take in memory, roughly.
  std::size_t bytes() const;

  /// The ids of the patterns that an event matches, in no order, into `*matches`, which is cleared
  /// first. `event_text` is a JSON object; what other text matches is undefined, but harmless.
  /// Allocates nothing once it has seen the like of the event.
  ///
  /// An event whose names are known to be plain is read only up to the last field that some pattern
  /// tests. Told so of an event where that is not true, some of its values may not be seen.
  void Match(std::string_view event_text, std::vector<Id>* matches,
             EventNames names = EventNames::kAny) const;

  /// The same for many events, one after the other: `visit` gets the place of each and what it
  /// matches. Faster than a call for each where the events are not in the processor's caches: while
  /// one is matched, the next is on its way there.
  using Visit = std::function<void(std::size_t place, const std::vector<Id>& matches)>;
  void MatchEach(std::span<const EventText> events, const Visit& visit) const;

 private:
  std::unique_ptr<event_pattern::RuleSet> rules_;
};

/// A pattern by name, with how an event stands to it.
struct RankedPattern {
  std::string name;
  Explanation explanation;
};

/// The `most` patterns that an event comes nearest to, nearest first: those that need the fewest
/// changes to the event.
IATK_EXPORT std::vector<RankedPattern> NearestPatterns(
    const std::vector<std::pair<std::string, EventPattern>>& patterns, const json::Value& event,
    std::size_t most = 3);

}  // namespace iatk::v0

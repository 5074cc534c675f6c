// Event patterns by themselves: include/iatk/event_pattern.h.
#include "iatk/event_pattern.h"

#include "iatk/api/parts.h"
#include "iatk/lang/event_pattern/describe.h"
#include "iatk/lang/event_pattern/explain.h"
#include "iatk/lang/event_pattern/rule_set.h"

namespace iatk::v0 {

namespace lang = ::iatk::event_pattern;

namespace {

ExplainedField ToPublic(const lang::LeafReport& leaf) {
  ExplainedField field;
  field.path = leaf.path;
  field.met = leaf.met;
  field.miss = lang::NameOf(leaf.miss);
  for (const lang::TestReport& test : leaf.tests) field.expected.push_back(test.words);
  if (leaf.found) {
    field.found = lang::ToJsonText(leaf.found->value);
    field.found_at = leaf.found->at;
  }
  field.hint = leaf.hint;
  return field;
}

std::string_view NameOf(lang::Change::Kind kind) {
  switch (kind) {
    case lang::Change::Kind::kSet:
      return "set";
    case lang::Change::Kind::kAdd:
      return "add";
    case lang::Change::Kind::kRemove:
      return "remove";
  }
  return "";
}

lang::EventNames ToInternal(EventNames names) {
  return names == EventNames::kPlain ? lang::EventNames::kPlain : lang::EventNames::kAny;
}

Explanation ToPublic(const lang::Explanation& why) {
  Explanation made;
  made.matches = why.matches;
  for (const lang::LeafReport& leaf : why.leaves) made.fields.push_back(ToPublic(leaf));
  for (const lang::Change& change : why.changes) {
    made.changes.push_back({std::string(NameOf(change.kind)), change.at, change.from, change.to});
  }
  made.text = lang::ToText(why);
  return made;
}

}  // namespace

struct EventPatternAccess {
  static const lang::Pattern& Of(const EventPattern& pattern) { return *pattern.pattern_; }
};

EventPattern::EventPattern(std::shared_ptr<const lang::Pattern> pattern)
    : pattern_(std::move(pattern)) {}

Result<EventPattern> EventPattern::Compile(const PatternText& pattern) {
  auto compiled = lang::Compile(pattern.text());
  if (!compiled) return v0::ToPublic(compiled.error());
  return EventPattern(std::make_shared<const lang::Pattern>(*std::move(compiled)));
}

bool EventPattern::Matches(std::string_view event_text) const {
  return pattern_->Matches(event_text);
}

Explanation EventPattern::Explain(const json::Value& event) const {
  return ToPublic(lang::Explain(*pattern_, event));
}

EventNames NamesOf(const json::Value& event) {
  return lang::NamesOf(event) == lang::EventNames::kPlain ? EventNames::kPlain : EventNames::kAny;
}

RuleSet::RuleSet() : rules_(std::make_unique<lang::RuleSet>()) {}
RuleSet::~RuleSet() = default;
RuleSet::RuleSet(RuleSet&&) noexcept = default;
RuleSet& RuleSet::operator=(RuleSet&&) noexcept = default;

void RuleSet::Add(Id id, const EventPattern& pattern) { rules_->Add(id, *pattern.pattern_); }
void RuleSet::Remove(Id id) { rules_->Remove(id); }
std::size_t RuleSet::size() const { return rules_->size(); }
std::size_t RuleSet::bytes() const { return rules_->Bytes(); }
void RuleSet::Match(std::string_view event_text, std::vector<Id>* matches, EventNames names) const {
  rules_->Match(event_text, matches, ToInternal(names));
}
void RuleSet::MatchEach(std::span<const EventText> events, const Visit& visit) const {
  std::vector<lang::EventText> texts;
  texts.reserve(events.size());
  for (const EventText& event : events) texts.push_back({event.text, ToInternal(event.names)});
  rules_->MatchEach(texts, visit);
}

std::vector<RankedPattern> NearestPatterns(
    const std::vector<std::pair<std::string, EventPattern>>& patterns, const json::Value& event,
    std::size_t most) {
  std::vector<lang::NamedPattern> named;
  named.reserve(patterns.size());
  for (const auto& [name, pattern] : patterns) {
    named.push_back({name, EventPatternAccess::Of(pattern)});
  }
  std::vector<RankedPattern> ranked;
  for (const lang::RankedRule& rule : lang::NearestRules(named, event, most)) {
    ranked.push_back({rule.name, ToPublic(rule.explanation)});
  }
  return ranked;
}

}  // namespace iatk::v0

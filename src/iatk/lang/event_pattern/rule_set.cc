#include "iatk/lang/event_pattern/rule_set.h"

#include <algorithm>

namespace iatk::event_pattern {

// The field with the fewest plain strings; strings that are addresses have several forms.
RuleSet::Key RuleSet::KeyOf(const Rule& rule) {
  Key best;
  for (const FieldTests& field : rule) {
    const bool plain = std::ranges::all_of(field.tests, [](const Test& test) {
      return test.op == Op::kEquals && test.values.front().kind == ValueKind::kString &&
             !ParseAddress(test.values.front().text);
    });
    if (!plain || (!best.values.empty() && best.values.size() <= field.tests.size())) continue;
    best.path = field.path;
    best.values.clear();
    for (const Test& test : field.tests) best.values.push_back(test.values.front().text);
    std::ranges::sort(best.values);
    const auto repeated = std::ranges::unique(best.values);
    best.values.erase(repeated.begin(), repeated.end());
  }
  return best;
}

void RuleSet::Index(Id id, const Entry& entry, bool add) {
  const auto change = [id, add](Bucket& bucket) {
    if (add) {
      ++bucket[id];
    } else if (--bucket[id] == 0) {
      bucket.erase(id);
    }
  };
  for (const Key& key : entry.keys) {
    if (key.values.empty()) {
      change(always_);
      continue;
    }
    auto& values = by_value_[key.path];
    for (const std::string& value : key.values) {
      const auto bucket = values.try_emplace(value).first;
      change(bucket->second);
      if (bucket->second.empty()) values.erase(bucket);
    }
    if (values.empty()) by_value_.erase(key.path);
  }
}

void RuleSet::Add(Id id, const Pattern& pattern) {
  Remove(id);
  Entry entry{pattern, {}};
  for (const Rule& rule : pattern.rules()) entry.keys.push_back(KeyOf(rule));
  Index(id, entry, true);
  patterns_.emplace(id, std::move(entry));
}

void RuleSet::Remove(Id id) {
  const auto found = patterns_.find(id);
  if (found == patterns_.end()) return;
  Index(id, found->second, false);
  patterns_.erase(found);
}

void RuleSet::Match(const FlatEvent& event, std::vector<Id>* matches) const {
  matches->clear();
  const auto take = [matches](const Bucket& bucket) {
    for (const auto& [id, count] : bucket) matches->push_back(id);
  };
  take(always_);
  for (const auto& [path, values] : by_value_) {
    for (const Field& field : event.At(path)) {
      if (field.value.kind != ValueKind::kString) continue;
      const auto bucket = values.find(field.value.text);
      if (bucket != values.end()) take(bucket->second);
    }
  }
  std::ranges::sort(*matches);
  const auto repeated = std::ranges::unique(*matches);
  matches->erase(repeated.begin(), repeated.end());
  std::erase_if(*matches, [&](Id id) { return !patterns_.at(id).pattern.Matches(event); });
}

}  // namespace iatk::event_pattern

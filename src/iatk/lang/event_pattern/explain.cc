// The search for the reading of an event that comes nearest to a pattern: which array elements the
// fields are looked for in, such that the fewest are not met.
#include "iatk/lang/event_pattern/explain.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <numeric>

#include "iatk/lang/event_pattern/describe.h"
#include "iatk/lang/event_pattern/event.h"

namespace iatk::event_pattern {
namespace {

using Elements = std::vector<ArrayElement>;

constexpr std::size_t kMaxSteps = 20'000;
constexpr std::size_t kMaxCompared = 96;  // bytes of two strings whose distance is measured

struct Located {
  std::string at;
  Field field;
};
using Values = std::map<std::string, std::vector<Located>, std::less<>>;

// FlatEvent with the places of its values.
class Locator {
 public:
  explicit Locator(const json::Value& event) { Add(event, "", ""); }
  Values Take() { return std::move(values_); }

 private:
  void Add(const json::Value& value, const std::string& path, const std::string& at) {
    if (const json::Object* object = value.AsObject()) {
      for (const auto& [name, member] : *object) {
        Add(member, path.empty() ? name : path + "." + name, at.empty() ? name : at + "." + name);
      }
      return;
    }
    if (const json::Array* array = value.AsArray()) {
      const std::uint32_t number = arrays_++;
      for (std::uint32_t i = 0; i < array->size(); ++i) {
        const json::Value& item = (*array)[i];
        const bool holds_more = item.AsObject() != nullptr || item.AsArray() != nullptr;
        if (holds_more) elements_.emplace_back(number, i);
        Add(item, path, at + "[" + std::to_string(i) + "]");
        if (holds_more) elements_.pop_back();
      }
      return;
    }
    values_[path].push_back({at, {ScalarOf(value), elements_}});
  }

  Values values_;
  Elements elements_;
  std::uint32_t arrays_ = 0;
};

bool Agree(const Elements& a, const Elements& b) {
  for (const auto& [array, element] : a) {
    const auto same = std::ranges::find(b, array, &ArrayElement::first);
    if (same != b.end() && same->second != element) return false;
  }
  return true;
}

Elements Joined(const Elements& a, const Elements& b) {
  Elements both;
  std::ranges::set_union(a, b, std::back_inserter(both));
  return both;
}

std::string Folded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != '-' && c != '_') out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out;
}

// Edits between two strings as a share of the longer, 0 to 1.
double TextDistance(std::string_view a, std::string_view b) {
  a = a.substr(0, kMaxCompared);
  b = b.substr(0, kMaxCompared);
  if (a.empty() && b.empty()) return 0;
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
    }
  }
  return static_cast<double>(row.back()) / static_cast<double>(std::max(a.size(), b.size()));
}

double NumberDistance(double a, double b) {
  return std::abs(a - b) / (1 + std::abs(a) + std::abs(b));
}

// How far a value is from passing, 0 to 1.
double DistanceOf(const Test& test, const Scalar& value) {
  if (Passes(test, value)) return 0;
  if (test.op == Op::kNumeric) {
    if (!value.number) return 1;
    const double bound = *value.number < test.range.low || test.range.high > *value.number
                             ? test.range.low
                             : test.range.high;
    return std::isfinite(bound) ? NumberDistance(bound, *value.number) : 0.5;
  }
  double least = 1;
  for (const Scalar& wanted : test.values) {
    if (wanted.number && value.number) {
      least = std::min(least, NumberDistance(*wanted.number, *value.number));
    } else if (wanted.text == value.text) {
      least = std::min(least, 0.1);  // of another type
    } else if (wanted.kind == ValueKind::kString && value.kind == ValueKind::kString) {
      std::string_view part = value.text;
      const std::size_t size = wanted.text.size();
      if (test.op == Op::kPrefix || test.op == Op::kPrefixIgnoreCase) part = part.substr(0, size);
      if ((test.op == Op::kSuffix || test.op == Op::kSuffixIgnoreCase) && part.size() > size) {
        part.remove_prefix(part.size() - size);
      }
      least = std::min(least, TextDistance(wanted.text, part));
    }
  }
  return least;
}

double DistanceOf(const FieldTests& field, const Scalar& value) {
  double least = 1;
  for (const Test& test : field.tests) least = std::min(least, DistanceOf(test, value));
  return least;
}

bool PassesAny(const FieldTests& field, const Scalar& value) {
  return std::ranges::any_of(field.tests,
                             [&value](const Test& test) { return Passes(test, value); });
}

bool WantsNone(const FieldTests& field) {
  return std::ranges::any_of(field.tests,
                             [](const Test& test) { return test.op == Op::kNotExists; });
}

// A reading of the event: for each field the value that meets it.
struct Reading {
  struct Choice {
    bool met = false;
    const Located* value = nullptr;  // nullptr with `met`: no value, as the field wants
  };
  std::vector<Choice> choices;
  std::size_t misses = std::numeric_limits<std::size_t>::max();
  double distance = 0;  // of the nearest values of the fields that are not met
  Elements elements;
};

class Search {
 public:
  Search(const Rule& rule, const Values& values) : rule_(rule) {
    for (const FieldTests& field : rule) {
      const auto found = values.find(field.path);
      values_.push_back(found == values.end() ? nullptr : &found->second);
    }
    current_.choices.resize(rule.size());
  }

  Reading Run() {
    Try(0, {}, 0);
    return std::move(best_);
  }

  // The value nearest to a field within the elements that a reading has fixed.
  static const Located* NearestTo(const FieldTests& field, const std::vector<Located>* values,
                                  const Elements& elements, double* distance) {
    const Located* nearest = nullptr;
    *distance = 1;
    if (values == nullptr) return nullptr;
    for (const Located& one : *values) {
      if (!Agree(elements, one.field.elements)) continue;
      const double here = DistanceOf(field, one.field.value);
      if (nearest != nullptr && here >= *distance) continue;
      nearest = &one;
      *distance = here;
    }
    return nearest;
  }

 private:
  void Try(std::size_t index, const Elements& fixed, std::size_t misses) {
    if (misses > best_.misses || (++steps_ > kMaxSteps && !best_.choices.empty())) return;
    if (index == rule_.size()) {
      Finish(fixed, misses);
      return;
    }
    const FieldTests& field = rule_[index];
    bool present = false;
    std::vector<const Elements*> tried;
    if (values_[index] != nullptr) {
      for (const Located& one : *values_[index]) {
        const Elements& elements = one.field.elements;
        if (!Agree(fixed, elements)) continue;
        present = true;
        if (!PassesAny(field, one.field.value)) continue;
        // Values of one element lead on in the same way.
        if (std::ranges::any_of(tried, [&](const Elements* e) { return *e == elements; })) continue;
        tried.push_back(&elements);
        current_.choices[index] = {true, &one};
        Try(index + 1, Joined(fixed, elements), misses);
      }
    }
    if (!present && WantsNone(field)) {
      current_.choices[index] = {true, nullptr};
      Try(index + 1, fixed, misses);
      return;
    }
    current_.choices[index] = {};
    Try(index + 1, fixed, misses + 1);
  }

  void Finish(const Elements& fixed, std::size_t misses) {
    double distance = 0;
    for (std::size_t i = 0; i < rule_.size(); ++i) {
      if (current_.choices[i].met) continue;
      double one = 1;
      NearestTo(rule_[i], values_[i], fixed, &one);
      distance += one;
    }
    if (misses == best_.misses && distance >= best_.distance) return;
    best_.choices = current_.choices;
    best_.misses = misses;
    best_.distance = distance;
    best_.elements = fixed;
  }

  const Rule& rule_;
  std::vector<const std::vector<Located>*> values_;
  Reading current_;
  Reading best_;
  std::size_t steps_ = 0;
};

// What differs that is easily overlooked.
std::string HintFor(const FieldTests& field, const Scalar& value) {
  for (const Test& test : field.tests) {
    for (const Scalar& wanted : test.values) {
      if (wanted.kind != value.kind && wanted.text == value.text) {
        return value.kind == ValueKind::kString ? "is a string" : "is not a string";
      }
      if (wanted.kind != ValueKind::kString || value.kind != ValueKind::kString) continue;
      if (test.op == Op::kEquals && EqualsIgnoreCase(wanted.text, value.text)) {
        return "differs only in case";
      }
      const auto trimmed = [](std::string_view text) {
        while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) {
          text.remove_prefix(1);
        }
        while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) {
          text.remove_suffix(1);
        }
        return text;
      };
      if (test.op == Op::kEquals && trimmed(wanted.text) == trimmed(value.text)) {
        return "differs only in white space";
      }
    }
    if (test.op == Op::kNumeric && value.kind == ValueKind::kString) return "is a string";
    if (test.op == Op::kNumeric && value.kind == ValueKind::kNumber && !value.number) {
      return "has more digits than a double holds: such a number passes no numeric test";
    }
  }
  return "";
}

// A path of the event that the pattern may have meant.
std::string HintForAbsent(std::string_view path, const Values& values) {
  const std::string folded = Folded(path);
  for (const auto& [other, located] : values) {
    if (Folded(other) == folded) return "there is " + located.front().at;
  }
  const auto below = values.lower_bound(std::string(path) + ".");
  if (below != values.end() && below->first.starts_with(std::string(path) + ".")) {
    return "is an object there: only its fields have values";
  }
  const std::string last = "." + std::string(path.substr(path.rfind('.') + 1));
  for (const auto& [other, located] : values) {
    if (other == last.substr(1) || other.ends_with(last)) return "there is " + located.front().at;
  }
  return "";
}

std::string WordsOf(const FieldTests& field) {
  std::string out;
  for (const Test& test : field.tests) {
    if (!out.empty()) out += " or ";
    out += InWords(test);
  }
  return out;
}

LeafReport ReportOn(const FieldTests& field, const Reading::Choice& choice, const Reading& reading,
                    const Values& all) {
  LeafReport leaf;
  leaf.path = field.path;
  leaf.met = choice.met;
  const auto at_path = all.find(field.path);
  const std::vector<Located>* values = at_path == all.end() ? nullptr : &at_path->second;
  leaf.values = values == nullptr ? 0 : values->size();
  const Located* found = choice.value;
  if (!choice.met) {
    double distance = 1;
    found = Search::NearestTo(field, values, reading.elements, &distance);
    const Located* passing = nullptr;
    if (values != nullptr) {
      const auto it = std::ranges::find_if(
          *values, [&](const Located& one) { return PassesAny(field, one.field.value); });
      if (it != values->end()) passing = &*it;
    }
    const bool only_none = std::ranges::all_of(
        field.tests, [](const Test& test) { return test.op == Op::kNotExists; });
    if (only_none) {
      leaf.miss = Miss::kPresent;
    } else if (passing != nullptr) {
      leaf.miss = Miss::kOtherElement;
      leaf.hint = ToJsonText(passing->field.value) + " is at " + passing->at +
                  ", in another array element than the fields that are met";
    } else if (found == nullptr) {
      leaf.miss = Miss::kAbsent;
      leaf.hint = HintForAbsent(field.path, all);
    } else {
      leaf.miss = Miss::kValue;
      leaf.hint = HintFor(field, found->field.value);
    }
  }
  if (found != nullptr) leaf.found = FoundValue{found->at, found->field.value};
  for (const Test& test : field.tests) {
    TestReport& report = leaf.tests.emplace_back();
    report.op = NameOf(test.op);
    report.expected = ToPatternJson(test);
    report.words = InWords(test);
    report.met = found != nullptr ? Passes(test, found->field.value)
                                  : choice.met && test.op == Op::kNotExists;
  }
  return leaf;
}

Explanation ExplainRule(const Rule& rule, const Values& values) {
  const Reading reading = Search(rule, values).Run();
  Explanation explanation;
  explanation.matches = reading.misses == 0;
  for (std::size_t i = 0; i < rule.size(); ++i) {
    const LeafReport& leaf =
        explanation.leaves.emplace_back(ReportOn(rule[i], reading.choices[i], reading, values));
    if (leaf.met) continue;
    Change& change = explanation.changes.emplace_back();
    change.at = leaf.found ? leaf.found->at : leaf.path;
    if (leaf.found) change.from = ToJsonText(leaf.found->value);
    if (leaf.miss == Miss::kPresent) {
      change.kind = Change::Kind::kRemove;
    } else {
      change.kind = leaf.found ? Change::Kind::kSet : Change::Kind::kAdd;
      change.to = WordsOf(rule[i]);
    }
  }
  return explanation;
}

std::size_t CountMet(const Explanation& explanation) {
  return static_cast<std::size_t>(std::ranges::count_if(explanation.leaves, &LeafReport::met));
}

bool Nearer(const Explanation& a, const Explanation& b) {
  if (a.changes.size() != b.changes.size()) return a.changes.size() < b.changes.size();
  return CountMet(a) > CountMet(b);
}

Explanation ExplainValues(const Pattern& pattern, const Values& values) {
  std::optional<Explanation> best;
  for (const Rule& rule : pattern.rules()) {
    Explanation one = ExplainRule(rule, values);
    if (!best || Nearer(one, *best)) best = std::move(one);
    if (best->matches) break;
  }
  Explanation explanation = best ? *std::move(best) : Explanation();
  explanation.combinations = pattern.rules().size();
  return explanation;
}

}  // namespace

std::string_view NameOf(Miss miss) {
  switch (miss) {
    case Miss::kNone:
      return "";
    case Miss::kAbsent:
      return "absent";
    case Miss::kValue:
      return "value";
    case Miss::kOtherElement:
      return "other-element";
    case Miss::kPresent:
      return "present";
  }
  return "";
}

Explanation Explain(const Pattern& pattern, const json::Value& event) {
  return ExplainValues(pattern, Locator(event).Take());
}

std::vector<RankedRule> NearestRules(std::span<const NamedPattern> rules, const json::Value& event,
                                     std::size_t most) {
  const Values values = Locator(event).Take();
  std::vector<RankedRule> ranked;
  ranked.reserve(rules.size());
  for (const NamedPattern& rule : rules) {
    ranked.push_back({rule.name, ExplainValues(rule.pattern, values)});
  }
  std::ranges::stable_sort(ranked, [](const RankedRule& a, const RankedRule& b) {
    return Nearer(a.explanation, b.explanation);
  });
  if (ranked.size() > most)
    ranked.erase(ranked.begin() + static_cast<std::ptrdiff_t>(most), ranked.end());
  return ranked;
}

}  // namespace iatk::event_pattern

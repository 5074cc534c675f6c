// Matching: fields in the order of their paths, each with one of its values, such that all of them
// agree on the array elements they are in.
#include <algorithm>
#include <iterator>
#include <optional>

#include "iatk/json/parse.h"
#include "iatk/lang/event_pattern/event.h"
#include "iatk/lang/event_pattern/pattern.h"

namespace iatk::event_pattern {
namespace {

using Elements = std::vector<ArrayElement>;

// The elements of both, or nullopt if they are in different elements of one array.
std::optional<Elements> Agree(const Elements& a, const Elements& b) {
  Elements both;
  both.reserve(a.size() + b.size());
  std::ranges::set_union(a, b, std::back_inserter(both));
  for (std::size_t i = 1; i < both.size(); ++i) {
    if (both[i - 1].first == both[i].first) return std::nullopt;
  }
  return both;
}

// Tries field after field. The work is bounded: a hostile event could make it try every
// combination.
class Matcher {
 public:
  Matcher(const Rule& rule, const FlatEvent& event) : rule_(rule), event_(event) {}

  bool Match() { return MatchFrom(0, {}); }

 private:
  static constexpr std::size_t kMaxSteps = 1'000'000;

  bool MatchFrom(std::size_t index, const Elements& fixed) {
    if (index == rule_.size()) return true;
    const FieldTests& field = rule_[index];
    bool present = false;
    const Elements* last_passed = nullptr;
    for (const Field& one : event_.At(field.path)) {
      if (++steps_ > kMaxSteps) return false;
      const std::optional<Elements> both = Agree(fixed, one.elements);
      if (!both) continue;
      present = true;
      // Values of one element lead on in the same way.
      if (last_passed != nullptr && *last_passed == one.elements) continue;
      const bool passes = std::ranges::any_of(
          field.tests, [&one](const Test& test) { return Passes(test, one.value); });
      if (!passes) continue;
      last_passed = &one.elements;
      if (MatchFrom(index + 1, *both)) return true;
    }
    if (present) return false;
    const bool wants_none = std::ranges::any_of(
        field.tests, [](const Test& test) { return test.op == Op::kNotExists; });
    return wants_none && MatchFrom(index + 1, fixed);
  }

  const Rule& rule_;
  const FlatEvent& event_;
  std::size_t steps_ = 0;
};

}  // namespace

bool Matches(const Rule& rule, const FlatEvent& event) { return Matcher(rule, event).Match(); }

bool Pattern::Matches(const FlatEvent& event) const {
  return std::ranges::any_of(
      rules(), [&event](const Rule& rule) { return event_pattern::Matches(rule, event); });
}

bool Pattern::Matches(std::string_view event_text) const {
  const auto event = json::Parse(event_text);
  return event && event->AsObject() != nullptr && Matches(FlatEvent(*event));
}

Result<void> CheckEvent(std::string_view event_text) {
  const auto event = json::Parse(event_text);
  bool valid = event && event->AsObject() != nullptr;
  for (const char* name : {"id", "account", "source", "time", "region", "detail-type"}) {
    valid = valid && event->Find(name) != nullptr;
  }
  if (valid) return {};
  return Fail(SenderError("ValidationException", "Parameter Event is not valid."));
}

}  // namespace iatk::event_pattern

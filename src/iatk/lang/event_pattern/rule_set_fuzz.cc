// Two lines of input, a pattern and an event: the engine and the plain evaluator agree, and text
// that is no event is read within its bounds.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "iatk/json/parse.h"
#include "iatk/lang/event_pattern/event.h"
#include "iatk/lang/event_pattern/pattern.h"
#include "iatk/lang/event_pattern/rule_set.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace iatk;
  using namespace iatk::event_pattern;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = input.find('\n');
  if (line == std::string_view::npos) return 0;
  const auto pattern = Compile(input.substr(0, line));
  if (!pattern) return 0;
  const std::string_view text = input.substr(line + 1);
  RuleSet rules;
  rules.Add(1, *pattern);
  std::vector<RuleSet::Id> matches;
  rules.Match(text, &matches, EventNames::kPlain);
  rules.Match(text, &matches);
  const auto event = json::Parse(text);
  if (!event || event->AsObject() == nullptr) return 0;
  const bool expected = pattern->Matches(FlatEvent(*event));
  if (matches.empty() == expected) std::abort();
  rules.Match(text, &matches, NamesOf(*event));
  if (matches.empty() == expected) std::abort();
  return 0;
}

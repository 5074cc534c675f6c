// A pattern and an event, parted by a NUL byte: neither may crash, and a set of rules must agree
// with the pattern alone.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "iatk/json/parse.h"
#include "iatk/lang/event_pattern/rule_set.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace iatk::event_pattern;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t nul = text.find('\0');
  const auto pattern = Compile(text.substr(0, nul));
  if (!pattern || nul == std::string_view::npos) return 0;
  const auto event = iatk::json::Parse(text.substr(nul + 1));
  if (!event) return 0;
  const FlatEvent flat(*event);
  RuleSet rules;
  rules.Add(1, *pattern);
  std::vector<RuleSet::Id> matches;
  rules.Match(flat, &matches);
  if (pattern->Matches(flat) != (matches.size() == 1)) std::abort();
  return 0;
}

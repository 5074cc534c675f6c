// iatk_bench_patterns: how many events a second a RuleSet matches, family by family. Reads events
// (one JSON object a line) and families ([{"family", "patterns": […], "matches": […]}]), checks
// every match count against "matches" where the events are those that it was counted on, and prints
// a table.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/json/parse.h"
#include "iatk/json/write.h"
#include "iatk/lang/event_pattern/pattern.h"
#include "iatk/lang/event_pattern/rule_set.h"

namespace iatk::event_pattern {
namespace {

constexpr char kUsage[] =
    "Usage: iatk_bench_patterns EVENTS.jsonl FAMILIES.json\n"
    "\n"
    "Prints events per second for each family, and for all families together. Exit status 1 if a\n"
    "count differs from the family's \"matches\".\n";

constexpr int kRuns = 3;

struct Family {
  std::string name;
  std::vector<Pattern> patterns;
  std::vector<std::int64_t> matches;
};

Result<std::string> ReadFile(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file) return Fail(SenderError("FileNotRead", fmt::format("{} can't be read", path)));
  return text;
}

Result<std::vector<Family>> ReadFamilies(const char* path) {
  IATK_TRY(const std::string text, ReadFile(path));
  IATK_TRY(const json::Value json, json::Parse(text));
  if (json.AsArray() == nullptr)
    return Fail(SenderError("InvalidFamilies", "an array is expected"));
  std::vector<Family> families;
  for (const json::Value& one : *json.AsArray()) {
    const std::string* const name = one.FindString("family");
    const json::Value* const patterns = one.Find("patterns");
    const json::Value* const matches = one.Find("matches");
    if (name == nullptr || patterns == nullptr || patterns->AsArray() == nullptr) continue;
    Family& family = families.emplace_back();
    family.name = *name;
    for (const json::Value& pattern : *patterns->AsArray()) {
      IATK_TRY(Pattern compiled, Compile(json::Write(pattern)));
      family.patterns.push_back(std::move(compiled));
    }
    if (matches == nullptr || matches->AsArray() == nullptr) continue;
    for (const json::Value& count : *matches->AsArray()) {
      family.matches.push_back(count.AsNumber() ? count.AsNumber()->AsInt64().value_or(-1) : -1);
    }
  }
  return families;
}

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// The fastest of some runs, in events per second, and how often each pattern matched.
double Measure(const RuleSet& rules, const std::vector<std::string_view>& events,
               std::vector<std::int64_t>* counts) {
  double best = 0;
  std::vector<RuleSet::Id> matches;
  for (int run = 0; run < kRuns; ++run) {
    std::ranges::fill(*counts, 0);
    const auto begin = std::chrono::steady_clock::now();
    for (const std::string_view event : events) {
      rules.Match(event, &matches);
      for (const RuleSet::Id id : matches) ++(*counts)[id];
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    best = std::max(best, static_cast<double>(events.size()) / took.count());
  }
  return best;
}

Result<bool> Run(const char* events_path, const char* families_path) {
  IATK_TRY(const std::string text, ReadFile(events_path));
  IATK_TRY(const std::vector<Family> families, ReadFamilies(families_path));
  const std::vector<std::string_view> events = Lines(text);
  bool exact = true;
  RuleSet all;
  std::vector<std::int64_t> expected;
  const auto check = [&](const std::string& name, const std::vector<std::int64_t>& counts,
                         const std::vector<std::int64_t>& wanted) {
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (counts[i] == wanted[i]) continue;
      exact = false;
      fmt::print("{}: pattern {} matched {} times, not {}\n", name, i, counts[i], wanted[i]);
    }
  };
  fmt::print("{:<32} {:>8} {:>12}\n", "family", "rules", "events/s");
  for (const Family& family : families) {
    RuleSet rules;
    for (std::size_t i = 0; i < family.patterns.size(); ++i) {
      rules.Add(i, family.patterns[i]);
      all.Add(expected.size() + i, family.patterns[i]);
    }
    expected.insert(expected.end(), family.matches.begin(), family.matches.end());
    std::vector<std::int64_t> counts(family.patterns.size());
    const double rate = Measure(rules, events, &counts);
    fmt::print("{:<32} {:>8} {:>12.0f}\n", family.name, rules.size(), rate);
    check(family.name, counts, family.matches);
  }
  std::vector<std::int64_t> counts(expected.size());
  const double rate = Measure(all, events, &counts);
  fmt::print("{:<32} {:>8} {:>12.0f}\n", "all together", all.size(), rate);
  check("all together", counts, expected);

  // Rules that hardly any event matches, beside those of the first family.
  for (const std::size_t more : {0U, 1000U, 100'000U}) {
    RuleSet rules;
    for (std::size_t i = 0; i < families.front().patterns.size(); ++i) {
      rules.Add(i, families.front().patterns[i]);
    }
    const std::size_t before = rules.Bytes();
    for (std::size_t i = 0; i < more; ++i) {
      const auto pattern = Compile(fmt::format(
          R"({{"properties":{{"MAPBLKLOT":["none-{}"],"STREET":[{{"prefix":"NONE{}"}}]}}}})", i,
          i));
      rules.Add(1000 + i, *pattern);
    }
    std::vector<std::int64_t> few(1000 + more);
    const double with_more = Measure(rules, events, &few);
    fmt::print("{:<32} {:>8} {:>12.0f}", "with others", rules.size(), with_more);
    if (more > 0) fmt::print("   {} bytes a rule", (rules.Bytes() - before) / more);
    fmt::print("\n");
  }
  return exact;
}

}  // namespace
}  // namespace iatk::event_pattern

int main(int count, char** arguments) {
  if (count != 3) {
    std::fputs(iatk::event_pattern::kUsage, stderr);
    return 2;
  }
  const auto exact = iatk::event_pattern::Run(arguments[1], arguments[2]);
  if (!exact) {
    std::fprintf(stderr, "iatk_bench_patterns: %s\n", exact.error().message.c_str());
    return 2;
  }
  return *exact ? 0 : 1;
}

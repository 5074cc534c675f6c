#include "iatk/lang/event_pattern/rule_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <new>
#include <numeric>
#include <string>
#include <vector>

#include "iatk/base/ids.h"
#include "iatk/json/parse.h"

namespace {
std::size_t allocations = 0;
}  // namespace

// Counted, for the tests of what allocates. They are not inlined: GCC would warn of memory that the
// one got from malloc and the other gives to free.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}

namespace iatk::event_pattern {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// Patterns and events over few names and values, so that they meet often.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : ids_(MakeSeededIdSource(seed)) {}

  std::string Pattern() { return "{" + Fields(0) + "}"; }
  std::string Event() {
    compact_ = Below(2) == 0;
    return Object(0);
  }
  std::uint64_t Below(std::uint64_t bound) { return ids_->Below(bound); }

 private:
  template <std::size_t N>
  std::string Pick(const char* const (&of)[N]) {
    return of[Below(N)];
  }

  std::string Name() {
    // Many names at one place, seldom.
    if (Below(12) == 0) return "many-" + std::to_string(Below(20));
    static constexpr const char* kNames[] = {
        "a", "b", "c", "long-name-1", "long-name-2", "a-long-name-1", "name-1", "seven-7", "é", ""};
    return Pick(kNames);
  }

  std::string Text() {
    static constexpr const char* kTexts[] = {"",       "x",        "X",   "xy",         "xyz",
                                             "axyz",   "10.0.0.1", "a*c", "abc",        "ABC",
                                             "Straße", "STRASSE",  "a.b", "10.0.0.255", "abcabc"};
    return Pick(kTexts);
  }

  std::string Number() {
    static constexpr const char* kNumbers[] = {
        "0", "-0.0", "1", "1.0", "1e0", "10", "5.5", "-3", "300", "3e2", "0.1",
        "100000000000000000000",
        // With more digits than a double has, with as many, with fewer.
        "-122.41452076095744", "-122.414520760957444", "-122.4145207609575", "-122.4145207609",
        "1.2500000000000000000", "12345678.5", "1234567.25e1"};
    return Pick(kNumbers);
  }

  std::string EventScalar() {
    switch (Below(8)) {
      case 0:
        return "true";
      case 1:
        return "null";
      case 2:
      case 3:
        return Number();
      case 4:
        return R"("\u0078y")";  // xy
      default:
        return "\"" + Text() + "\"";
    }
  }

  std::string Value(int depth) {
    const std::uint64_t kind = Below(10);
    if (depth < 4 && kind < 3) return Object(depth + 1);
    if (depth < 4 && kind < 6) {
      std::string array = "[";
      for (std::uint64_t i = Below(4); i > 0; --i) {
        array += Value(depth + 1);
        if (i > 1) array += compact_ ? "," : " , ";
      }
      return array + "]";
    }
    return EventScalar();
  }

  std::string Object(int depth) {
    std::string object = compact_ ? "{" : "{ ";
    for (std::uint64_t i = Below(4) + (depth == 0 ? 1 : 0); i > 0; --i) {
      object += "\"" + EventName() + (compact_ ? "\":" : "\" : ") + Value(depth);
      if (i > 1) object += ",";
    }
    return object + "}";
  }

  std::string EventName() {
    switch (Below(12)) {
      case 0:
        return "a.b";
      case 1:
        return R"(\u0061)";  // a
      default:
        return Name();
    }
  }

  std::string Fields(int depth) {
    std::string fields;
    std::map<std::string, bool> used;
    for (std::uint64_t i = Below(3) + 1; i > 0; --i) {
      const std::string name = Name();
      if (used[name]) continue;
      used[name] = true;
      if (!fields.empty()) fields += ",";
      const bool nested = depth < 2 && Below(3) == 0;
      fields += "\"" + name + "\":" + (nested ? "{" + Fields(depth + 1) + "}" : Tests());
    }
    if (depth == 0 && Below(5) == 0) {
      fields += R"(,"$or":[{)" + Fields(1) + "},{" + Fields(1) + "}]";
    }
    return fields;
  }

  std::string Tests() {
    std::string tests = "[";
    for (std::uint64_t i = Below(2) + 1; i > 0; --i) tests += OneTest() + (i > 1 ? "," : "");
    return tests + "]";
  }

  std::string Quoted() { return "\"" + Text() + "\""; }

  std::string OneTest() {
    switch (Below(19)) {
      case 17:
        return R"({"numeric":[">=",-122.4145207609575,"<",)" + std::to_string(Below(300)) + "]}";
      case 0:
        return R"({"exists":true})";
      case 1:
        return R"({"exists":false})";
      case 2:
        return R"({"prefix":)" + Quoted() + "}";
      case 3:
        return R"({"suffix":)" + Quoted() + "}";
      case 4:
        return R"({"wildcard":"a*c"})";
      case 5:
        return R"({"equals-ignore-case":)" + Quoted() + "}";
      case 6:
        return R"({"prefix":{"equals-ignore-case":)" + Quoted() + "}}";
      case 7:
        return R"({"suffix":{"equals-ignore-case":)" + Quoted() + "}}";
      case 8:
        return R"({"numeric":[">",0,"<=",10]})";
      case 9:
        return R"({"numeric":["=",)" + Number() + "]}";
      case 10:
        return R"({"cidr":"10.0.0.0/24"})";
      case 11:
        return R"({"anything-but":[)" + Quoted() + "," + Quoted() + "]}";
      case 12:
        return R"({"anything-but":)" + Number() + "}";
      case 13:
        return R"({"anything-but":{"prefix":)" + Quoted() + "}}";
      case 14:
        return R"({"anything-but":{"wildcard":"*b*"}})";
      case 15:
        return Number();
      case 16:
        return Below(2) == 0 ? "true" : "null";
      default:
        return Quoted();
    }
  }

  std::unique_ptr<IdSource> ids_;
  bool compact_ = false;
};

// The engine against the evaluator that tries field by field.
TEST(RuleSetTest, MatchesWhatThePlainEvaluatorMatchesWhileRulesComeAndGo) {
  Generator generate(20261123);
  RuleSet rules;
  std::map<RuleSet::Id, Pattern> patterns;
  std::map<RuleSet::Id, std::string> texts;
  std::vector<RuleSet::Id> matches;
  std::size_t matched = 0;
  std::size_t plain = 0;
  for (int round = 0; round < 800; ++round) {
    const RuleSet::Id id = generate.Below(60);
    const std::string text = generate.Pattern();
    if (generate.Below(4) == 0) {
      rules.Remove(id);
      patterns.erase(id);
    } else if (const auto pattern = Compile(text)) {
      rules.Add(id, *pattern);
      patterns.insert_or_assign(id, *pattern);
      texts[id] = text;
    }
    for (int n = 0; n < 3; ++n) {
      const std::string event = generate.Event();
      const EventNames names = NamesOf(*json::Parse(event));
      plain += names == EventNames::kPlain ? 1 : 0;
      // Alternately as what the event is, and as any.
      rules.Match(event, &matches, n == 0 ? EventNames::kAny : names);
      std::ranges::sort(matches);
      std::vector<RuleSet::Id> expected;
      for (const auto& [known, pattern] : patterns) {
        if (pattern.Matches(event)) expected.push_back(known);
      }
      matched += expected.size();
      if (matches == expected) continue;
      std::string all;
      for (const auto& [known, pattern] : patterns) {
        const bool should = std::ranges::find(expected, known) != expected.end();
        const bool does = std::ranges::find(matches, known) != matches.end();
        if (should != does) all += texts[known] + (should ? " should\n" : " should not\n");
      }
      FAIL() << "round " << round << ", event " << event << "\n" << all;
    }
  }
  EXPECT_EQ(rules.size(), patterns.size());
  EXPECT_GT(matched, 1'000U);
  EXPECT_GT(plain, 600U);
}

TEST(RuleSetTest, AnEventOfPlainNamesIsReadUpToTheLastFieldThatMatters) {
  RuleSet rules;
  rules.Add(1, *Compile(R"({"a":{"b":["x"]},"c":["y"]})"));
  rules.Add(2, *Compile(R"({"c":["late"]})"));
  std::vector<RuleSet::Id> matches;
  // What is behind that field would match if it were read.
  const char* const event = R"({"o":{"c":"late"},"c":"y","a":{"b":"x"},"c":"late"})";
  rules.Match(event, &matches, EventNames::kPlain);
  EXPECT_THAT(matches, ElementsAre(1));
  rules.Match(event, &matches);
  EXPECT_THAT(matches, UnorderedElementsAre(1, 2));
}

TEST(RuleSetTest, OfAnArrayAllElementsAreRead) {
  RuleSet rules;
  rules.Add(1, *Compile(R"({"a":{"b":["last"]}})"));
  std::vector<RuleSet::Id> matches;
  rules.Match(R"({"a":[{"b":"first","z":{"b":0}},{"z":1},[{"b":"last"}]],"o":1})", &matches,
              EventNames::kPlain);
  EXPECT_THAT(matches, ElementsAre(1));
}

TEST(EventNamesTest, ArePlainIfAPathIsInOnePlaceOnly) {
  const auto are_plain = [](std::string_view text) {
    return NamesOf(*json::Parse(text)) == EventNames::kPlain;
  };
  EXPECT_TRUE(are_plain(R"({"a":{"a":[{"a":1},{"a":2}]},"b":null})"));
  EXPECT_TRUE(are_plain(R"({"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":10})"));
  EXPECT_FALSE(are_plain(R"({"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"b":10})"));
  EXPECT_FALSE(are_plain(R"({"o":[1,[{"a":1,"\u0061":2}]]})"));
  EXPECT_FALSE(are_plain(R"({"a.b":1})"));
  EXPECT_FALSE(are_plain(R"({"a":{"":1}})"));
}

TEST(RuleSetTest, MatchingAllocatesNothingOnceItHasSeenTheLike) {
  RuleSet rules;
  const char* const patterns[] = {
      R"({"source":["a"],"detail":{"n":[{"numeric":[">",1]}]}})",
      R"({"detail":{"s":[{"prefix":"ab"},{"suffix":"yz"},{"wildcard":"a*b*"}]}})",
      R"({"detail":{"s":[{"anything-but":["x"]}],"none":[{"exists":false}]}})",
      R"({"detail":{"ip":[{"cidr":"10.0.0.0/8"}]}})",
      R"({"detail":{"list":{"k":["a"],"n":[{"numeric":["<",2]},{"anything-but":7}]}}})"};
  RuleSet::Id id = 0;
  for (const char* const pattern : patterns) rules.Add(++id, *Compile(pattern));
  const std::string event =
      R"({"source":"a","detail":{"n":5,"s":"abcxyz","ip":"10.1.2.3","more":{"k":[1,2,{"z":"q"}]},)"
      R"("list":[{"k":"b","n":1},{"k":"a","n":7},{"k":"a","n":0}]}})";
  std::vector<RuleSet::Id> matches;
  for (int warm_up = 0; warm_up < 3; ++warm_up) rules.Match(event, &matches);
  const std::size_t before = allocations;
  rules.Match(event, &matches);
  EXPECT_EQ(allocations, before);
  EXPECT_THAT(matches, UnorderedElementsAre(1, 2, 3, 4, 5));
}

TEST(RuleSetTest, ManyEventsMatchWhatEachMatchesAlone) {
  Generator generator(19);
  RuleSet rules;
  for (RuleSet::Id id = 0; id < 50; ++id) {
    if (const auto pattern = Compile(generator.Pattern())) rules.Add(id, *pattern);
  }
  std::vector<std::string> texts;
  for (int i = 0; i < 200; ++i) texts.push_back(generator.Event());
  std::vector<EventText> events;
  for (const std::string& text : texts) {
    events.push_back({text, NamesOf(*json::Parse(text))});
  }
  std::vector<std::size_t> places;
  std::size_t matched = 0;
  rules.MatchEach(events, [&](std::size_t place, const std::vector<RuleSet::Id>& matches) {
    places.push_back(place);
    matched += matches.size();
    std::vector<RuleSet::Id> alone;
    rules.Match(texts[place], &alone);
    EXPECT_THAT(matches, testing::UnorderedElementsAreArray(alone)) << texts[place];
  });
  std::vector<std::size_t> in_order(events.size());
  std::iota(in_order.begin(), in_order.end(), 0);
  EXPECT_EQ(places, in_order);
  EXPECT_GT(matched, 0U);
  rules.MatchEach({}, [](std::size_t, const std::vector<RuleSet::Id>&) { FAIL(); });
  // Rules may go meanwhile.
  rules.MatchEach(events, [&](std::size_t place, const std::vector<RuleSet::Id>&) {
    rules.Remove(static_cast<RuleSet::Id>(place));
  });
  EXPECT_EQ(rules.size(), 0U);
}

TEST(RuleSetTest, TextThatIsNoJsonIsReadWithinItsBounds) {
  RuleSet rules;
  rules.Add(1, *Compile(R"({"a":[1,{"exists":false}],"b":{"c":["x"]}})"));
  std::vector<RuleSet::Id> matches;
  for (const char* const text : {"",
                                 "{",
                                 "[",
                                 "\"",
                                 "{\"",
                                 "{\"a",
                                 "{\"a\"",
                                 "{\"a\":",
                                 "{\"a\":[",
                                 "{\"a\":[1",
                                 "{\"a\":[[[",
                                 "{\"a\":\"",
                                 "{\"b\":{\"c\":\"x\\",
                                 "{\"a\":-}",
                                 "{\"a\":[}]}",
                                 "{]}",
                                 "{\"a\"1}",
                                 "{\"a\":[@]}",
                                 "{\"a\":[,,]}",
                                 "{\"b\":{\"c\":[\"\\u12"}) {
    rules.Match(text, &matches);
    rules.Match(text, &matches, EventNames::kPlain);
  }
  rules.Match(R"({"b":{"c":"x"}})", &matches);
  EXPECT_THAT(matches, ElementsAre(1));
}

TEST(RuleSetTest, AnEventMayBeNestedAsDeeplyAsJsonMayBe) {
  RuleSet rules;
  rules.Add(1, *Compile(R"({"a":["x"],"b":["y"]})"));
  std::string deep(500, '[');
  deep += "\"x\"" + std::string(500, ']');
  std::vector<RuleSet::Id> matches;
  rules.Match(R"({"a":)" + deep + R"(,"b":"y"})", &matches);
  EXPECT_THAT(matches, ElementsAre(1));
}

TEST(RuleSetTest, TellsItsSizeAndGivesBackWhatRemovedRulesTook) {
  RuleSet rules;
  const auto add_all = [&] {
    for (RuleSet::Id id = 1; id <= 2000; ++id) {
      const std::string n = std::to_string(id);
      rules.Add(id, *Compile(R"({"source":["s)" + n + R"("],"detail":{"k":[{"prefix":"p)" + n +
                             R"("}]}})"));
    }
  };
  add_all();
  const std::size_t full = rules.Bytes();
  std::vector<RuleSet::Id> matches;
  rules.Match(R"({"source":"s77","detail":{"k":"p777"}})", &matches);
  EXPECT_THAT(matches, ElementsAre(77));
  for (RuleSet::Id id = 1; id <= 2000; ++id) rules.Remove(id);
  EXPECT_EQ(rules.size(), 0U);
  rules.Match(R"({"source":"s77","detail":{"k":"p777"}})", &matches);
  EXPECT_THAT(matches, IsEmpty());
  add_all();
  EXPECT_LE(rules.Bytes(), full + full / 10);
}

}  // namespace
}  // namespace iatk::event_pattern

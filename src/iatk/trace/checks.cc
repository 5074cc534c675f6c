#include "iatk/trace/checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "iatk/trace/waterfall.h"

namespace iatk::trace {
namespace {

using Kind = Check::Kind;

constexpr std::size_t kMostStrings = 1000;
constexpr std::size_t kMostShown = 20;
constexpr std::array<std::pair<std::string_view, Kind>, 6> kKinds = {{
    {"present", Kind::kPresent},
    {"absent", Kind::kAbsent},
    {"duration", Kind::kDuration},
    {"flags", Kind::kFlags},
    {"order", Kind::kOrder},
    {"tree", Kind::kTree},
}};

Error InvalidCheck(std::string why) { return SenderError("InvalidCheck", std::move(why)); }

Result<std::vector<std::string>> ReadStrings(const json::Value& json, std::string_view key) {
  std::vector<std::string> strings;
  if (json.AsArray() == nullptr || json.AsArray()->size() > kMostOutlineLines) {
    return Fail(InvalidCheck(fmt::format("{} is a list of strings", key)));
  }
  for (const json::Value& one : *json.AsArray()) {
    if (one.AsString() == nullptr) {
      return Fail(InvalidCheck(fmt::format("{} is a list of strings", key)));
    }
    strings.push_back(*one.AsString());
  }
  return strings;
}

Result<void> ReadMember(const std::string& key, const json::Value& value, Check* check) {
  if (key == "Select") {
    IATK_TRY(check->select, ReadSelector(value));
  } else if (key == "AtLeastMilliseconds" || key == "AtMostMilliseconds") {
    if (value.AsNumber() == nullptr) return Fail(InvalidCheck(key + " is a number"));
    (key == "AtLeastMilliseconds" ? check->at_least_ms : check->at_most_ms) =
        value.AsNumber()->AsDouble();
  } else if (key == "Flags") {
    IATK_TRY(check->flags, ReadStrings(value, key));
    for (const std::string& flag : check->flags) {
      if (flag == "error" || flag == "fault" || flag == "throttle") continue;
      return Fail(InvalidCheck("a flag is error, fault or throttle"));
    }
  } else if (key == "Order") {
    IATK_TRY(check->order, ReadStrings(value, key));
    if (check->order.size() > kMostStrings) {
      return Fail(InvalidCheck(fmt::format("Order has more than {} names", kMostStrings)));
    }
  } else if (key == "Tree") {
    IATK_TRY(const std::vector<std::string> lines, ReadStrings(value, key));
    IATK_TRY(check->tree, ReadOutline(lines));
  } else if (key == "Set" || key == "Subsegments") {
    if (value.AsBool() == nullptr) return Fail(InvalidCheck(key + " is true or false"));
    (key == "Set" ? check->set : check->subsegments) = *value.AsBool();
  } else if (key != "Kind") {
    return Fail(InvalidCheck("a check has no " + key));
  }
  return {};
}

std::string Called(const Part& part) {
  return fmt::format("{} ({})", OneLine(part.name, 80), OneLine(part.id, 32));
}

std::string Shown(const Forest& forest, const std::vector<std::size_t>& parts,
                  const auto& describe) {
  std::string text;
  for (std::size_t i = 0; i < std::min(parts.size(), kMostShown); ++i) {
    text +=
        fmt::format("  {}{}\n", Called(forest.parts[parts[i]]), describe(forest.parts[parts[i]]));
  }
  if (parts.size() > kMostShown) text += fmt::format("  and {} more\n", parts.size() - kMostShown);
  return text;
}

std::string Nothing(const Part& /*part*/) { return ""; }

// The way to the furthest part that a path leads to, and on along the first part behind it, beside
// the path.
std::string PathDiff(const Forest& forest, const std::vector<std::string>& path) {
  const PathProgress progress = FollowPath(forest, path);
  Outline expected;
  for (std::size_t i = 0; i < path.size(); ++i) expected.push_back({i, path[i]});
  Outline actual;
  for (std::size_t i = 0; i < progress.steps; ++i) actual.push_back(expected[i]);
  if (progress.furthest != kNone) {
    const Part& furthest = forest.parts[progress.furthest];
    for (std::size_t next = progress.furthest + 1; next < furthest.end;
         next = forest.parts[next].end) {
      if (actual.size() > progress.steps + kMostShown) break;
      actual.push_back({progress.steps, OneLine(forest.parts[next].name, 200)});
    }
  } else {
    for (const std::size_t root : forest.roots) {
      if (actual.size() > kMostShown) break;
      actual.push_back({0, OneLine(forest.segments[root].name, 200)});
    }
  }
  return Diff(expected, actual);
}

CheckResult CheckPresent(const Forest& forest, const Check& check) {
  CheckResult result;
  const Selector selector = check.select.value_or(Selector());
  result.parts = Select(forest, selector);
  const bool any = !result.parts.empty();
  result.met = any == (check.kind == Kind::kPresent);
  if (result.met) return result;
  if (any) {
    result.explanation = fmt::format("{} with {}, and there should be none\n", result.parts.size(),
                                     ToText(selector)) +
                         Shown(forest, result.parts, Nothing);
    return result;
  }
  result.explanation = fmt::format("nothing with {}\n", ToText(selector));
  if (!selector.path.empty()) result.explanation += PathDiff(forest, selector.path);
  return result;
}

bool IsWithin(double ms, const Check& check) {
  return ms >= check.at_least_ms.value_or(ms) && ms <= check.at_most_ms.value_or(ms);
}

std::string Limits(const Check& check) {
  std::string text;
  if (check.at_least_ms) text += fmt::format(" at least {:g} ms", *check.at_least_ms);
  if (check.at_most_ms) text += fmt::format(" at most {:g} ms", *check.at_most_ms);
  return text;
}

CheckResult CheckDuration(const Forest& forest, const Check& check) {
  CheckResult result;
  if (!check.select) {
    const double ms = LayOut(forest, true, 0).total_ms;
    result.met = !forest.parts.empty() && IsWithin(ms, check);
    if (!result.met) {
      result.explanation =
          forest.parts.empty()
              ? "nothing has come of the trace\n"
              : fmt::format("the trace took {:.3f} ms, and should take{}\n", ms, Limits(check));
    }
    return result;
  }
  result.parts = Select(forest, *check.select);
  if (result.parts.empty()) {
    result.explanation = fmt::format("nothing with {}\n", ToText(*check.select));
    return result;
  }
  std::vector<std::size_t> wrong = result.parts;
  // Of what is in progress, no more is known than that it takes longer than it has.
  std::erase_if(wrong, [&](std::size_t i) {
    const Part& part = forest.parts[i];
    return !part.in_progress() && IsWithin(part.duration() * 1e3, check);
  });
  result.met = wrong.empty();
  if (result.met) return result;
  result.explanation = fmt::format("{} of {} with {} should take{}\n", wrong.size(),
                                   result.parts.size(), ToText(*check.select), Limits(check)) +
                       Shown(forest, wrong, [](const Part& part) {
                         return part.in_progress()
                                    ? std::string(" is in progress")
                                    : fmt::format(" took {:.3f} ms", part.duration() * 1e3);
                       });
  return result;
}

CheckResult CheckFlags(const Forest& forest, const Check& check) {
  CheckResult result;
  const Selector selector = check.select.value_or(Selector());
  const auto flagged = [&](const Part& part) {
    std::string text;
    for (const std::string& flag : check.flags) {
      if (part.Flag(flag)) text += (text.empty() ? ": " : ", ") + flag;
    }
    return text;
  };
  const std::vector<std::size_t> selected = Select(forest, selector);
  for (const std::size_t i : selected) {
    if (!flagged(forest.parts[i]).empty()) result.parts.push_back(i);
  }
  if (selected.empty()) {
    result.explanation = fmt::format("nothing with {}\n", ToText(selector));
    return result;
  }
  result.met = result.parts.empty() != check.set;
  if (result.met) return result;
  const std::string flags = fmt::format("{}", fmt::join(check.flags, ", "));
  if (check.set) {
    result.explanation = fmt::format("none of the {} with {} has one of: {}\n", selected.size(),
                                     ToText(selector), flags);
  } else {
    result.explanation =
        fmt::format("{} of the {} with {} should have none of: {}\n", result.parts.size(),
                    selected.size(), ToText(selector), flags) +
        Shown(forest, result.parts, flagged);
  }
  return result;
}

CheckResult CheckOrder(const Forest& forest, const Check& check) {
  CheckResult result;
  std::vector<std::size_t> by_start(forest.parts.size());
  for (std::size_t i = 0; i < by_start.size(); ++i) by_start[i] = i;
  std::ranges::stable_sort(by_start, {}, [&](std::size_t i) { return forest.parts[i].start_time; });
  const auto is = [&](std::size_t i, const std::string& name) {
    const Part& part = forest.parts[i];
    return part.name == name || (!part.origin.empty() && part.origin == name);
  };
  for (const std::size_t i : by_start) {
    if (result.parts.size() == check.order.size()) break;
    if (is(i, check.order[result.parts.size()])) result.parts.push_back(i);
  }
  result.met = result.parts.size() == check.order.size();
  if (result.met) return result;
  const std::string& name = check.order[result.parts.size()];
  const double start = by_start.empty() ? 0 : forest.parts[by_start.front()].start_time;
  const auto at = [&](std::size_t i) {
    return fmt::format("{} began at +{:.3f} ms", Called(forest.parts[i]),
                       (forest.parts[i].start_time - start) * 1e3);
  };
  result.explanation = fmt::format("order {}: no {}", fmt::join(check.order, ", "), name);
  result.explanation += result.parts.empty() ? "\n" : " after " + at(result.parts.back()) + "\n";
  std::vector<std::size_t> before;
  for (const std::size_t i : by_start) {
    if (is(i, name)) before.push_back(i);
  }
  if (before.empty()) result.explanation += fmt::format("  there is no {} at all\n", name);
  for (std::size_t i = 0; i < std::min(before.size(), kMostShown); ++i) {
    result.explanation += "  " + at(before[i]) + "\n";
  }
  return result;
}

CheckResult CheckTree(const Forest& forest, const Check& check) {
  CheckResult result;
  const std::string diff = Diff(check.tree, OutlineOf(forest, check.subsegments));
  result.met = diff.empty();
  if (!result.met) result.explanation = "the tree differs (- expected, + found)\n" + diff;
  return result;
}

}  // namespace

Result<Check> ReadCheck(const json::Value& json) {
  if (json.AsObject() == nullptr) return Fail(InvalidCheck("a check is an object"));
  Check check;
  const std::string* const kind = json.FindString("Kind");
  const auto* const known =
      std::ranges::find(kKinds, kind == nullptr ? std::string_view() : std::string_view(*kind),
                        &std::pair<std::string_view, Kind>::first);
  if (known == kKinds.end()) {
    return Fail(InvalidCheck("a check is present, absent, duration, flags, order or tree"));
  }
  check.kind = known->second;
  for (const auto& [key, value] : *json.AsObject()) {
    if (!value.is_null()) IATK_CHECK(ReadMember(key, value, &check));
  }
  if (check.kind == Kind::kFlags && check.flags.empty()) {
    check.flags = {"error", "fault", "throttle"};
  }
  if (check.kind == Kind::kDuration && !check.at_least_ms && !check.at_most_ms) {
    return Fail(InvalidCheck("a duration needs AtLeastMilliseconds or AtMostMilliseconds"));
  }
  return check;
}

CheckResult RunCheck(const Forest& forest, const Check& check) {
  switch (check.kind) {
    case Kind::kPresent:
    case Kind::kAbsent:
      return CheckPresent(forest, check);
    case Kind::kDuration:
      return CheckDuration(forest, check);
    case Kind::kFlags:
      return CheckFlags(forest, check);
    case Kind::kOrder:
      return CheckOrder(forest, check);
    case Kind::kTree:
      return CheckTree(forest, check);
  }
  return {};
}

}  // namespace iatk::trace

// Explanations as text for people and as JSON.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "iatk/json/parse.h"
#include "iatk/lang/event_pattern/describe.h"
#include "iatk/lang/event_pattern/explain.h"

namespace iatk::event_pattern {
namespace {

std::string Expected(const LeafReport& leaf) {
  std::string out;
  for (const TestReport& test : leaf.tests) {
    if (!out.empty()) out += " or ";
    out += test.words;
  }
  return out;
}

std::string LineOf(const LeafReport& leaf) {
  if (leaf.met) {
    if (!leaf.found) return fmt::format("met      {}: not there, as wanted", leaf.path);
    std::string line = fmt::format("met      {}: {}", leaf.path, ToJsonText(leaf.found->value));
    if (leaf.found->at != leaf.path) line += " at " + leaf.found->at;
    return line;
  }
  std::string line = fmt::format("NOT MET  {}: expected {}, ", leaf.path, Expected(leaf));
  if (leaf.found) {
    line += "found " + ToJsonText(leaf.found->value);
    if (leaf.found->at != leaf.path) line += " at " + leaf.found->at;
  } else {
    line += "found nothing there";
  }
  if (leaf.values > 1) line += fmt::format(", the nearest of {} values", leaf.values);
  if (!leaf.hint.empty()) line += fmt::format(" ({})", leaf.hint);
  return line;
}

std::string LineOf(const Change& change) {
  switch (change.kind) {
    case Change::Kind::kAdd:
      return fmt::format("add {}: {}", change.at, change.to);
    case Change::Kind::kRemove:
      return fmt::format("remove {}, which is {}", change.at, change.from);
    case Change::Kind::kSet:
      break;
  }
  return fmt::format("change {} from {} to {}", change.at, change.from, change.to);
}

std::string_view NameOf(Change::Kind kind) {
  switch (kind) {
    case Change::Kind::kAdd:
      return "add";
    case Change::Kind::kRemove:
      return "remove";
    case Change::Kind::kSet:
      break;
  }
  return "set";
}

json::Value JsonOf(const std::string& text) {
  auto value = json::Parse(text);
  return value ? *std::move(value) : json::Value(text);
}

json::Value JsonOf(const LeafReport& leaf) {
  json::Array tests;
  for (const TestReport& test : leaf.tests) {
    tests.emplace_back(json::Object{
        {"operator", test.op}, {"expected", JsonOf(test.expected)}, {"met", test.met}});
  }
  json::Object out{{"path", leaf.path}, {"met", leaf.met}};
  if (!leaf.met) out.Append("miss", NameOf(leaf.miss));
  out.Append("tests", std::move(tests));
  if (leaf.found) {
    out.Append("found", json::Object{{"at", leaf.found->at},
                                     {"value", JsonOf(ToJsonText(leaf.found->value))}});
  }
  out.Append("values", leaf.values);
  if (!leaf.hint.empty()) out.Append("hint", leaf.hint);
  return out;
}

}  // namespace

std::string ToText(const Explanation& explanation) {
  const std::size_t missed = explanation.changes.size();
  std::string out;
  if (explanation.matches) {
    out = "Matches.\n";
  } else {
    out = fmt::format("Does not match: {} of {} fields {} not met.\n", missed,
                      explanation.leaves.size(), missed == 1 ? "is" : "are");
  }
  if (explanation.combinations > 1) {
    out += fmt::format("  ({} of the pattern's {} combinations of $or)\n",
                       explanation.matches ? "one" : "the nearest", explanation.combinations);
  }
  for (const LeafReport& leaf : explanation.leaves) out += "  " + LineOf(leaf) + "\n";
  if (missed == 0) return out;
  out += fmt::format("It would match with {} change{}:\n", missed, missed == 1 ? "" : "s");
  for (const Change& change : explanation.changes) out += "  " + LineOf(change) + "\n";
  return out;
}

std::string ToText(const std::vector<RankedRule>& rules) {
  std::string out;
  for (const RankedRule& rule : rules) {
    if (!out.empty()) out += "\n";
    out += rule.name + ": " + ToText(rule.explanation);
  }
  return out;
}

json::Value ToJson(const Explanation& explanation) {
  json::Array leaves;
  for (const LeafReport& leaf : explanation.leaves) leaves.push_back(JsonOf(leaf));
  json::Array changes;
  for (const Change& change : explanation.changes) {
    json::Object one{{"kind", NameOf(change.kind)}, {"at", change.at}};
    if (!change.from.empty()) one.Append("from", JsonOf(change.from));
    if (!change.to.empty()) one.Append("to", change.to);
    changes.emplace_back(std::move(one));
  }
  return json::Object{{"matches", explanation.matches},
                      {"combinations", explanation.combinations},
                      {"leaves", std::move(leaves)},
                      {"changes", std::move(changes)}};
}

}  // namespace iatk::event_pattern

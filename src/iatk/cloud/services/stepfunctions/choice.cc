#include "iatk/cloud/services/stepfunctions/choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "iatk/base/time_text.h"
#include "iatk/lang/jsonpath/path.h"

namespace iatk::cloud {
namespace {

constexpr std::array<std::string_view, 7> kTypeTests = {
    "IsBoolean", "IsNull", "IsNumeric", "IsPresent", "IsString", "IsTimestamp", "StringMatches"};
constexpr std::array<std::string_view, 4> kTypes = {"String", "Numeric", "Boolean", "Timestamp"};
constexpr std::array<std::string_view, 5> kOrders = {
    "Equals", "LessThanEquals", "GreaterThanEquals", "LessThan", "GreaterThan"};

struct Comparison {
  std::string_view type;
  std::string_view order;
  bool by_path = false;
};

std::optional<Comparison> ReadComparison(std::string_view name) {
  Comparison comparison;
  const auto type =
      std::ranges::find_if(kTypes, [name](std::string_view t) { return name.starts_with(t); });
  if (type == kTypes.end()) return std::nullopt;
  comparison.type = *type;
  std::string_view rest = name.substr(type->size());
  if (rest.ends_with("Path")) {
    comparison.by_path = true;
    rest.remove_suffix(4);
  }
  if (std::ranges::find(kOrders, rest) == kOrders.end()) return std::nullopt;
  if (comparison.type == "Boolean" && rest != "Equals") return std::nullopt;
  comparison.order = rest;
  return comparison;
}

// * stands for any run of characters; a backslash takes it and itself away from that.
bool MatchesPattern(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    for (std::size_t i = 0; i <= text.size(); ++i) {
      if (MatchesPattern(pattern.substr(1), text.substr(i))) return true;
    }
    return false;
  }
  const std::size_t escape = pattern[0] == '\\' && pattern.size() > 1 ? 1 : 0;
  return !text.empty() && text[0] == pattern[escape] &&
         MatchesPattern(pattern.substr(escape + 1), text.substr(1));
}

// -1, 0 or 1; nullopt if one of them is not of the type.
std::optional<int> Order(std::string_view type, const json::Value& a, const json::Value& b) {
  const auto sign = [](const auto& x, const auto& y) { return x < y ? -1 : y < x ? 1 : 0; };
  if (type == "Numeric") {
    if (a.AsNumber() == nullptr || b.AsNumber() == nullptr) return std::nullopt;
    return sign(a.AsNumber()->AsDouble(), b.AsNumber()->AsDouble());
  }
  if (type == "Boolean") {
    if (a.AsBool() == nullptr || b.AsBool() == nullptr) return std::nullopt;
    return sign(*a.AsBool(), *b.AsBool());
  }
  if (a.AsString() == nullptr || b.AsString() == nullptr) return std::nullopt;
  if (type == "String") return sign(*a.AsString(), *b.AsString());
  const auto x = ParseIso8601(*a.AsString());
  const auto y = ParseIso8601(*b.AsString());
  if (!x || !y) return std::nullopt;
  return sign(*x, *y);
}

bool OrderHolds(std::string_view order, int sign) {
  if (order == "Equals") return sign == 0;
  if (order == "LessThan") return sign < 0;
  if (order == "LessThanEquals") return sign <= 0;
  if (order == "GreaterThan") return sign > 0;
  return sign >= 0;
}

bool HasType(std::string_view test, const json::Value& value) {
  if (test == "IsBoolean") return value.AsBool() != nullptr;
  if (test == "IsNull") return value.is_null();
  if (test == "IsNumeric") return value.AsNumber() != nullptr;
  if (test == "IsString") return value.AsString() != nullptr;
  return value.AsString() != nullptr && ParseIso8601(*value.AsString()).has_value();
}

Result<bool> Holds(const json::Value& rule, const Data& data);

// Whether one of the rules comes out as `wanted`; the others are not looked at then.
Result<bool> AnyIs(bool wanted, const json::Value& rules, const Data& data) {
  for (const json::Value& rule : *rules.AsArray()) {
    IATK_TRY(const bool holds, Holds(rule, data));
    if (holds == wanted) return true;
  }
  return false;
}

Result<bool> ComparisonHolds(const std::string& name, const json::Value& expected,
                             const std::string& variable, const Data& data) {
  if (name == "IsPresent") {
    const bool in_context = variable.starts_with("$$");
    const auto path = jsonpath::Path::Compile(in_context ? variable.substr(1) : variable);
    const bool present = path && path->Evaluate(in_context ? data.context : data.value).has_value();
    return expected.AsBool() != nullptr && present == *expected.AsBool();
  }
  Outcome found = ValueAt(variable, data, "Variable");
  if (!found) {
    return Fail(StateError("States.Runtime",
                           fmt::format("Invalid path '{}': The choice state's condition path "
                                       "references an invalid value.",
                                       variable)));
  }
  if (name == "StringMatches") {
    return found->AsString() != nullptr && expected.AsString() != nullptr &&
           MatchesPattern(*expected.AsString(), *found->AsString());
  }
  if (std::ranges::find(kTypeTests, name) != kTypeTests.end()) {
    return expected.AsBool() != nullptr && HasType(name, *found) == *expected.AsBool();
  }
  const std::optional<Comparison> comparison = ReadComparison(name);
  if (!comparison) return false;
  json::Value other = expected;
  if (comparison->by_path) {
    if (expected.AsString() == nullptr) return false;
    IATK_TRY(other, ValueAt(*expected.AsString(), data, name));
  }
  const std::optional<int> sign = Order(comparison->type, *found, other);
  return sign && OrderHolds(comparison->order, *sign);
}

Result<bool> Holds(const json::Value& rule, const Data& data) {
  if (const json::Value* all = rule.Find("And")) {
    IATK_TRY(const bool one_fails, AnyIs(false, *all, data));
    return !one_fails;
  }
  if (const json::Value* any = rule.Find("Or")) return AnyIs(true, *any, data);
  if (const json::Value* inner = rule.Find("Not")) {
    IATK_TRY(const bool holds, Holds(*inner, data));
    return !holds;
  }
  const std::string* const variable = rule.FindString("Variable");
  if (variable == nullptr || rule.AsObject() == nullptr) return false;
  for (const auto& [name, expected] : *rule.AsObject()) {
    if (IsComparison(name)) return ComparisonHolds(name, expected, *variable, data);
  }
  return false;
}

}  // namespace

bool IsComparison(std::string_view name) {
  return std::ranges::find(kTypeTests, name) != kTypeTests.end() ||
         ReadComparison(name).has_value();
}

Result<std::string> Choose(const json::Value& state, const Data& data) {
  const json::Value* const choices = state.Find("Choices");
  for (const json::Value& rule : *choices->AsArray()) {
    IATK_TRY(const bool holds, Holds(rule, data));
    if (holds) return *rule.FindString("Next");
  }
  if (const std::string* otherwise = state.FindString("Default")) return *otherwise;
  return Fail(StateError("States.NoChoiceMatched",
                         "Failed to transition out of the state. No choice "
                         "rule matched and there is no Default."));
}

}  // namespace iatk::cloud

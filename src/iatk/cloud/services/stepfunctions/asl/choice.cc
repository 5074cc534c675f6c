#include "iatk/cloud/services/stepfunctions/asl/choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <compare>

#include "iatk/base/time_text.h"

namespace iatk::cloud::asl {
namespace {

constexpr std::array<std::string_view, 5> kOrders = {"Equals", "LessThan", "GreaterThan",
                                                     "LessThanEquals", "GreaterThanEquals"};
constexpr std::array<std::string_view, 6> kTypeTests = {"IsNull",    "IsString",  "IsNumeric",
                                                        "IsBoolean", "IsPresent", "IsTimestamp"};

bool IsTypeTest(std::string_view test) { return std::ranges::count(kTypeTests, test) > 0; }

bool IsTimestamp(const json::Value& value) {
  return value.AsString() != nullptr && ParseIso8601(*value.AsString()).has_value();
}

bool IsOfType(std::string_view test, const json::Value& value) {
  if (test == "IsNull") return value.is_null();
  if (test == "IsString") return value.AsString() != nullptr;
  if (test == "IsNumeric") return value.AsNumber() != nullptr;
  if (test == "IsBoolean") return value.AsBool() != nullptr;
  if (test == "IsTimestamp") return IsTimestamp(value);
  return true;
}

// '*' stands for any run of characters; "\*" and "\\" for themselves.
bool FitsPattern(std::string_view pattern, std::string_view text) {
  struct Token {
    char c;
    bool any;
  };
  std::vector<Token> tokens;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && i + 1 < pattern.size()) {
      tokens.push_back({pattern[++i], false});
    } else {
      tokens.push_back({pattern[i], pattern[i] == '*'});
    }
  }
  std::size_t at = 0;
  std::size_t token = 0;
  std::optional<std::size_t> star;
  std::size_t star_at = 0;
  while (at < text.size()) {
    if (token < tokens.size() && tokens[token].any) {
      star = token++;
      star_at = at;
    } else if (token < tokens.size() && tokens[token].c == text[at]) {
      ++token;
      ++at;
    } else if (star) {
      token = *star + 1;
      at = ++star_at;
    } else {
      return false;
    }
  }
  while (token < tokens.size() && tokens[token].any) ++token;
  return token == tokens.size();
}

// How two values of one type stand to each other; nullopt if they are not of that type.
std::optional<std::partial_ordering> Order(std::string_view type, const json::Value& a,
                                           const json::Value& b) {
  if (type == "numeric" && a.AsNumber() != nullptr && b.AsNumber() != nullptr) {
    if (json::SameNumber(*a.AsNumber(), *b.AsNumber())) return std::partial_ordering::equivalent;
    return a.AsNumber()->AsDouble() <=> b.AsNumber()->AsDouble();
  }
  if (type == "string" && a.AsString() != nullptr && b.AsString() != nullptr) {
    return *a.AsString() <=> *b.AsString();
  }
  if (type == "boolean" && a.AsBool() != nullptr && b.AsBool() != nullptr) {
    return static_cast<int>(*a.AsBool()) <=> static_cast<int>(*b.AsBool());
  }
  if (type == "timestamp" && IsTimestamp(a) && IsTimestamp(b)) {
    return *ParseIso8601(*a.AsString()) <=> *ParseIso8601(*b.AsString());
  }
  return std::nullopt;
}

bool Compare(std::string_view test, const json::Value& a, const json::Value& b) {
  if (test == "StringMatches") {
    return a.AsString() != nullptr && b.AsString() != nullptr &&
           FitsPattern(*b.AsString(), *a.AsString());
  }
  const auto order = Order(OperandType(test), a, b);
  if (!order) return false;
  if (test.ends_with("LessThanEquals")) return *order <= 0;
  if (test.ends_with("GreaterThanEquals")) return *order >= 0;
  if (test.ends_with("LessThan")) return *order < 0;
  if (test.ends_with("GreaterThan")) return *order > 0;
  return *order == 0;
}

Outcome<json::Value> Resolve(const DataPath& path, const Scope& scope) {
  std::optional<json::Value> found = path.Find(scope);
  if (!found) {
    return FailWith("States.Runtime",
                    fmt::format("Invalid path '{}': The choice state's condition path references "
                                "an invalid value.",
                                path.text()));
  }
  return *std::move(found);
}

Outcome<bool> TestHolds(const ChoiceRule& rule, const Scope& scope) {
  if (rule.test == "IsPresent") {
    return rule.variable->Find(scope).has_value() == *rule.operand.AsBool();
  }
  IATK_TRY(const json::Value value, Resolve(*rule.variable, scope));
  if (IsTypeTest(rule.test)) return IsOfType(rule.test, value) == *rule.operand.AsBool();
  if (!rule.operand_path) return Compare(rule.test, value, rule.operand);
  IATK_TRY(const json::Value operand, Resolve(*rule.operand_path, scope));
  return Compare(rule.test, value, operand);
}

}  // namespace

std::string_view OperandType(std::string_view test) {
  if (IsTypeTest(test) || test.starts_with("Boolean")) return "boolean";
  if (test.starts_with("Numeric")) return "numeric";
  return test.starts_with("Timestamp") ? "timestamp" : "string";
}

bool IsTest(std::string_view name) {
  if (IsTypeTest(name) || name == "StringMatches") return true;
  if (name.ends_with("Path")) name.remove_suffix(4);
  if (name == "BooleanEquals") return true;
  for (const std::string_view type : {"String", "Numeric", "Timestamp"}) {
    if (name.starts_with(type)) {
      return std::ranges::count(kOrders, name.substr(type.size())) > 0;
    }
  }
  return false;
}

bool IsOperand(std::string_view test, const json::Value& value) {
  const std::string_view type = OperandType(test);
  if (type == "boolean") return value.AsBool() != nullptr;
  if (type == "numeric") return value.AsNumber() != nullptr;
  if (type == "timestamp") return IsTimestamp(value);
  return value.AsString() != nullptr;
}

Outcome<bool> Holds(const ChoiceRule& rule, const Scope& scope) {
  if (rule.kind == ChoiceRule::Kind::kTest) return TestHolds(rule, scope);
  if (rule.kind == ChoiceRule::Kind::kNot) {
    IATK_TRY(const bool holds, Holds(rule.rules.front(), scope));
    return !holds;
  }
  const bool decides = rule.kind == ChoiceRule::Kind::kOr;
  for (const ChoiceRule& inner : rule.rules) {
    IATK_TRY(const bool holds, Holds(inner, scope));
    if (holds == decides) return decides;
  }
  return !decides;
}

}  // namespace iatk::cloud::asl

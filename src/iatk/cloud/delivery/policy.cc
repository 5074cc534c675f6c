#include "iatk/cloud/delivery/policy.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "iatk/base/arn.h"
#include "iatk/net/http.h"

namespace iatk::cloud {
namespace {

// An element that is one string or a list of them.
std::vector<std::string_view> StringsOf(const json::Value* value) {
  std::vector<std::string_view> strings;
  if (value == nullptr) return strings;
  if (const std::string* one = value->AsString()) strings.push_back(*one);
  if (const json::Array* list = value->AsArray()) {
    for (const json::Value& item : *list) {
      if (item.AsString() != nullptr) strings.push_back(*item.AsString());
    }
  }
  return strings;
}

bool AnyMatches(const json::Value* patterns, std::string_view text) {
  return std::ranges::any_of(StringsOf(patterns), [text](std::string_view pattern) {
    return MatchesWildcard(pattern, text);
  });
}

bool ActionMatches(std::string_view pattern, std::string_view action) {
  // Actions compare without case.
  std::string lower_pattern(pattern);
  std::string lower_action(action);
  for (std::string* text : {&lower_pattern, &lower_action}) {
    for (char& c : *text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return MatchesWildcard(lower_pattern, lower_action);
}

bool AnyActionMatches(const json::Value* actions, std::string_view action) {
  return std::ranges::any_of(StringsOf(actions), [action](std::string_view pattern) {
    return ActionMatches(pattern, action);
  });
}

bool PrincipalMatches(const json::Value* principal, const PolicyRequest& request) {
  if (principal == nullptr) return false;
  if (const std::string* everyone = principal->AsString()) return *everyone == "*";
  if (!request.principal_service.empty()) {
    const auto services = StringsOf(principal->Find("Service"));
    if (std::ranges::find(services, request.principal_service) != services.end()) return true;
  }
  return std::ranges::any_of(StringsOf(principal->Find("AWS")), [&](std::string_view account) {
    if (account == "*") return true;
    if (!request.principal_service.empty()) return false;
    return account == request.principal_account ||
           account == MakeArn("iam", "", request.principal_account, "root");
  });
}

std::optional<std::string> KeyValue(std::string_view key, const PolicyRequest& request) {
  if (net::EqualsIgnoreCase(key, "aws:SourceArn")) return request.source_arn;
  if (net::EqualsIgnoreCase(key, "aws:SourceAccount")) return request.principal_account;
  if (net::EqualsIgnoreCase(key, "aws:PrincipalAccount") && request.principal_service.empty()) {
    return request.principal_account;
  }
  if (net::EqualsIgnoreCase(key, "aws:PrincipalServiceName")) return request.principal_service;
  return std::nullopt;
}

bool TestHolds(std::string_view test, const json::Value& expected, const std::string& actual) {
  const bool negated = test.find("Not") != std::string_view::npos;
  bool matches = false;
  if (test == "StringEquals" || test == "StringNotEquals") {
    matches = std::ranges::any_of(StringsOf(&expected),
                                  [&](std::string_view one) { return one == actual; });
  } else if (test == "StringEqualsIgnoreCase" || test == "StringNotEqualsIgnoreCase") {
    matches = std::ranges::any_of(StringsOf(&expected), [&](std::string_view one) {
      return net::EqualsIgnoreCase(one, actual);
    });
  } else if (test == "StringLike" || test == "StringNotLike" || test == "ArnLike" ||
             test == "ArnEquals" || test == "ArnNotLike" || test == "ArnNotEquals") {
    matches = AnyMatches(&expected, actual);
  } else {
    return false;
  }
  return matches != negated;
}

bool ConditionsHold(const json::Value* conditions, const PolicyRequest& request) {
  if (conditions == nullptr) return true;
  if (conditions->AsObject() == nullptr) return false;
  for (const auto& [name, keys] : *conditions->AsObject()) {
    constexpr std::string_view kIfExists = "IfExists";
    std::string_view test = name;
    if (test.ends_with(kIfExists)) test.remove_suffix(kIfExists.size());
    if (keys.AsObject() == nullptr) return false;
    for (const auto& [key, expected] : *keys.AsObject()) {
      const std::optional<std::string> actual = KeyValue(key, request);
      if (!actual || !TestHolds(test, expected, *actual)) return false;
    }
  }
  return true;
}

bool StatementApplies(const json::Value& statement, const PolicyRequest& request) {
  const json::Value* const not_action = statement.Find("NotAction");
  const bool action = not_action != nullptr
                          ? !AnyActionMatches(not_action, request.action)
                          : AnyActionMatches(statement.Find("Action"), request.action);
  const json::Value* const resource = statement.Find("Resource");
  return action && PrincipalMatches(statement.Find("Principal"), request) &&
         (resource == nullptr || AnyMatches(resource, request.resource)) &&
         ConditionsHold(statement.Find("Condition"), request);
}

}  // namespace

bool MatchesWildcard(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Decision EvaluateResourcePolicy(const json::Value& policy, const PolicyRequest& request) {
  const json::Value* const statements = policy.Find("Statement");
  if (statements == nullptr) return Decision::kDenied;
  bool allowed = false;
  const auto consider = [&](const json::Value& statement) {
    const std::string* const effect = statement.FindString("Effect");
    if (effect == nullptr || !StatementApplies(statement, request)) return true;
    if (*effect == "Deny") return false;
    allowed = allowed || *effect == "Allow";
    return true;
  };
  if (const json::Array* list = statements->AsArray()) {
    if (!std::ranges::all_of(*list, consider)) return Decision::kDenied;
  } else if (!consider(*statements)) {
    return Decision::kDenied;
  }
  return allowed ? Decision::kAllowed : Decision::kDenied;
}

}  // namespace iatk::cloud

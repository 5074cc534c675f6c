#include "iatk/cloud/services/iam/policy_document.h"

#include <algorithm>

#include "iatk/cloud/services/iam/errors.h"
#include "iatk/json/parse.h"

namespace iatk::cloud {
namespace {

constexpr std::size_t kMaxDepth = 32;

Error Malformed(std::string message) {
  return iam_errors::MalformedPolicyDocument(std::move(message));
}

bool HasEither(const json::Object& statement, std::string_view a, std::string_view b) {
  return statement.Contains(a) || statement.Contains(b);
}

Result<void> CheckStatement(const json::Value& value, PolicyKind kind) {
  const json::Object* const statement = value.AsObject();
  if (statement == nullptr) return Fail(Malformed("Syntax errors in policy."));
  const json::Value* const effect = statement->Find("Effect");
  if (effect == nullptr) return Fail(Malformed("Missing required field Effect"));
  const std::string* const effect_text = effect->AsString();
  if (effect_text == nullptr || (*effect_text != "Allow" && *effect_text != "Deny")) {
    return Fail(Malformed("Invalid effect: " + (effect_text == nullptr ? "" : *effect_text)));
  }
  if (!HasEither(*statement, "Action", "NotAction")) {
    return Fail(Malformed(kind == PolicyKind::kTrust ? "Missing required field Action"
                                                     : "Policy statement must contain actions."));
  }
  if (kind == PolicyKind::kTrust) {
    if (HasEither(*statement, "Resource", "NotResource")) {
      return Fail(Malformed("Has prohibited field Resource"));
    }
    if (!HasEither(*statement, "Principal", "NotPrincipal")) {
      return Fail(Malformed("Missing required field Principal"));
    }
    return {};
  }
  if (HasEither(*statement, "Principal", "NotPrincipal")) {
    return Fail(Malformed("Policy document should not specify a principal."));
  }
  if (!HasEither(*statement, "Resource", "NotResource")) {
    return Fail(Malformed("Policy statement must contain resources."));
  }
  return {};
}

}  // namespace

Result<void> CheckPolicyDocument(std::string_view text, PolicyKind kind) {
  const Result<json::Value> document = json::Parse(text, {.max_depth = kMaxDepth});
  if (!document) {
    return Fail(Malformed(kind == PolicyKind::kTrust ? "This policy contains invalid Json"
                                                     : "Syntax errors in policy."));
  }
  if (document->AsObject() == nullptr) return Fail(Malformed("Syntax errors in policy."));
  if (const json::Value* const version = document->Find("Version")) {
    const std::string* const name = version->AsString();
    if (name == nullptr || (*name != "2012-10-17" && *name != "2008-10-17")) {
      return Fail(Malformed("The policy must contain a valid version string."));
    }
  }
  const json::Value* const statement = document->Find("Statement");
  if (statement == nullptr) {
    return Fail(Malformed(kind == PolicyKind::kTrust ? "Missing required field Statement"
                                                     : "Syntax errors in policy."));
  }
  const json::Array* const list = statement->AsArray();
  if (list == nullptr) return CheckStatement(*statement, kind);
  for (const json::Value& each : *list) IATK_CHECK(CheckStatement(each, kind));
  return {};
}

std::size_t PolicySize(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return c != ' ' && c != '\t' && c != '\n' && c != '\r'; }));
}

}  // namespace iatk::cloud

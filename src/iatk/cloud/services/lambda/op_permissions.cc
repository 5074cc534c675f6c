#include <algorithm>

#include "iatk/cloud/delivery/policy.h"
#include "iatk/cloud/dispatch/access_key.h"
#include "iatk/cloud/services/lambda/errors.h"
#include "iatk/cloud/services/lambda/limits.h"
#include "iatk/cloud/services/lambda/service.h"
#include "iatk/json/write.h"

namespace iatk::cloud {

namespace m = model::lambda;
using lambda_errors::InvalidParameter;

namespace {

Result<json::Value> PrincipalOf(const std::string& principal) {
  if (principal == "*") return json::Value("*");
  if (IsAccountId(principal)) {
    return json::Value(json::Object{{"AWS", MakeArn("iam", "", principal, "root")}});
  }
  if (principal.starts_with("arn:")) return json::Value(json::Object{{"AWS", principal}});
  if (principal.find('.') == std::string::npos) {
    return Fail(
        InvalidParameter("The provided principal was invalid. Please check the principal "
                         "and try again."));
  }
  return json::Value(json::Object{{"Service", principal}});
}

/// Qualifiers must be there; "$LATEST" can't have a policy.
Result<void> CheckQualifier(const RequestContext& context, const Function& function,
                            const std::string& qualifier) {
  if (qualifier == "$LATEST") {
    return Fail(InvalidParameter("We currently do not support adding policies for $LATEST."));
  }
  if (function.aliases.contains(qualifier) || function.FindVersion(qualifier) != nullptr) return {};
  return Fail(lambda_errors::FunctionNotFound(FunctionArn(context, function.name, qualifier)));
}

}  // namespace

Result<m::AddPermissionResponse> Lambda::AddPermission(RequestContext& context,
                                                       const m::AddPermissionRequest& input) {
  IATK_TRY(const FunctionTarget target,
           ReadFunctionName(context, *input.function_name, input.qualifier));
  IATK_TRY(Function* const function, Find(context, target));
  IATK_CHECK(CheckQualifier(context, *function, target.qualifier));
  if (input.function_url_auth_type || input.invoked_via_function_url.value_or(false)) {
    return Fail(lambda_errors::NotSupported("A permission for function URLs"));
  }
  FunctionPolicy& policy = function->policies[target.qualifier];
  if (input.revision_id && !policy.revision_id.empty() && input.revision_id != policy.revision_id) {
    return Fail(lambda_errors::PreconditionFailed());
  }
  const bool taken = std::ranges::any_of(policy.statements, [&](const json::Value& statement) {
    return *statement.FindString("Sid") == *input.statement_id;
  });
  if (taken) return Fail(lambda_errors::StatementExists(*input.statement_id));

  json::Object statement;
  statement.Append("Sid", *input.statement_id);
  statement.Append("Effect", "Allow");
  IATK_TRY(json::Value principal, PrincipalOf(*input.principal));
  statement.Append("Principal", std::move(principal));
  statement.Append("Action", *input.action);
  statement.Append("Resource", FunctionArn(context, function->name, target.qualifier));
  json::Object equal;
  if (input.source_account) equal.Append("AWS:SourceAccount", *input.source_account);
  if (input.event_source_token) equal.Append("lambda:EventSourceToken", *input.event_source_token);
  if (input.principal_org_id) equal.Append("aws:PrincipalOrgID", *input.principal_org_id);
  json::Object condition;
  if (!equal.empty()) condition.Append("StringEquals", std::move(equal));
  if (input.source_arn) {
    condition.Append("ArnLike", json::Object{{"AWS:SourceArn", *input.source_arn}});
  }
  if (!condition.empty()) statement.Append("Condition", std::move(condition));
  policy.statements.emplace_back(std::move(statement));
  if (json::Write(policy.ToJson()).size() > lambda_limits::kMaxPolicyBytes) {
    policy.statements.pop_back();
    return Fail(SenderError("PolicyLengthExceededException",
                            "The final policy size is bigger than the limit (20480).", 400));
  }
  policy.revision_id = context.ids().Uuid();
  m::AddPermissionResponse output;
  output.statement = json::Write(policy.statements.back());
  return output;
}

Result<model::Empty> Lambda::RemovePermission(RequestContext& context,
                                              const m::RemovePermissionRequest& input) {
  IATK_TRY(const FunctionTarget target,
           ReadFunctionName(context, *input.function_name, input.qualifier));
  IATK_TRY(Function* const function, Find(context, target));
  const auto policy = function->policies.find(target.qualifier);
  if (policy == function->policies.end()) return Fail(lambda_errors::NoPolicy());
  if (input.revision_id && input.revision_id != policy->second.revision_id) {
    return Fail(lambda_errors::PreconditionFailed());
  }
  const auto removed = std::erase_if(policy->second.statements, [&](const json::Value& statement) {
    return *statement.FindString("Sid") == *input.statement_id;
  });
  if (removed == 0) return Fail(lambda_errors::StatementNotFound(*input.statement_id));
  policy->second.revision_id = context.ids().Uuid();
  if (policy->second.statements.empty()) function->policies.erase(policy);
  return model::Empty();
}

Result<m::GetPolicyResponse> Lambda::GetPolicy(RequestContext& context,
                                               const m::GetPolicyRequest& input) {
  IATK_TRY(const FunctionTarget target,
           ReadFunctionName(context, *input.function_name, input.qualifier));
  IATK_TRY(const Function* const function, Find(context, target));
  const auto policy = function->policies.find(target.qualifier);
  if (policy == function->policies.end() || policy->second.statements.empty()) {
    return Fail(lambda_errors::NoPolicy());
  }
  m::GetPolicyResponse output;
  output.policy = json::Write(policy->second.ToJson());
  output.revision_id = policy->second.revision_id;
  return output;
}

Result<void> Lambda::CheckAllowed(RequestContext& context, const Function& function,
                                  const std::string& qualifier) const {
  const std::string& service = context.principal.service;
  // Step Functions acts with a role of the account, whose policies are not evaluated here.
  if (service.empty() || service == "states.amazonaws.com") return {};
  const std::string arn = FunctionArn(context, function.name, qualifier);
  const auto policy = function.policies.find(qualifier);
  const std::optional<Arn> source = ParseArn(context.principal.source_arn);
  if (policy != function.policies.end() &&
      EvaluateResourcePolicy(
          policy->second.ToJson(),
          {.principal_service = service,
           .principal_account =
               source && !source->account.empty() ? source->account : context.account,
           .action = "lambda:InvokeFunction",
           .resource = arn,
           .source_arn = context.principal.source_arn}) == Decision::kAllowed) {
    return {};
  }
  return Fail(lambda_errors::AccessDenied(service, arn));
}

}  // namespace iatk::cloud

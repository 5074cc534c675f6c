// Managed policies of customers.
#include <algorithm>

#include "iatk/cloud/services/iam/errors.h"
#include "iatk/cloud/services/iam/limits.h"
#include "iatk/cloud/services/iam/paging.h"
#include "iatk/cloud/services/iam/policy_document.h"
#include "iatk/cloud/services/iam/service.h"

namespace iatk::cloud {

namespace m = model::iam;

namespace {

m::PolicyVersion ToModel(const IamPolicy& policy, const IamPolicy::Version& version) {
  m::PolicyVersion out;
  out.version_id = version.id;
  out.is_default_version = version.id == policy.versions.back().id;
  out.create_date = version.created;
  return out;
}

}  // namespace

Result<m::CreatePolicyResponse> Iam::CreatePolicy(RequestContext& context,
                                                  const m::CreatePolicyRequest& input) {
  IATK_CHECK(CheckPolicyDocument(*input.policy_document, PolicyKind::kIdentity));
  if (PolicySize(*input.policy_document) > iam_limits::kMaxManagedPolicySize) {
    return Fail(iam_errors::QuotaExceeded("PolicySize", iam_limits::kMaxManagedPolicySize));
  }
  IamAccount& account = Account(context);
  for (const auto& [arn, policy] : account.policies) {
    if (IamKey(policy.name) == IamKey(*input.policy_name)) {
      return Fail(iam_errors::PolicyExists(*input.policy_name));
    }
  }
  if (account.policies.size() >= iam_limits::kMaxPolicies) {
    return Fail(iam_errors::QuotaExceeded("PoliciesPerAccount", iam_limits::kMaxPolicies));
  }
  IamPolicy policy;
  policy.name = *input.policy_name;
  policy.path = input.path.value_or("/");
  policy.arn = Arn{std::string(PartitionOfRegion(context.region)), "iam", "", context.account,
                   "policy" + policy.path + policy.name}
                   .ToString();
  policy.id = IamId("ANPA", policy.arn);
  policy.description = input.description.value_or("");
  policy.created = context.Now();
  policy.versions.push_back({"v1", *input.policy_document, context.Now()});
  if (input.tags) {
    for (const m::Tag& tag : *input.tags) policy.tags.insert_or_assign(*tag.key, *tag.value);
  }
  m::CreatePolicyResponse output;
  output.policy = cloud::ToModel(policy, account, false);
  if (!policy.tags.empty()) output.policy->tags = cloud::ToModel(policy.tags);
  std::string arn = policy.arn;
  account.policies.emplace(std::move(arn), std::move(policy));
  return output;
}

Result<model::Empty> Iam::DeletePolicy(RequestContext& context,
                                       const m::DeletePolicyRequest& input) {
  IATK_CHECK(FindPolicy(context, *input.policy_arn, "DeletePolicy"));
  IamAccount& account = Account(context);
  if (account.AttachmentsOf(*input.policy_arn) + account.BoundariesOf(*input.policy_arn) > 0) {
    return Fail(iam_errors::PolicyAttached());
  }
  account.policies.erase(*input.policy_arn);
  return model::Empty{};
}

Result<m::GetPolicyResponse> Iam::GetPolicy(RequestContext& context,
                                            const m::GetPolicyRequest& input) {
  IATK_TRY(const IamPolicy* const policy, FindPolicy(context, *input.policy_arn, "GetPolicy"));
  m::GetPolicyResponse output;
  output.policy = cloud::ToModel(*policy, Account(context), true);
  return output;
}

Result<m::GetPolicyVersionResponse> Iam::GetPolicyVersion(RequestContext& context,
                                                          const m::GetPolicyVersionRequest& input) {
  IATK_TRY(const IamPolicy* const policy,
           FindPolicy(context, *input.policy_arn, "GetPolicyVersion"));
  const auto version =
      std::ranges::find(policy->versions, *input.version_id, &IamPolicy::Version::id);
  if (version == policy->versions.end()) {
    return Fail(iam_errors::PolicyVersionNotFound(policy->arn, *input.version_id));
  }
  m::GetPolicyVersionResponse output;
  output.policy_version = ToModel(*policy, *version);
  output.policy_version->document = EncodeDocument(version->document);
  return output;
}

// differs from AWS: policies that AWS manages are known by the ARNs that are attached, and are not
// listed.
Result<m::ListPoliciesResponse> Iam::ListPolicies(RequestContext& context,
                                                  const m::ListPoliciesRequest& input) {
  m::ListPoliciesResponse output;
  auto& policies = output.policies.emplace();
  output.is_truncated = false;
  if (input.scope == "AWS") return output;
  const IamAccount& account = Account(context);
  const std::string prefix = input.path_prefix.value_or("/");
  const bool as_boundary = input.policy_usage_filter == "PermissionsBoundary";
  IATK_CHECK(
      Page(account.policies, input, &output, [&](const std::string& arn, const IamPolicy& policy) {
        if (!policy.path.starts_with(prefix)) return false;
        const std::int32_t uses =
            as_boundary ? account.BoundariesOf(arn) : account.AttachmentsOf(arn);
        if (uses == 0 && (as_boundary || input.only_attached.value_or(false))) return false;
        policies.push_back(cloud::ToModel(policy, account, false));
        return true;
      }));
  return output;
}

Result<m::ListPolicyVersionsResponse> Iam::ListPolicyVersions(
    RequestContext& context, const m::ListPolicyVersionsRequest& input) {
  IATK_TRY(const IamPolicy* const policy,
           FindPolicy(context, *input.policy_arn, "ListPolicyVersions"));
  m::ListPolicyVersionsResponse output;
  auto& versions = output.versions.emplace();
  for (auto it = policy->versions.rbegin(); it != policy->versions.rend(); ++it) {
    versions.push_back(ToModel(*policy, *it));
  }
  // At most five: there is never a second page.
  output.is_truncated = false;
  return output;
}

}  // namespace iatk::cloud

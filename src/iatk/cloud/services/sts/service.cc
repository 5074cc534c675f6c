#include "iatk/cloud/services/sts/service.h"

#include <utility>

#include "iatk/base/digest.h"
#include "iatk/cloud/dispatch/access_key.h"

namespace iatk::cloud {

namespace m = model::sts;

namespace {

constexpr std::int32_t kDefaultRoleSeconds = 3600;
constexpr std::int32_t kDefaultSessionSeconds = 43'200;
constexpr std::size_t kMaxSessions = 10'000;

// The unique id that IAM would have given the role; the same for each session of it.
std::string RoleId(const std::string& role_arn) {
  std::string id = "AROA" + HexEncode(Sha256(role_arn)).substr(0, 17);
  for (char& c : id) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return id;
}

}  // namespace

Sts::Sts(Registry& registry) {
  registry.operations.On<m::op::GetCallerIdentity>(this, &Sts::GetCallerIdentity);
  registry.operations.On<m::op::AssumeRole>(this, &Sts::AssumeRole);
  registry.operations.On<m::op::GetSessionToken>(this, &Sts::GetSessionToken);
}

m::Credentials Sts::Issue(RequestContext& context, const std::string& account, Session session) {
  auto& sessions = accounts_.For(account, "").sessions;
  std::erase_if(sessions, [now = context.Now()](const auto& s) { return s.second.expires < now; });
  if (sessions.size() >= kMaxSessions) sessions.erase(sessions.begin());
  m::Credentials credentials;
  credentials.access_key_id = MakeAccessKey("ASIA", account, context.ids());
  credentials.secret_access_key = context.ids().FromAlphabet(40, kAlphabetAlphanumeric);
  credentials.session_token = context.ids().FromAlphabet(356, kAlphabetAlphanumeric);
  credentials.expiration = session.expires;
  sessions.emplace(*credentials.access_key_id, std::move(session));
  return credentials;
}

Result<m::GetCallerIdentityResponse> Sts::GetCallerIdentity(RequestContext& context,
                                                            const m::GetCallerIdentityRequest&) {
  m::GetCallerIdentityResponse output;
  output.account = context.account;
  const auto& sessions = accounts_.For(context.account, "").sessions;
  const auto session = sessions.find(context.principal.access_key);
  if (session != sessions.end()) {
    output.user_id = session->second.user_id;
    output.arn = session->second.arn;
  } else {
    output.user_id = context.account;
    output.arn = context.principal.arn;
  }
  return output;
}

// differs from AWS: the role need not exist, nor trust the caller; IAM is not evaluated here.
Result<m::AssumeRoleResponse> Sts::AssumeRole(RequestContext& context,
                                              const m::AssumeRoleRequest& input) {
  const auto role = ParseArn(*input.role_arn);
  if (!role || role->service != "iam" || !role->resource.starts_with("role/") ||
      !IsAccountId(role->account)) {
    return Fail(SenderError("ValidationError", *input.role_arn + " is invalid"));
  }
  // An assumed role's ARN has the role's name without its path.
  const std::string name = role->resource.substr(role->resource.rfind('/') + 1);
  Session session;
  session.user_id = RoleId(*input.role_arn) + ":" + *input.role_session_name;
  session.arn = Arn{role->partition, "sts", "", role->account,
                    "assumed-role/" + name + "/" + *input.role_session_name}
                    .ToString();
  session.expires =
      context.Now() + std::chrono::seconds(input.duration_seconds.value_or(kDefaultRoleSeconds));

  m::AssumeRoleResponse output;
  output.assumed_role_user.emplace();
  output.assumed_role_user->assumed_role_id = session.user_id;
  output.assumed_role_user->arn = session.arn;
  output.source_identity = input.source_identity;
  output.credentials = Issue(context, role->account, std::move(session));
  return output;
}

Result<m::GetSessionTokenResponse> Sts::GetSessionToken(RequestContext& context,
                                                        const m::GetSessionTokenRequest& input) {
  Session session;
  session.user_id = context.account;
  session.arn = context.principal.arn;
  session.expires =
      context.Now() + std::chrono::seconds(input.duration_seconds.value_or(kDefaultSessionSeconds));
  m::GetSessionTokenResponse output;
  output.credentials = Issue(context, context.account, std::move(session));
  return output;
}

std::unique_ptr<Service> MakeSts(Registry& registry) { return std::make_unique<Sts>(registry); }

}  // namespace iatk::cloud

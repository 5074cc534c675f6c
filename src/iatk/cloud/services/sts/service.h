// AWS Security Token Service: who a caller is, and temporary credentials.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "iatk/cloud/dispatch/service.h"
#include "iatk/cloud/store/store.h"
#include "iatk/model/sts/operations.h"

namespace iatk::cloud {

class Sts final : public Service {
 public:
  explicit Sts(Registry& registry);

  Result<model::sts::GetCallerIdentityResponse> GetCallerIdentity(
      RequestContext& context, const model::sts::GetCallerIdentityRequest& input);
  Result<model::sts::AssumeRoleResponse> AssumeRole(RequestContext& context,
                                                    const model::sts::AssumeRoleRequest& input);
  Result<model::sts::GetSessionTokenResponse> GetSessionToken(
      RequestContext& context, const model::sts::GetSessionTokenRequest& input);

 private:
  /// A session of a role, by the access key that was issued for it.
  struct Session {
    std::string user_id;  ///< "AROA…:session name"
    std::string arn;      ///< "arn:aws:sts::<account>:assumed-role/<role>/<session name>"
    Time expires;
  };
  struct Account {
    std::map<std::string, Session> sessions;
  };
  model::sts::Credentials Issue(RequestContext& context, const std::string& account,
                                Session session);

  Store<Account> accounts_;
};

std::unique_ptr<Service> MakeSts(Registry& registry);

}  // namespace iatk::cloud

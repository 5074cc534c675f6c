// Credentials: whose they are, and for how long.
#include <gtest/gtest.h>

#include "iatk/cloud/dispatch/access_key.h"
#include "iatk/cloud/dispatch/test_cloud.h"
#include "iatk/cloud/services/sts/service.h"

namespace iatk::cloud {
namespace {

namespace m = model::sts;
using std::chrono::seconds;

class StsTest : public testing::Test {
 protected:
  Result<m::AssumeRoleResponse> Assume(const std::string& role,
                                       std::optional<int> duration = std::nullopt) {
    m::AssumeRoleRequest input;
    input.role_arn = role;
    input.role_session_name = "me";
    input.duration_seconds = duration;
    return cloud.Call<m::op::AssumeRole>(input);
  }
  /// GetCallerIdentity with an access key, as the gateway makes the context.
  m::GetCallerIdentityResponse WhoIs(const std::string& access_key) {
    RequestContext context = cloud.Context();
    context.account = AccountOfAccessKey(access_key);
    context.principal.access_key = access_key;
    context.principal.arn = "arn:aws:iam::" + context.account + ":root";
    return cloud.operations.Call<m::op::GetCallerIdentity>(context, {}).value();
  }

  TestCloud cloud;
  std::unique_ptr<Service> sts = MakeSts(cloud.registry);
};

TEST_F(StsTest, AssumeRoleGivesCredentialsOfTheRolesAccount) {
  const auto got = Assume("arn:aws:iam::111122223333:role/app/worker").value();
  EXPECT_EQ(got.assumed_role_user->arn, "arn:aws:sts::111122223333:assumed-role/worker/me");
  const auto who = WhoIs(*got.credentials->access_key_id);
  EXPECT_EQ(who.account, "111122223333");
  EXPECT_EQ(who.arn, got.assumed_role_user->arn);
  EXPECT_EQ(who.user_id, got.assumed_role_user->assumed_role_id);
}

TEST_F(StsTest, CredentialsLastAnHourUnlessAskedOtherwise) {
  const std::string role = "arn:aws:iam::123456789012:role/r";
  EXPECT_EQ(*Assume(role)->credentials->expiration, TestCloud::Start() + seconds(3600));
  EXPECT_EQ(*Assume(role, 900)->credentials->expiration, TestCloud::Start() + seconds(900));
  const auto session = cloud.Call<m::op::GetSessionToken>({}).value();
  EXPECT_EQ(*session.credentials->expiration, TestCloud::Start() + seconds(43'200));
}

TEST_F(StsTest, AssumeRoleRefusesWhatIsNoRoleOrTooShort) {
  const auto user = Assume("arn:aws:iam::123456789012:user/someone");
  ASSERT_FALSE(user.has_value());
  EXPECT_EQ(user.error().code, "ValidationError");
  EXPECT_EQ(user.error().message, "arn:aws:iam::123456789012:user/someone is invalid");
  EXPECT_EQ(Assume("arn:aws:iam::123456789012:role/r", 899).error().code, "ValidationError");
}

TEST_F(StsTest, SessionsOfOneRoleShareItsIdAndNothingElse) {
  const auto first = Assume("arn:aws:iam::123456789012:role/r").value();
  const auto second = Assume("arn:aws:iam::123456789012:role/r").value();
  EXPECT_EQ(first.assumed_role_user->assumed_role_id, second.assumed_role_user->assumed_role_id);
  EXPECT_NE(first.credentials->access_key_id, second.credentials->access_key_id);
  EXPECT_NE(first.credentials->session_token, second.credentials->session_token);
}

}  // namespace
}  // namespace iatk::cloud

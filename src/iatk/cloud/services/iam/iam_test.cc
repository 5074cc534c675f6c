#include <gtest/gtest.h>

#include "iatk/cloud/dispatch/test_cloud.h"
#include "iatk/cloud/services/iam/service.h"
#include "iatk/json/parse.h"

namespace iatk::cloud {
namespace {

namespace m = model::iam;

constexpr const char* kTrust =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":)"
    R"({"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]})";
constexpr const char* kPolicy =
    R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})";
constexpr const char* kBasic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";

json::Object Properties(std::string_view text) { return *json::Parse(text)->AsObject(); }

class IamTest : public testing::Test {
 protected:
  Result<m::CreateRoleResponse> CreateRole(const std::string& name) {
    m::CreateRoleRequest input;
    input.role_name = name;
    input.assume_role_policy_document = kTrust;
    return cloud.Call<m::op::CreateRole>(input);
  }
  Result<model::Empty> Attach(const std::string& role, const std::string& arn) {
    m::AttachRolePolicyRequest input;
    input.role_name = role;
    input.policy_arn = arn;
    return cloud.Call<m::op::AttachRolePolicy>(input);
  }
  Result<model::Empty> DeleteRole(const std::string& name) {
    m::DeleteRoleRequest input;
    input.role_name = name;
    return cloud.Call<m::op::DeleteRole>(input);
  }
  Result<m::GetRoleResponse> GetRole(const std::string& name) {
    m::GetRoleRequest input;
    input.role_name = name;
    return cloud.Call<m::op::GetRole>(input);
  }
  /// One step of a stack's operation on a resource.
  template <class Step>
  auto Apply(Step step, const json::Object& properties, const json::Object& previous = {},
             const std::string& physical_id = "") {
    RequestContext context = cloud.Context();
    ResourceRequest request{
        context,    "stack",  "arn:stack", "Logical",
        properties, previous, physical_id, {{"aws:cloudformation:stack-name", "stack"}}};
    return step(request);
  }

  TestCloud cloud;
  std::unique_ptr<Service> iam = MakeIam(cloud.registry);
};

TEST_F(IamTest, CreateRoleReadsBackWithItsDocumentEncoded) {
  m::CreateRoleRequest input;
  input.role_name = "worker";
  input.path = "/team/";
  input.assume_role_policy_document = kTrust;
  input.tags.emplace(1);
  input.tags->front().key = "a";
  input.tags->front().value = "b";
  ASSERT_TRUE(cloud.Call<m::op::CreateRole>(input));
  const auto role = GetRole("WORKER");
  ASSERT_TRUE(role);
  EXPECT_EQ(role->role->arn, "arn:aws:iam::123456789012:role/team/worker");
  EXPECT_EQ(role->role->role_id->substr(0, 4), "AROA");
  EXPECT_EQ(role->role->role_id->size(), 21U);
  EXPECT_EQ(role->role->max_session_duration, 3600);
  EXPECT_EQ(role->role->assume_role_policy_document->substr(0, 30),
            "%7B%22Version%22%3A%222012-10-");
  EXPECT_EQ(role->role->tags->size(), 1U);
}

TEST_F(IamTest, ErrorsHaveIamsTexts) {
  EXPECT_EQ(GetRole("x").error().message, "The role with name x cannot be found.");
  EXPECT_EQ(GetRole("x").error().code, "NoSuchEntity");
  ASSERT_TRUE(CreateRole("x"));
  EXPECT_EQ(CreateRole("X").error().message, "Role with name X already exists.");
  EXPECT_EQ(Attach("x", "arn:aws:iam::123456789012:policy/none").error().message,
            "Policy arn:aws:iam::123456789012:policy/none does not exist or is not attachable.");
  m::CreateRoleRequest bad;
  bad.role_name = "bad";
  for (const char* document : {"{", "[]", R"({"Statement":[]x})", kPolicy}) {
    bad.assume_role_policy_document = document;
    EXPECT_EQ(cloud.Call<m::op::CreateRole>(bad).error().code, "MalformedPolicyDocument")
        << document;
  }
  EXPECT_EQ(cloud.Call<m::op::CreateRole>(bad).error().message, "Has prohibited field Resource");
}

TEST_F(IamTest, DeleteRoleMustFindItBare) {
  ASSERT_TRUE(CreateRole("x"));
  ASSERT_TRUE(Attach("x", kBasic));
  EXPECT_EQ(DeleteRole("x").error().message,
            "Cannot delete entity, must detach all policies first.");
  m::DetachRolePolicyRequest detach;
  detach.role_name = "x";
  detach.policy_arn = kBasic;
  ASSERT_TRUE(cloud.Call<m::op::DetachRolePolicy>(detach));
  m::PutRolePolicyRequest put;
  put.role_name = "x";
  put.policy_name = "p";
  put.policy_document = kPolicy;
  ASSERT_TRUE(cloud.Call<m::op::PutRolePolicy>(put));
  EXPECT_EQ(DeleteRole("x").error().message, "Cannot delete entity, must delete policies first.");
  EXPECT_EQ(DeleteRole("x").error().http_status, 409);
  m::DeleteRolePolicyRequest remove;
  remove.role_name = "x";
  remove.policy_name = "p";
  ASSERT_TRUE(cloud.Call<m::op::DeleteRolePolicy>(remove));
  EXPECT_TRUE(DeleteRole("x"));
}

TEST_F(IamTest, ListRolesGoesPageByPage) {
  for (const char* name : {"c", "a", "B"}) ASSERT_TRUE(CreateRole(name));
  m::ListRolesRequest input;
  input.max_items = 2;
  const auto first = cloud.Call<m::op::ListRoles>(input);
  ASSERT_EQ(first->roles->size(), 2U);
  EXPECT_EQ(first->roles->at(1).role_name, "B");
  EXPECT_EQ(first->is_truncated, true);
  input.marker = first->marker;
  const auto second = cloud.Call<m::op::ListRoles>(input);
  ASSERT_EQ(second->roles->size(), 1U);
  EXPECT_EQ(second->is_truncated, false);
  input.marker = "!";
  EXPECT_FALSE(cloud.Call<m::op::ListRoles>(input));
}

TEST_F(IamTest, PoliciesAreKeptWhileAttached) {
  m::CreatePolicyRequest input;
  input.policy_name = "p";
  input.policy_document = kPolicy;
  const auto policy = cloud.Call<m::op::CreatePolicy>(input);
  ASSERT_TRUE(policy);
  EXPECT_EQ(cloud.Call<m::op::CreatePolicy>(input).error().code, "EntityAlreadyExists");
  ASSERT_TRUE(CreateRole("x"));
  ASSERT_TRUE(Attach("x", *policy->policy->arn));
  m::DeletePolicyRequest remove;
  remove.policy_arn = policy->policy->arn;
  EXPECT_EQ(cloud.Call<m::op::DeletePolicy>(remove).error().message,
            "Cannot delete a policy attached to entities.");
  m::GetPolicyRequest get;
  get.policy_arn = kBasic;
  EXPECT_EQ(cloud.Call<m::op::GetPolicy>(get).error().code, "NotImplemented");
  get.policy_arn = policy->policy->arn;
  EXPECT_EQ(cloud.Call<m::op::GetPolicy>(get)->policy->attachment_count, 1);
  m::GetPolicyVersionRequest version;
  version.policy_arn = policy->policy->arn;
  version.version_id = "v1";
  EXPECT_EQ(cloud.Call<m::op::GetPolicyVersion>(version)->policy_version->is_default_version, true);
}

TEST_F(IamTest, RoleTypeMakesChangesReplacesAndRemoves) {
  const ResourceType* const type = cloud.resource_types.Find("AWS::IAM::Role");
  ASSERT_NE(type, nullptr);
  const std::string trust = std::string(R"("AssumeRolePolicyDocument":)") + kTrust;
  const json::Object one =
      Properties("{" + trust + R"(,"ManagedPolicyArns":[")" + kBasic +
                 R"("],"Policies":[{"PolicyName":"p","PolicyDocument":)" + kPolicy + "}]}");
  const auto made = Apply(type->create, one);
  ASSERT_TRUE(made) << made.error().message;
  const auto role = GetRole(made->physical_id);
  EXPECT_EQ(*made->attributes.Find("Arn")->AsString(), *role->role->arn);
  EXPECT_EQ(role->role->tags->front().key, "aws:cloudformation:stack-name");
  EXPECT_EQ(DeleteRole(made->physical_id).error().code, "DeleteConflict");

  const json::Object two = Properties("{" + trust + R"(,"MaxSessionDuration":"7200"})");
  const auto changed = Apply(type->update, two, one, made->physical_id);
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_EQ(changed->physical_id, made->physical_id);
  EXPECT_EQ(GetRole(made->physical_id)->role->max_session_duration, 7200);

  const json::Object three = Properties("{" + trust + R"(,"RoleName":"named"})");
  EXPECT_EQ(Apply(type->update, three, two, made->physical_id)->physical_id, "named");
  EXPECT_TRUE(Apply(type->remove, two, {}, made->physical_id));
  EXPECT_TRUE(Apply(type->remove, two, {}, made->physical_id));
  EXPECT_FALSE(GetRole(made->physical_id));
  EXPECT_TRUE(GetRole("named"));
}

TEST_F(IamTest, RoleTypeLeavesNothingOfAFailedCreate) {
  const ResourceType* const type = cloud.resource_types.Find("AWS::IAM::Role");
  const auto made =
      Apply(type->create,
            Properties(std::string(R"({"RoleName":"r",)") + R"("AssumeRolePolicyDocument":)" +
                       kTrust + R"(,"ManagedPolicyArns":["nonsense-of-an-arn"]})"));
  EXPECT_FALSE(made);
  EXPECT_EQ(GetRole("r").error().code, "NoSuchEntity");
}

TEST_F(IamTest, PolicyTypesFollowTheirRoles) {
  ASSERT_TRUE(CreateRole("r"));
  const ResourceType* const inline_type = cloud.resource_types.Find("AWS::IAM::Policy");
  const json::Object on_role = Properties(
      std::string(R"({"PolicyName":"p","Roles":["r"],"PolicyDocument":)") + kPolicy + "}");
  const auto made = Apply(inline_type->create, on_role);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(DeleteRole("r").error().message, "Cannot delete entity, must delete policies first.");
  EXPECT_TRUE(Apply(inline_type->remove, on_role, {}, made->physical_id));

  const ResourceType* const managed_type = cloud.resource_types.Find("AWS::IAM::ManagedPolicy");
  const auto managed = Apply(managed_type->create, on_role);
  ASSERT_TRUE(managed) << managed.error().message;
  EXPECT_TRUE(managed->physical_id.starts_with("arn:aws:iam::123456789012:policy/stack-Logical-"));
  EXPECT_FALSE(DeleteRole("r"));
  EXPECT_TRUE(Apply(managed_type->remove, on_role, {}, managed->physical_id));
  EXPECT_TRUE(DeleteRole("r"));
}

TEST_F(IamTest, GetUserIsTheRoot) {
  EXPECT_EQ(cloud.Call<m::op::GetUser>({})->user->arn, "arn:aws:iam::123456789012:root");
}

}  // namespace
}  // namespace iatk::cloud

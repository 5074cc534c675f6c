// Schemas and the numbers of their versions.
#include <gtest/gtest.h>

#include "iatk/cloud/dispatch/test_cloud.h"
#include "iatk/cloud/services/schemas/service.h"

namespace iatk::cloud {
namespace {

namespace m = model::schemas;
using std::chrono::seconds;
using Strings = std::vector<std::string>;

constexpr const char* kDraft4 =
    R"({"$schema":"http://json-schema.org/draft-04/schema#","type":"object"})";

class SchemasTest : public testing::Test {
 protected:
  SchemasTest() {
    m::CreateRegistryRequest input;
    input.registry_name = "shop";
    EXPECT_TRUE(cloud.Call<m::op::CreateRegistry>(input).has_value());
  }
  Result<m::CreateSchemaResponse> Create(const std::string& content,
                                         const std::string& type = "JSONSchemaDraft4") {
    m::CreateSchemaRequest input;
    input.registry_name = "shop";
    input.schema_name = "order";
    input.content = content;
    input.type = type;
    return cloud.Call<m::op::CreateSchema>(input);
  }
  std::string Update(const std::string& content) {
    m::UpdateSchemaRequest input;
    input.registry_name = "shop";
    input.schema_name = "order";
    input.content = content;
    return cloud.Call<m::op::UpdateSchema>(input).value().schema_version.value_or("");
  }
  Result<model::Empty> DeleteVersion(const std::string& version) {
    m::DeleteSchemaVersionRequest input;
    input.registry_name = "shop";
    input.schema_name = "order";
    input.schema_version = version;
    return cloud.Call<m::op::DeleteSchemaVersion>(input);
  }
  Strings Versions() {
    m::ListSchemaVersionsRequest input;
    input.registry_name = "shop";
    input.schema_name = "order";
    Strings numbers;
    const auto output = cloud.Call<m::op::ListSchemaVersions>(input).value();
    for (const auto& one : *output.schema_versions) {
      numbers.push_back(*one.schema_version);
    }
    return numbers;
  }

  TestCloud cloud;
  std::unique_ptr<Service> schemas = MakeSchemas(cloud.registry);
};

TEST_F(SchemasTest, VersionsCountUpAndTheSameContentIsNone) {
  ASSERT_TRUE(Create(kDraft4).has_value());
  EXPECT_EQ(Update(kDraft4), "1");
  EXPECT_EQ(Update(R"({"type":"string"})"), "2");
  EXPECT_EQ(Update(kDraft4), "3");
  EXPECT_EQ(Versions(), (Strings{"3", "2", "1"}));
}

TEST_F(SchemasTest, NumbersOfDeletedVersionsAreNotUsedAgain) {
  ASSERT_TRUE(Create(kDraft4).has_value());
  EXPECT_EQ(Update(R"({"type":"string"})"), "2");
  ASSERT_TRUE(DeleteVersion("2").has_value());
  EXPECT_EQ(DeleteVersion("2").error().code, "NotFoundException");
  EXPECT_EQ(Update(R"({"type":"number"})"), "3");
  EXPECT_EQ(Versions(), (Strings{"3", "1"}));
}

TEST_F(SchemasTest, AVersionHasItsOwnDate) {
  ASSERT_TRUE(Create(kDraft4).has_value());
  cloud.loop.AdvanceBy(seconds(60));
  Update(R"({"type":"string"})");
  m::DescribeSchemaRequest input;
  input.registry_name = "shop";
  input.schema_name = "order";
  input.schema_version = "1";
  const auto first = cloud.Call<m::op::DescribeSchema>(input).value();
  EXPECT_EQ(first.version_created_date, TestCloud::Start());
  EXPECT_EQ(first.last_modified, TestCloud::Start() + seconds(60));
  EXPECT_EQ(first.content, kDraft4);
}

TEST_F(SchemasTest, ContentMustBeWhatItsTypeSays) {
  EXPECT_EQ(Create("nonsense").error().code, "BadRequestException");
  EXPECT_EQ(Create("[]").error().code, "BadRequestException");
  EXPECT_EQ(Create(kDraft4, "OpenApi3").error().code, "BadRequestException");
  EXPECT_TRUE(Create(R"({"openapi":"3.0.0","info":{}})", "OpenApi3").has_value());
}

TEST_F(SchemasTest, ASchemaIsMadeOnceAndNotWithoutItsRegistry) {
  ASSERT_TRUE(Create(kDraft4).has_value());
  EXPECT_EQ(Create(kDraft4).error().code, "ConflictException");
  m::CreateSchemaRequest input;
  input.registry_name = "nowhere";
  input.schema_name = "order";
  input.content = kDraft4;
  input.type = "JSONSchemaDraft4";
  const auto made = cloud.Call<m::op::CreateSchema>(input);
  EXPECT_EQ(made.error().code, "NotFoundException");
  EXPECT_EQ(made.error().message, "Registry with name nowhere does not exist.");
}

}  // namespace
}  // namespace iatk::cloud

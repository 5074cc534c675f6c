#include "iatk/client/endpoint.h"

#include <gtest/gtest.h>

#include "iatk/client/test_world.h"
#include "iatk/model/sqs/operations.h"

namespace iatk::client {
namespace {

class EndpointTest : public ClientWorld {
 protected:
  Result<Endpoint> Find(const std::string& region = "eu-west-1", const std::string& profile = "") {
    IATK_TRY(const Settings settings, Settings::Load(environment(), profile));
    return FindEndpoint(settings, *model::sqs::op::SendMessage::Table().service, region);
  }
};

TEST_F(EndpointTest, IsTheServicesOwnInThePartitionOfTheRegion) {
  EXPECT_EQ(Find()->origin, "https://sqs.eu-west-1.amazonaws.com");
  EXPECT_EQ(Find("cn-north-1")->origin, "https://sqs.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(Find("us-iso-east-1")->origin, "https://sqs.us-iso-east-1.c2s.ic.gov");
  EXPECT_EQ(Find("eu-west-1")->signing_region, "eu-west-1");
  EXPECT_FALSE(Find()->is_custom);
}

TEST_F(EndpointTest, MayBeFipsOrDualStack) {
  environment_["AWS_USE_FIPS_ENDPOINT"] = "true";
  EXPECT_EQ(Find("us-east-1")->origin, "https://sqs-fips.us-east-1.amazonaws.com");
  environment_["AWS_USE_DUALSTACK_ENDPOINT"] = "true";
  EXPECT_EQ(Find("us-east-1")->origin, "https://sqs-fips.us-east-1.api.aws");
  environment_.erase("AWS_USE_FIPS_ENDPOINT");
  environment_.erase("AWS_USE_DUALSTACK_ENDPOINT");
  Write(".aws/config", "[default]\nuse_dualstack_endpoint = true\n");
  EXPECT_EQ(Find("us-east-1")->origin, "https://sqs.us-east-1.api.aws");
}

TEST_F(EndpointTest, TheUsersGoFirstAndTheServicesBeforeTheGeneral) {
  Write(".aws/config",
        "[profile dev]\nendpoint_url = http://profile\nservices = mine\n"
        "[services mine]\nsqs =\n  endpoint_url = http://section/base/\n");
  EXPECT_EQ(Find("eu-west-1", "dev")->origin, "http://section");
  EXPECT_EQ(Find("eu-west-1", "dev")->base_path, "/base");
  environment_["AWS_ENDPOINT_URL"] = "http://general";
  EXPECT_EQ(Find("eu-west-1", "dev")->origin, "http://section");
  EXPECT_EQ(Find()->origin, "http://general");
  environment_["AWS_ENDPOINT_URL_SQS"] = "http://service";
  EXPECT_EQ(Find("eu-west-1", "dev")->origin, "http://service");
  EXPECT_TRUE(Find()->is_custom);
  environment_["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
  EXPECT_EQ(Find("eu-west-1", "dev")->origin, "https://sqs.eu-west-1.amazonaws.com");
}

TEST_F(EndpointTest, WhatIsNoUrlIsRefused) {
  for (const char* const url :
       {"localhost:4566", "ftp://x", "http://", "http://a b", "http://u@h"}) {
    environment_["AWS_ENDPOINT_URL"] = url;
    const auto endpoint = Find();
    ASSERT_FALSE(endpoint.has_value()) << url;
    EXPECT_EQ(endpoint.error().code, "InvalidEndpoint");
  }
}

}  // namespace
}  // namespace iatk::client

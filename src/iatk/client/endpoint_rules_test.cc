#include "iatk/client/endpoint_rules.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "iatk/json/parse.h"

namespace iatk::client {
namespace {

json::Value Read(std::string_view text) {
  auto value = json::Parse(text, {.max_depth = 128, .max_bytes = std::size_t{1} << 22});
  EXPECT_TRUE(value.has_value());
  return value.value_or(json::Value());
}

class EndpointConformance : public testing::TestWithParam<const char*> {};

TEST_P(EndpointConformance, EveryRecordedEndpoint) {
  const char* const folder = std::getenv("IATK_CONFORMANCE_DIR");
  std::ifstream file(std::string(folder == nullptr ? "" : folder) + "/endpoints/" + GetParam() +
                     ".json");
  if (!file) GTEST_SKIP() << "no recorded answers in IATK_CONFORMANCE_DIR";
  const json::Value vectors =
      Read(std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()));
  const json::Value rules = Read(EndpointRulesOf(GetParam()));
  const json::Value partitions = Read(Partitions());
  ASSERT_NE(vectors.Find("testCases"), nullptr);
  int cases = 0;
  for (const json::Value& one : *vectors.Find("testCases")->AsArray()) {
    const json::Value* const given = one.Find("params");
    const auto endpoint = EvaluateEndpointRules(
        rules, partitions, given == nullptr ? json::Object() : *given->AsObject());
    const json::Value& expected = *one.Find("expect");
    const std::string& name = *one.FindString("documentation");
    ++cases;
    if (const std::string* error = expected.FindString("error")) {
      ASSERT_FALSE(endpoint.has_value()) << name;
      EXPECT_EQ(endpoint.error().message, *error) << name;
      continue;
    }
    ASSERT_TRUE(endpoint.has_value()) << name << ": " << endpoint.error().message;
    EXPECT_EQ(endpoint->url, *expected.Find("endpoint")->FindString("url")) << name;
    if (const json::Value* properties = expected.Find("endpoint")->Find("properties")) {
      EXPECT_TRUE(Equal(endpoint->properties, *properties)) << name;
    }
  }
  EXPECT_GT(cases, 20);
}

INSTANTIATE_TEST_SUITE_P(Services, EndpointConformance, testing::Values("events", "sqs", "xray"));

TEST(EndpointRulesTest, EveryServiceThatTheKitCallsHasRulesThatHold) {
  const json::Value partitions = Read(Partitions());
  for (const char* const service : {"cloudformation", "events", "resourcegroupstaggingapi",
                                    "schemas", "sns", "sqs", "sso", "sso-oidc", "sts", "xray"}) {
    const auto endpoint = EvaluateEndpointRules(Read(EndpointRulesOf(service)), partitions,
                                                json::Object{{"Region", "eu-central-1"}});
    ASSERT_TRUE(endpoint.has_value()) << service << ": " << endpoint.error().message;
    EXPECT_TRUE(endpoint->url.starts_with("https://")) << endpoint->url;
    EXPECT_TRUE(endpoint->url.ends_with(".eu-central-1.amazonaws.com")) << endpoint->url;
  }
}

TEST(EndpointRulesTest, RulesThatAskForMoreThanIsThereAreRefusedByName) {
  const json::Value rules = Read(
      R"({"parameters":{"Region":{"type":"string"}},"rules":[{"conditions":[
          {"fn":"aws.parseArn","argv":[{"ref":"Region"}]}],"endpoint":{"url":"https://x"}}]})");
  const auto endpoint =
      EvaluateEndpointRules(rules, Read(Partitions()), json::Object{{"Region", "eu-west-1"}});
  ASSERT_FALSE(endpoint.has_value());
  EXPECT_EQ(endpoint.error().code, "EndpointRulesNotSupported");
  EXPECT_NE(endpoint.error().message.find("aws.parseArn"), std::string::npos);
}

TEST(EndpointRulesTest, RulesThatNestForEverAreRefused) {
  std::string nested = R"({"endpoint":{"url":"https://x"}})";
  for (int i = 0; i < 100; ++i) nested = R"({"rules":[)" + nested + "]}";
  const auto parsed = json::Parse("{\"rules\":[" + nested + "]}", {.max_depth = 1000});
  ASSERT_TRUE(parsed.has_value());
  EXPECT_FALSE(EvaluateEndpointRules(*parsed, Read(Partitions()), {}).has_value());
}

}  // namespace
}  // namespace iatk::client

// The kit against a local cloud with the stack of examples/gtest-orders, whose name is orders.
#include "iatk/kit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;
namespace json = iatk::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;

const json::Value kSchema = json::Object{
    {"type", "object"},
    {"required", json::Array{"total"}},
    {"properties",
     json::Object{{"total", json::Object{{"type", "integer"}, {"minimum", 1}, {"maximum", 9}}},
                  {"note", json::Object{{"type", "string"}}}}}};

iatk::Kit TheKit() { return iatk::Kit::Make().value(); }

TEST(Kit, FindsWhatWasDeployed) {
  const iatk::Kit kit = TheKit();
  EXPECT_THAT(kit.StackOutputs("orders").value(), Contains(Pair("Bus", "orders")));
  EXPECT_THAT(kit.StackOutputs("orders", {"OrderPaid"}).value(), SizeIs(1));
  EXPECT_EQ(kit.PhysicalId("orders", "Bus").value(), "orders");
}

TEST(Kit, TellsWhichOutputOrStackIsMissing) {
  const iatk::Kit kit = TheKit();
  EXPECT_THAT(kit.StackOutputs("orders", {"Bus", "Boss"}).error().message, HasSubstr("Boss"));
  const iatk::Error error = kit.PhysicalId("none", "Bus").error();
  EXPECT_EQ(error.service, "CloudFormation");
  EXPECT_EQ(error.operation, "DescribeStackResource");
  EXPECT_FALSE(error.retryable);
}

TEST(Kit, TakesItsOptionsBeforeTheEnvironment) {
  EXPECT_EQ(iatk::Kit::Make({.region = "eu-west-1"})->region(), "eu-west-1");
  const iatk::Kit nowhere = iatk::Kit::Make({.endpoint_url = "no-url"}).value();
  EXPECT_EQ(nowhere.StackOutputs("orders").error().code, "InvalidEndpoint");
  EXPECT_EQ(iatk::Kit::Make({.profile = "none"}).error().code, "ProfileNotFound");
}

TEST(Kit, PublishesAndKnowsThatTheBusTookIt) {
  const iatk::Kit kit = TheKit();
  const iatk::Published published =
      kit.Publish({{.source = "a", .detail_type = "b"}, {.source = "a", .detail_type = "c"}},
                  {.correlation_id = "c-1"})
          .value();
  EXPECT_THAT(published.event_ids, SizeIs(2));
  EXPECT_EQ(published.correlation_id, "c-1");
  EXPECT_THAT(published.event_pattern, HasSubstr("c-1"));
  EXPECT_THAT(published.LastSeen().value(), HasSubstr("event bus default: it took the event"));
  EXPECT_THAT(kit.Publish({{.source = "a"}}).error().message, HasSubstr("DetailType"));
  EXPECT_EQ(kit.Publish({}).error().code, "InvalidParams");
  EXPECT_FALSE(iatk::Published().LastSeen().ok());
}

TEST(Kit, MakesMockEventsOfASchema) {
  const iatk::Kit kit = TheKit();
  const auto full = kit.MockEvents({.schema = kSchema, .seed = 7}).value();
  ASSERT_THAT(full, SizeIs(1));
  EXPECT_NE(full[0].event.Find("note"), nullptr);
  EXPECT_EQ(kit.MockEvents({.schema = kSchema, .seed = 7})->at(0).event, full[0].event);
  const auto minimal = kit.MockEvents(
      {.schema = kSchema, .variant = iatk::MockVariant::kMinimal, .skip_optional = true});
  EXPECT_EQ(minimal->at(0).event.Find("note"), nullptr);
  std::vector<std::string> broken;
  for (const iatk::MockEvent& mock :
       kit.MockEvents({.schema = kSchema, .variant = iatk::MockVariant::kInvalid}).value()) {
    broken.push_back(mock.keyword);
  }
  EXPECT_THAT(broken, Contains("maximum"));
  EXPECT_THAT(broken, Contains("required"));
  EXPECT_THAT(*kit.MockEvents({.schema = kSchema, .variant = iatk::MockVariant::kBoundary}),
              Not(SizeIs(0)));
}

TEST(Kit, PutsAMockEventIntoAnEnvelope) {
  const auto events = TheKit().MockEvents({.schema = kSchema,
                                           .envelope = true,
                                           .source = "shop",
                                           .detail_type = "order",
                                           .resources = {"arn:r"},
                                           .time = iatk::Time(1'700'000'000s)});
  const json::Value& event = events->at(0).event;
  EXPECT_EQ(json::At(event, "/source"), "shop");
  EXPECT_EQ(json::At(event, "/resources/0"), "arn:r");
  EXPECT_EQ(json::At(event, "/account"), "123456789012");
  EXPECT_EQ(json::At(event, "/time"), "2023-11-14T22:13:20Z");
  EXPECT_FALSE(json::At(event, "/detail/total").is_null());
}

TEST(Kit, RefusesASchemaThatItHasNot) {
  const iatk::Kit kit = TheKit();
  EXPECT_EQ(kit.MockEvents({}).error().code, "InvalidParams");
  const iatk::Error none = kit.MockEvents({.registry_name = "r", .schema_name = "s"}).error();
  EXPECT_EQ(none.operation, "DescribeSchema");
  EXPECT_EQ(none.http_status, 404);
}

TEST(Kit, CollectsWhatWasLeftBehind) {
  const iatk::Kit kit = TheKit();
  iatk::Listener left = kit.Listen({.event_bus_name = "orders"}).value();
  left.Release();
  const auto is_left = [&](const iatk::Leaving& one) { return one.id == left.id(); };
  EXPECT_THAT(kit.CollectGarbage().value(), Not(Contains(::testing::Truly(is_left))));
  const auto removed = kit.CollectGarbage({.older_than = 0s}).value();
  ASSERT_THAT(removed, Contains(::testing::Truly(is_left)));
  for (const iatk::Leaving& one : removed) {
    if (!is_left(one)) continue;
    EXPECT_EQ(one.error, "");
    EXPECT_THAT(one.resources, SizeIs(2));
  }
  EXPECT_THAT(kit.CollectGarbage({.dry_run = true, .older_than = 0s}).value(),
              Not(Contains(::testing::Truly(is_left))));
}

}  // namespace

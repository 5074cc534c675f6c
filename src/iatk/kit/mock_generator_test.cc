#include "iatk/kit/mock_generator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "iatk/json/parse.h"
#include "iatk/json/write.h"

namespace iatk::kit {
namespace {

using testing::HasSubstr;

// As the registry of AWS's own events writes them.
constexpr char kAws[] =
    R"({"openapi":"3.0.0","info":{"version":"1.0.0","title":"Finding"},"paths":{},
  "components":{"schemas":{
    "AWSEvent":{"type":"object","required":["detail-type","resources","id","source","time","detail",
      "region","version","account"],"x-amazon-events-detail-type":"Shop Finding",
      "x-amazon-events-source":"aws.shop","properties":{
        "detail":{"$ref":"#/components/schemas/Finding"},"detail-type":{"type":"string"},
        "resources":{"type":"array","items":{"type":"string"}},"id":{"type":"string"},
        "source":{"type":"string"},"time":{"type":"string","format":"date-time"},
        "region":{"type":"string","enum":["ap-south-1","eu-west-1","us-east-1"]},
        "version":{"type":"string"},"account":{"type":"string"}}},
    "Finding":{"type":"object","required":["severity"],"properties":{
        "severity":{"type":"integer","minimum":1,"maximum":9}}}}}})";

MockParams Params(MockVariant variant = MockVariant::kFull) {
  MockParams params;
  params.variant = variant;
  params.time = Time(std::chrono::seconds(1'600'000'000));
  return params;
}

Result<std::vector<MockEvent>> Make(const char* schema, const MockParams& params,
                                    std::string_view name = {}) {
  return MakeMockEvents({*json::Parse(schema), ""}, name, params);
}

TEST(MockGenerator, AnEventOfAwsHasItsSourceAndDetailType) {
  const auto events = Make(kAws, Params());
  ASSERT_TRUE(events) << events.error().message;
  EXPECT_EQ(*events->front().event.FindString("source"), "aws.shop");
  EXPECT_EQ(*events->front().event.FindString("detail-type"), "Shop Finding");
}

TEST(MockGenerator, TheEnvelopeIsFilledInWhereTheSchemaTakesIt) {
  MockParams params = Params(MockVariant::kMinimal);
  params.envelope = true;
  params.region = "mars-north-1";
  const auto events = Make(kAws, params);
  ASSERT_TRUE(events) << events.error().message;
  const json::Value& event = events->front().event;
  EXPECT_EQ(*event.FindString("version"), "0");
  EXPECT_EQ(*event.FindString("account"), "123456789012");
  EXPECT_EQ(*event.FindString("time"), "2020-09-13T12:26:40Z");
  EXPECT_EQ(*event.FindString("region"), "ap-south-1");
  EXPECT_EQ(json::Write(*event.Find("detail")), R"({"severity":1})");
}

TEST(MockGenerator, TheEnvelopeIsPutAroundADetail) {
  MockParams params = Params(MockVariant::kMinimal);
  params.envelope = true;
  params.resources = {"arn:aws:s3:::bucket"};
  const auto events = Make(R"({"type":"object"})", params, "com.shop@Order");
  ASSERT_TRUE(events) << events.error().message;
  json::Value event = events->front().event;
  EXPECT_EQ(event.FindString("id")->size(), 36U);
  event.AsObject()->Erase("id");
  EXPECT_EQ(json::Write(event),
            R"({"version":"0","detail-type":"Order","source":"com.shop","account":"123456789012",)"
            R"("time":"2020-09-13T12:26:40Z","region":"us-east-1",)"
            R"("resources":["arn:aws:s3:::bucket"],"detail":{}})");
}

TEST(MockGenerator, ABrokenEventStaysBrokenInItsEnvelope) {
  MockParams params = Params(MockVariant::kInvalid);
  params.envelope = true;
  const auto events = Make(kAws, params);
  ASSERT_TRUE(events) << events.error().message;
  bool lacks_source = false;
  for (const MockEvent& event : *events) {
    if (event.note != "lacks \"source\"") continue;
    lacks_source = true;
    EXPECT_EQ(event.event.Find("source"), nullptr);
    EXPECT_EQ(event.keyword, "required");
  }
  EXPECT_FALSE(lacks_source);  // one case for each place and keyword: the first member that lacks
  EXPECT_EQ(std::ranges::count(*events, "required", &MockEvent::keyword), 2);
}

TEST(MockGenerator, TheSchemaOfTheEventIsFound) {
  EXPECT_TRUE(Make(R"({"components":{"schemas":{"Only":{"type":"object"}}}})", Params()));
  constexpr char kTwo[] = R"({"components":{"schemas":{"A":{"type":"object"},"B":{"enum":[7]}}}})";
  EXPECT_THAT(Make(kTwo, Params()).error().message,
              HasSubstr("no eventRef specified to generate a mock event; the schema has A, B"));
  MockParams params = Params();
  for (const char* reference : {"B", "#/components/schemas/B"}) {
    params.event_ref = reference;
    EXPECT_EQ(json::Write(Make(kTwo, params)->front().event), "7");
  }
  params.event_ref = "#/definitions/x";
  EXPECT_EQ(json::Write(Make(R"({"definitions":{"x":{"enum":[8]}}})", params)->front().event), "8");
  params.event_ref = "x";
  EXPECT_THAT(Make(R"({"definitions":{}})", params).error().message,
              HasSubstr("the event ref of a JSON schema is a reference"));
}

TEST(MockGenerator, TheSameSeedAndTimeGiveTheSameBytes) {
  const auto text = [](std::uint64_t seed) {
    MockParams params = Params();
    params.envelope = true;
    params.seed = seed;
    return json::Write(Make(kAws, params)->front().event);
  };
  EXPECT_EQ(text(1), text(1));
  EXPECT_NE(text(1), text(2));
}

TEST(MockGenerator, VariantsHaveNames) {
  EXPECT_EQ(*MockVariantOf("boundary"), MockVariant::kBoundary);
  EXPECT_EQ(MockVariantOf("x").error().message,
            "there is no variant x: it is minimal, full, boundary or invalid");
}

}  // namespace
}  // namespace iatk::kit

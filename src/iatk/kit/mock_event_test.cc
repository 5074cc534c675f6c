#include "iatk/kit/mock_event.h"

#include <gtest/gtest.h>

#include "iatk/json/parse.h"
#include "iatk/json/write.h"

namespace iatk::kit {
namespace {

const ManualClock kClock(Time(std::chrono::seconds(1'600'000'000)));

std::string Make(const char* schema, const char* type, MockEventOptions options = {}) {
  const auto event = MakeBareboneEvent(*json::Parse(schema), type, options, kClock);
  return event ? json::Write(*event) : "error: " + event.error().message;
}

TEST(MockEvent, EveryTypeHasItsBarestValue) {
  EXPECT_EQ(
      Make(R"({"type":"object","properties":{"s":{"type":"string"},"n":{"type":"number"},
                    "i":{"type":"integer"},"b":{"type":"boolean"},"a":{"type":"array"},
                    "t":{"type":"string","format":"date-time"},"e":{"enum":["x","y"]},
                    "u":{"type":["null","string"]}}})",
           "JSONSchemaDraft4"),
      R"({"s":"","n":0,"i":0,"b":false,"a":[],"t":"2020-09-13T12:26:40.000Z","e":"x","u":""})");
}

TEST(MockEvent, SkipOptionalKeepsWhatIsRequired) {
  EXPECT_EQ(Make(R"({"type":"object","required":["a"],"properties":{"a":{"type":"object",
                    "properties":{"free":{"type":"string"}}},"b":{"type":"string"}}})",
                 "JSONSchemaDraft4", {.event_ref = {}, .skip_optional = true}),
            R"({"a":{"free":""}})");
}

TEST(MockEvent, OpenApiTakesTheNamedComponentAndFollowsReferences) {
  constexpr char kSchema[] =
      R"({"components":{"schemas":{"Event":{"type":"object","properties":{
          "detail":{"$ref":"#/components/schemas/Detail"}}},
          "Detail":{"allOf":[{"properties":{"a":{"type":"string"}}},{"properties":{"b":{"const":2}}}]}}}})";
  EXPECT_EQ(Make(kSchema, "OpenApi3", {.event_ref = "Event"}), R"({"detail":{"a":"","b":2}})");
  EXPECT_EQ(Make(kSchema, "OpenApi3", {.event_ref = "#/components/schemas/Event"}),
            R"({"detail":{"a":"","b":2}})");
  EXPECT_EQ(Make(kSchema, "OpenApi3"), "error: no eventRef specified to generate a mock event");
  EXPECT_EQ(Make("{}", "JSONSchemaDraft4", {.event_ref = "Event"}),
            "error: event ref not supported for json schemas");
}

TEST(MockEvent, WhatRefersToItselfEnds) {
  EXPECT_EQ(Make(R"({"type":"object","properties":{"next":{"$ref":"#"}}})", "JSONSchemaDraft4"),
            "{}");
  EXPECT_EQ(
      Make(R"({"type":"object","properties":{"a":{"$ref":"#"},"b":{"$ref":"#"},"c":{"$ref":"#"}}})",
           "JSONSchemaDraft4"),
      "{}");
}

TEST(MockEvent, AReferenceToNothingIsAnError) {
  EXPECT_EQ(
      Make(R"({"type":"object","properties":{"a":{"$ref":"#/nowhere"}}})", "JSONSchemaDraft4"),
      "error: the schema can't be used: reference \"#/nowhere\" names nothing");
}

TEST(MockEvent, WhatWouldNotBeValidIsMadeValid) {
  EXPECT_EQ(Make(R"({"type":"object","required":["id","n","tags","mail"],"properties":{
                    "id":{"type":"string","pattern":"^ord-[0-9]{3}$"},"n":{"minimum":7},
                    "tags":{"type":"array","minItems":2,"items":{"enum":["a"]}},
                    "mail":{"type":"string","minLength":3,"maxLength":3}}})",
                 "JSONSchemaDraft4")
                .substr(0, 11),
            R"({"id":"ord-)");
  EXPECT_EQ(Make(R"({"$ref":"#/definitions/o","definitions":{"o":{"type":"object",
                    "properties":{"s":{"$ref":"#/definitions/s"}}},"s":{"type":"string"}}})",
                 "JSONSchemaDraft4"),
            R"({"s":""})");
}

TEST(MockEvent, WhatNothingMeetsIsNamed) {
  EXPECT_EQ(Make(R"({"type":"object","required":["a"],"properties":{"a":{"type":"string",
                    "minLength":5,"maxLength":3}}})",
                 "JSONSchemaDraft4"),
            "error: no value was found that meets the schema: at /a, "
            "#/properties/a/minLength: is above a maxLength");
}

}  // namespace
}  // namespace iatk::kit

#include <utility>

#include "iatk/base/time_text.h"
#include "iatk/json/parse.h"
#include "iatk/kit/mock_generator.h"
#include "iatk/rpc/method_parts.h"
#include "iatk/rpc/methods.h"

namespace iatk::rpc {
namespace {

using enum ParamType;

// Schema: the document itself or its text, instead of a place in a registry. Time: RFC 3339; by
// default now, or with a Seed a time that stands still.
constexpr ParamSpec kGenerateParams[] = {{"RegistryName", kString},
                                         {"SchemaName", kString},
                                         {"SchemaVersion", kString},
                                         {"Schema", kJson},
                                         {"EventRef", kString},
                                         {"Variant", kString},
                                         {"Seed", kInteger},
                                         {"Time", kString},
                                         {"SkipOptional", kBoolean},
                                         {"Envelope", kBoolean},
                                         {"Source", kString},
                                         {"DetailType", kString},
                                         {"Account", kString},
                                         {"Resources", kStrings},
                                         kProfile,
                                         kRegion};

Result<kit::MockParams> ReadMockParams(const Params& params) {
  kit::MockParams mock;
  if (const std::string variant = params.String("Variant"); !variant.empty()) {
    IATK_TRY(mock.variant, kit::MockVariantOf(variant));
  }
  mock.event_ref = params.String("EventRef");
  mock.seed = static_cast<std::uint64_t>(params.Integer("Seed", 0));
  mock.skip_optional = params.Boolean("SkipOptional");
  mock.envelope = params.Boolean("Envelope");
  mock.source = params.String("Source");
  mock.detail_type = params.String("DetailType");
  if (const std::string account = params.String("Account"); !account.empty()) {
    mock.account = account;
  }
  mock.resources = params.Strings("Resources");
  mock.time = params.Find("Seed") != nullptr ? kit::kSeededTime : SystemClock().Now();
  if (const std::string text = params.String("Time"); !text.empty()) {
    const auto time = ParseIso8601(text);
    if (!time) return Fail(InvalidParams(text + " is no RFC 3339 time"));
    mock.time = *time;
  }
  return mock;
}

Result<json::Value> Generate(const Params& params, Sessions& sessions) {
  IATK_TRY(kit::MockParams mock, ReadMockParams(params));
  kit::RegisteredSchema schema;
  if (const json::Value* given = params.Find("Schema")) {
    schema.document = *given;
    if (const std::string* text = given->AsString()) {
      IATK_TRY(schema.document, json::Parse(*text));
    }
    if (!params.String("Region").empty()) mock.region = params.String("Region");
  } else {
    if (params.String("RegistryName").empty() || params.String("SchemaName").empty()) {
      return Fail(
          InvalidParams("requires both \"RegistryName\" and \"SchemaName\", or \"Schema\""));
    }
    IATK_TRY(const auto session, SessionOf(params, sessions));
    mock.region = session->region();
    IATK_TRY(schema, kit::FetchSchema(*session, {.registry = params.String("RegistryName"),
                                                 .schema = params.String("SchemaName"),
                                                 .version = params.String("SchemaVersion")}));
  }
  IATK_TRY(const auto events, kit::MakeMockEvents(schema, params.String("SchemaName"), mock));
  json::Array array;
  for (const kit::MockEvent& event : events) {
    array.push_back(json::Object{{"Event", event.event},
                                 {"Path", event.path},
                                 {"SchemaPath", event.schema_path},
                                 {"Keyword", event.keyword},
                                 {"Note", event.note}});
  }
  return json::Value(std::move(array));
}

constexpr Method kMethods[] = {{"mock.generate", kGenerateParams, Generate}};

}  // namespace

std::span<const Method> MockMethods() { return kMethods; }

}  // namespace iatk::rpc

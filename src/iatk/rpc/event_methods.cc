#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string_view>
#include <utility>

#include "iatk/base/time_text.h"
#include "iatk/json/parse.h"
#include "iatk/kit/distribution.h"
#include "iatk/kit/gc.h"
#include "iatk/kit/lost_event.h"
#include "iatk/kit/publish.h"
#include "iatk/kit/stack.h"
#include "iatk/lang/event_pattern/explain.h"
#include "iatk/rpc/method_parts.h"
#include "iatk/rpc/methods.h"

namespace iatk::rpc {
namespace {

using enum ParamType;

std::string StringOf(const json::Value& object, std::string_view key) {
  const std::string* text = object.FindString(key);
  return text == nullptr ? std::string() : *text;
}

// Events: [{"Source", "DetailType", "Detail": object or its text, "Resources", "Time" (RFC 3339),
// "EventBusName"}].
constexpr ParamSpec kPublishParams[] = {{"EventBusName", kString},
                                        {"Events", kJson},
                                        {"CorrelationId", kString},
                                        {"CorrelationKey", kString},
                                        {"TraceHeader", kString},
                                        kProfile,
                                        kRegion};

constexpr std::string_view kEventMembers[] = {"Source",    "DetailType", "Detail",
                                              "Resources", "Time",       "EventBusName"};

Result<kit::EventToPublish> ReadEvent(const json::Value& json) {
  if (json.AsObject() == nullptr) return Fail(InvalidParams("Events must hold objects"));
  for (const auto& [name, value] : *json.AsObject()) {
    if (std::ranges::find(kEventMembers, name) != std::end(kEventMembers)) continue;
    return Fail(
        InvalidParams(fmt::format("it has no {}, only {}", name, fmt::join(kEventMembers, ", "))));
  }
  kit::EventToPublish event;
  event.source = StringOf(json, "Source");
  event.detail_type = StringOf(json, "DetailType");
  event.event_bus_name = StringOf(json, "EventBusName");
  if (const json::Value* detail = json.Find("Detail")) {
    if (const std::string* text = detail->AsString()) {
      IATK_TRY(event.detail, json::Parse(*text).map_error(
                                 [](const Error& error) { return kit::Wrap("Detail", error); }));
    } else {
      event.detail = *detail;
    }
    if (event.detail.AsObject() == nullptr) {
      return Fail(InvalidParams("Detail must be a JSON object"));
    }
  }
  if (const json::Value* resources = json.Find("Resources")) {
    if (resources->AsArray() == nullptr) return Fail(InvalidParams("Resources must be an array"));
    for (const json::Value& resource : *resources->AsArray()) {
      if (resource.AsString() == nullptr) return Fail(InvalidParams("Resources must be strings"));
      event.resources.push_back(*resource.AsString());
    }
  }
  if (const std::string time = StringOf(json, "Time"); !time.empty()) {
    event.time = ParseIso8601(time);
    if (!event.time) return Fail(InvalidParams(fmt::format("{} is no RFC 3339 time", time)));
  }
  return event;
}

Result<json::Value> Publish(const Params& params, Sessions& sessions) {
  kit::PublishParams publish;
  publish.event_bus_name = params.String("EventBusName");
  publish.correlation_id = params.String("CorrelationId");
  if (params.Find("CorrelationKey") != nullptr) {
    publish.correlation_key = params.String("CorrelationKey");
  }
  publish.trace_header = params.String("TraceHeader");
  const json::Value* events = params.Find("Events");
  if (events == nullptr || events->AsArray() == nullptr) {
    return Fail(InvalidParams("missing required param \"Events\""));
  }
  for (const json::Value& event : *events->AsArray()) {
    IATK_TRY(kit::EventToPublish one, ReadEvent(event).map_error([&](const Error& error) {
      return kit::Wrap(fmt::format("event {}", publish.events.size()), error);
    }));
    publish.events.push_back(std::move(one));
  }
  IATK_TRY(const auto session, SessionOf(params, sessions));
  IATK_TRY(const kit::Published published, kit::Publish(*session, publish));
  json::Array ids;
  for (const std::string& id : published.event_ids) ids.emplace_back(id);
  return json::Value(json::Object{{"EventIds", std::move(ids)},
                                  {"CorrelationId", published.correlation_id},
                                  {"TraceHeader", published.trace_header},
                                  {"EventPattern", published.event_pattern}});
}

constexpr ParamSpec kFindLostParams[] = {{"EventBusName", kString},
                                         {"Event", kJson},
                                         {"EventId", kString},
                                         {"ListenerId", kString},
                                         {"TraceHeader", kString},
                                         kProfile,
                                         kRegion};

Result<json::Value> FindLost(const Params& params, Sessions& sessions) {
  kit::LostEventParams lost;
  lost.event_bus_name = params.String("EventBusName");
  lost.event_id = params.String("EventId");
  lost.listener_id = params.String("ListenerId");
  lost.trace_header = params.String("TraceHeader");
  if (const json::Value* event = params.Find("Event")) lost.event = *event;
  IATK_TRY(const auto session, SessionOf(params, sessions));
  IATK_TRY(const kit::Trail trail, kit::FindLostEvent(*session, lost));
  json::Value json = kit::ToJson(trail);
  json.AsObject()->Set("Explanation", kit::ToText(trail));
  return json;
}

constexpr ParamSpec kExplainParams[] = {
    {"EventPattern", kString}, {"Event", kString}, kProfile, kRegion};

Result<json::Value> Explain(const Params& params, Sessions& /*sessions*/) {
  IATK_CHECK(Require(params, {"EventPattern", "Event"}));
  IATK_TRY(const auto pattern, event_pattern::Compile(params.String("EventPattern")));
  IATK_TRY(const json::Value event, json::Parse(params.String("Event")));
  const event_pattern::Explanation why = event_pattern::Explain(pattern, event);
  json::Value json = event_pattern::ToJson(why);
  json.AsObject()->Set("text", event_pattern::ToText(why));
  return json;
}

constexpr ParamSpec kGcParams[] = {
    {"DryRun", kBoolean}, {"OlderThanSeconds", kInteger}, kProfile, kRegion};

Result<json::Value> Gc(const Params& params, Sessions& sessions) {
  kit::GcParams gc;
  gc.dry_run = params.Boolean("DryRun");
  if (params.Find("OlderThanSeconds") != nullptr) {
    gc.older_than = std::chrono::seconds(params.Integer("OlderThanSeconds", 0));
  }
  IATK_TRY(const auto session, SessionOf(params, sessions));
  IATK_TRY(const auto leavings, kit::CollectGarbage(*session, gc));
  json::Array array;
  for (const kit::Leaving& leaving : leavings) {
    json::Array resources;
    for (const std::string& resource : leaving.resources) resources.emplace_back(resource);
    array.push_back(json::Object{{"Id", leaving.id},
                                 {"Resources", std::move(resources)},
                                 {"Created", FormatIso8601(leaving.created)},
                                 {"Reason", leaving.reason},
                                 {"Error", leaving.error}});
  }
  return json::Value(std::move(array));
}

// Measured: numbers; Limits: {"p95": number}. A unit is for the text alone.
constexpr ParamSpec kDistributionParams[] = {
    {"Measured", kJson}, {"Limits", kJson}, {"Unit", kString}, kProfile, kRegion};

Result<json::Value> Distribution(const Params& params, Sessions& /*sessions*/) {
  const json::Value* given = params.Find("Measured");
  if (given == nullptr || given->AsArray() == nullptr) {
    return Fail(InvalidParams("missing required param \"Measured\""));
  }
  std::vector<double> measured;
  for (const json::Value& value : *given->AsArray()) {
    if (value.AsNumber() == nullptr) return Fail(InvalidParams("Measured must hold numbers"));
    measured.push_back(value.AsNumber()->AsDouble());
  }
  std::map<std::string, double> limits;
  if (const json::Value* wanted = params.Find("Limits"); wanted && wanted->AsObject() != nullptr) {
    for (const auto& [name, limit] : *wanted->AsObject()) {
      if (limit.AsNumber() == nullptr) return Fail(InvalidParams("Limits must be numbers"));
      limits[name] = limit.AsNumber()->AsDouble();
    }
  }
  IATK_TRY(const kit::Distribution of, kit::DistributionOf(measured));
  IATK_TRY(const std::vector<std::string> broken, kit::BrokenLimits(of, limits));
  json::Array array;
  for (const std::string& one : broken) array.emplace_back(one);
  const std::string unit = params.String("Unit").empty() ? "ms" : params.String("Unit");
  return json::Value(json::Object{{"Runs", json::Number(static_cast<std::int64_t>(of.runs))},
                                  {"Min", json::Number(of.min)},
                                  {"P50", json::Number(of.p50)},
                                  {"P95", json::Number(of.p95)},
                                  {"P99", json::Number(of.p99)},
                                  {"Max", json::Number(of.max)},
                                  {"BrokenLimits", std::move(array)},
                                  {"Text", kit::ToText(of, measured, unit)}});
}

constexpr ParamSpec kStackOutputsParams[] = {{"StackName", kString}, kProfile, kRegion};

Result<json::Value> StackOutputs(const Params& params, Sessions& sessions) {
  IATK_CHECK(Require(params, {"StackName"}));
  IATK_TRY(const auto session, SessionOf(params, sessions));
  IATK_TRY(const auto outputs, kit::GetAllStackOutputs(*session, params.String("StackName")));
  json::Object object;
  for (const auto& [name, value] : outputs) object.Set(name, value);
  return json::Value(std::move(object));
}

constexpr Method kMethods[] = {
    {"distribution", kDistributionParams, Distribution},
    {"event.explain", kExplainParams, Explain},
    {"event.find_lost", kFindLostParams, FindLost},
    {"event.publish", kPublishParams, Publish},
    {"gc", kGcParams, Gc},
    {"stack.outputs", kStackOutputsParams, StackOutputs},
};

}  // namespace

std::span<const Method> EventMethods() { return kMethods; }

}  // namespace iatk::rpc

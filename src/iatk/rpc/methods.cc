#include "iatk/rpc/methods.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "iatk/json/write.h"
#include "iatk/kit/listener.h"
#include "iatk/kit/listener_id.h"
#include "iatk/kit/schema_registry.h"
#include "iatk/kit/stack.h"
#include "iatk/kit/trace_tree.h"
#include "iatk/rpc/method_parts.h"
#include "iatk/rpc/tree_reply.h"
#include "iatk/trace/header.h"

namespace iatk::rpc {
namespace {

using enum ParamType;

constexpr ParamSpec kGetPhysicalIdParams[] = {
    {"LogicalResourceId", kString}, {"StackName", kString}, kProfile, kRegion};

Result<json::Value> GetPhysicalId(const Params& params, Sessions& sessions) {
  IATK_CHECK(Require(params, {"LogicalResourceId", "StackName"}));
  IATK_TRY(const auto session, SessionOf(params, sessions));
  IATK_TRY(std::string id, kit::GetPhysicalId(*session, params.String("StackName"),
                                              params.String("LogicalResourceId")));
  return json::Value(std::move(id));
}

constexpr ParamSpec kGetStackOutputsParams[] = {
    {"StackName", kString}, {"OutputNames", kStrings}, kProfile, kRegion};

Result<json::Value> GetStackOutputs(const Params& params, Sessions& sessions) {
  IATK_CHECK(Require(params, {"StackName"}));
  IATK_TRY(const auto session, SessionOf(params, sessions));
  IATK_TRY(const auto outputs, kit::GetStackOutputs(*session, params.String("StackName"),
                                                    params.Strings("OutputNames")));
  json::Object object;
  for (const auto& [name, value] : outputs) object.Set(name, value);
  return json::Value(std::move(object));
}

constexpr ParamSpec kAddListenerParams[] = {{"EventBusName", kString},
                                            {"RuleName", kString},
                                            {"TargetId", kString},
                                            {"Tags", kStringMap},
                                            kProfile,
                                            kRegion};

Result<json::Value> AddListener(const Params& params, Sessions& sessions) {
  IATK_CHECK(Require(params, {"EventBusName", "RuleName"}));
  kit::AddListenerParams add;
  add.event_bus_name = params.String("EventBusName");
  add.rule_name = params.String("RuleName");
  add.target_id = params.String("TargetId");
  add.tags = params.StringMap("Tags");
  IATK_CHECK(kit::CheckParams(add));
  IATK_TRY(const auto session, SessionOf(params, sessions));
  IATK_TRY(const kit::Listener listener, kit::AddListener(*session, add));
  return ToJson(listener);
}

constexpr ParamSpec kRemoveListenersParams[] = {
    {"Ids", kStrings}, {"TagFilters", kTagFilters}, kProfile, kRegion};

Result<json::Value> RemoveListeners(const Params& params, Sessions& sessions) {
  const std::vector<std::string> ids = params.Strings("Ids");
  std::vector<kit::TagFilter> filters;
  for (TagFilterParam& filter : params.TagFilters("TagFilters")) {
    filters.push_back({.key = std::move(filter.key), .values = std::move(filter.values)});
  }
  if (!ids.empty() && !filters.empty()) {
    return Fail(InvalidParams("only one of Ids and TagFilters is needed, not both"));
  }
  if (!ids.empty() || !filters.empty()) {
    IATK_TRY(const auto session, SessionOf(params, sessions));
    IATK_CHECK(kit::RemoveListeners(*session, ids, filters));
  }
  return json::Value("success");
}

constexpr ParamSpec kPollEventsParams[] = {{"ListenerId", kString},
                                           {"WaitTimeSeconds", kInteger},
                                           {"MaxNumberOfMessages", kInteger},
                                           kProfile,
                                           kRegion};

Result<json::Value> PollEvents(const Params& params, Sessions& sessions) {
  IATK_CHECK(Require(params, {"ListenerId"}));
  const int wait = params.Integer("WaitTimeSeconds", 0);
  const int count = params.Integer("MaxNumberOfMessages", 1);
  if (count < 1 || count > 10) {
    return Fail(InvalidParams("\"MaxNumberOfMessages\" must be an integer between 1 and 10"));
  }
  if (wait < 0 || wait > 20) {
    return Fail(InvalidParams("\"WaitTimeSeconds\" must be an integer between 0 and 20"));
  }
  const std::string id = params.String("ListenerId");
  if (!kit::IsListenerId(id) && !kit::IsQueueUrl(id)) {
    return Fail(InvalidParams("error retreiving listener info: invalid ID"));
  }
  IATK_TRY(const auto session, SessionOf(params, sessions));
  IATK_TRY(std::vector<std::string> events, kit::PollEvents(*session, id, wait, count));
  json::Array array;
  for (std::string& event : events) array.emplace_back(std::move(event));
  return json::Value(std::move(array));
}

constexpr ParamSpec kGetTraceTreeParams[] = {
    {"TracingHeader", kString}, {"FetchChildTraces", kBoolean}, kProfile, kRegion};

Result<kit::TraceTree> FindTraceTree(const Params& params, Sessions& sessions) {
  IATK_CHECK(Require(params, {"TracingHeader"}));
  if (!trace::ParseTraceHeader(params.String("TracingHeader"))) {
    return Fail(InvalidParams(
        "error while getting trace_id from the tracing header: invalid tracing header provided"));
  }
  IATK_TRY(const auto session, SessionOf(params, sessions));
  return kit::GetTraceTree(*session, params.String("TracingHeader"),
                           params.Boolean("FetchChildTraces"))
      .map_error([](const Error& error) { return kit::Wrap("error building trace tree", error); });
}

Result<json::Value> GetTraceTree(const Params& params, Sessions& sessions) {
  IATK_TRY(const kit::TraceTree found, FindTraceTree(params, sessions));
  return ToJson(found);
}

Result<Packed> GetTraceTreePacked(const Params& params, Sessions& sessions,
                                  const Method::MakeHead& head) {
  IATK_TRY(const kit::TraceTree found, FindTraceTree(params, sessions));
  return Pack(found, head(HeadOf(found)));
}

constexpr ParamSpec kGenerateBareboneEventParams[] = {{"RegistryName", kString},
                                                      {"SchemaName", kString},
                                                      {"SchemaVersion", kString},
                                                      {"EventRef", kString},
                                                      {"SkipOptional", kBoolean},
                                                      kProfile,
                                                      kRegion};

Result<json::Value> GenerateBareboneEvent(const Params& params, Sessions& sessions) {
  if (params.String("RegistryName").empty() || params.String("SchemaName").empty()) {
    return Fail(InvalidParams("requires both \"RegistryName\" and \"SchemaName\""));
  }
  IATK_TRY(const auto session, SessionOf(params, sessions));
  IATK_TRY(const json::Value event,
           kit::GenerateBareboneEvent(*session,
                                      {.registry = params.String("RegistryName"),
                                       .schema = params.String("SchemaName"),
                                       .version = params.String("SchemaVersion")},
                                      {.event_ref = params.String("EventRef"),
                                       .skip_optional = params.Boolean("SkipOptional")}));
  return json::Value(json::WriteSorted(event));
}

constexpr Method kMethods[] = {
    {"get_physical_id", kGetPhysicalIdParams, GetPhysicalId},
    {"get_stack_outputs", kGetStackOutputsParams, GetStackOutputs},
    {"get_trace_tree", kGetTraceTreeParams, GetTraceTree, GetTraceTreePacked},
    {"mock.generate_barebone_event", kGenerateBareboneEventParams, GenerateBareboneEvent},
    {"test_harness.eventbridge.add_listener", kAddListenerParams, AddListener},
    {"test_harness.eventbridge.poll_events", kPollEventsParams, PollEvents},
    {"test_harness.eventbridge.remove_listeners", kRemoveListenersParams, RemoveListeners},
};

}  // namespace

std::span<const Method> Methods() {
  static const std::vector<Method> methods = [] {
    std::vector<Method> all(std::begin(kMethods), std::end(kMethods));
    for (const std::span<const Method> more :
         {ListenerMethods(), EventMethods(), MockMethods(), TraceMethods()}) {
      all.insert(all.end(), more.begin(), more.end());
    }
    return all;
  }();
  return methods;
}

const Method* FindMethod(std::string_view name) {
  const auto found = std::ranges::find(Methods(), name, &Method::name);
  return found == Methods().end() ? nullptr : &*found;
}

}  // namespace iatk::rpc

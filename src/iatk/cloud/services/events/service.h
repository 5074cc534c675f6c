// Amazon EventBridge: buses, rules, targets and events.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "iatk/cloud/dispatch/service.h"
#include "iatk/cloud/services/events/rule.h"
#include "iatk/cloud/store/store.h"
#include "iatk/model/events/operations.h"

namespace iatk::cloud {

class Events final : public Service {
 public:
  explicit Events(Registry& registry);

  // Buses: op_buses.cc.
  Result<model::events::CreateEventBusResponse> CreateEventBus(
      RequestContext&, const model::events::CreateEventBusRequest&);
  Result<model::Empty> DeleteEventBus(RequestContext&, const model::events::DeleteEventBusRequest&);
  Result<model::events::DescribeEventBusResponse> DescribeEventBus(
      RequestContext&, const model::events::DescribeEventBusRequest&);
  Result<model::events::ListEventBusesResponse> ListEventBuses(
      RequestContext&, const model::events::ListEventBusesRequest&);
  Result<model::events::UpdateEventBusResponse> UpdateEventBus(
      RequestContext&, const model::events::UpdateEventBusRequest&);
  Result<model::Empty> PutPermission(RequestContext&, const model::events::PutPermissionRequest&);
  Result<model::Empty> RemovePermission(RequestContext&,
                                        const model::events::RemovePermissionRequest&);

  // Rules: op_rules.cc.
  Result<model::events::PutRuleResponse> PutRule(RequestContext&,
                                                 const model::events::PutRuleRequest&);
  Result<model::events::DescribeRuleResponse> DescribeRule(
      RequestContext&, const model::events::DescribeRuleRequest&);
  Result<model::Empty> DeleteRule(RequestContext&, const model::events::DeleteRuleRequest&);
  Result<model::Empty> EnableRule(RequestContext&, const model::events::EnableRuleRequest&);
  Result<model::Empty> DisableRule(RequestContext&, const model::events::DisableRuleRequest&);
  Result<model::events::ListRulesResponse> ListRules(RequestContext&,
                                                     const model::events::ListRulesRequest&);
  Result<model::events::ListRuleNamesByTargetResponse> ListRuleNamesByTarget(
      RequestContext&, const model::events::ListRuleNamesByTargetRequest&);

  // Targets: op_targets.cc.
  Result<model::events::PutTargetsResponse> PutTargets(RequestContext&,
                                                       const model::events::PutTargetsRequest&);
  Result<model::events::RemoveTargetsResponse> RemoveTargets(
      RequestContext&, const model::events::RemoveTargetsRequest&);
  Result<model::events::ListTargetsByRuleResponse> ListTargetsByRule(
      RequestContext&, const model::events::ListTargetsByRuleRequest&);

  // Events: op_events.cc.
  Result<model::events::PutEventsResponse> PutEvents(RequestContext&,
                                                     const model::events::PutEventsRequest&);
  Result<model::events::TestEventPatternResponse> TestEventPattern(
      RequestContext&, const model::events::TestEventPatternRequest&);

  // Tags: op_tags.cc.
  Result<model::events::TagResourceResponse> TagResource(RequestContext&,
                                                         const model::events::TagResourceRequest&);
  Result<model::events::UntagResourceResponse> UntagResource(
      RequestContext&, const model::events::UntagResourceRequest&);
  Result<model::events::ListTagsForResourceResponse> ListTagsForResource(
      RequestContext&, const model::events::ListTagsForResourceRequest&);

 private:
  struct Region {
    std::map<std::string, EventBus, std::less<>> buses;  // by name
  };

  /// The buses of an account and region; the default bus is always there.
  Region& RegionOf(RequestContext& context, std::string_view account, std::string_view region);
  /// By name or ARN; absent is the default bus.
  Result<EventBus*> FindBus(RequestContext& context, const std::optional<std::string>& name_or_arn);
  Result<Rule*> FindRule(RequestContext& context, const std::string& name,
                         const std::optional<std::string>& bus);
  /// The tags of a bus or rule, or nullptr.
  std::map<std::string, std::string>* FindTags(RequestContext& context, const std::string& arn);
  Result<model::Empty> SetState(RequestContext& context, const std::string& name,
                                const std::optional<std::string>& bus, std::string state);
  /// Whether the caller's account may put events on the bus: its own, or one whose policy says so.
  Result<void> CheckMayPut(RequestContext& context, const std::optional<std::string>& bus_name);
  Result<std::string> PutEvent(RequestContext& context,
                               const model::events::PutEventsRequestEntry& entry);
  void RegisterTags(Registry& registry);
  void RegisterResourceTypes(Registry& registry);  // cfn.cc

  Environment& environment_;
  Store<Region> regions_;
};

std::unique_ptr<Service> MakeEvents(Registry& registry);

}  // namespace iatk::cloud

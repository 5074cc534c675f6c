#include "iatk/cloud/services/events/service.h"

#include "iatk/cloud/services/events/errors.h"

namespace iatk::cloud {

namespace op = model::events::op;

Events::Events(Registry& registry) : environment_(registry.environment) {
  OperationTable& operations = registry.operations;
  operations.On<op::CreateEventBus>(this, &Events::CreateEventBus);
  operations.On<op::DeleteEventBus>(this, &Events::DeleteEventBus);
  operations.On<op::DeleteRule>(this, &Events::DeleteRule);
  operations.On<op::DescribeEventBus>(this, &Events::DescribeEventBus);
  operations.On<op::DescribeRule>(this, &Events::DescribeRule);
  operations.On<op::DisableRule>(this, &Events::DisableRule);
  operations.On<op::EnableRule>(this, &Events::EnableRule);
  operations.On<op::ListEventBuses>(this, &Events::ListEventBuses);
  operations.On<op::ListRuleNamesByTarget>(this, &Events::ListRuleNamesByTarget);
  operations.On<op::ListRules>(this, &Events::ListRules);
  operations.On<op::ListTagsForResource>(this, &Events::ListTagsForResource);
  operations.On<op::ListTargetsByRule>(this, &Events::ListTargetsByRule);
  operations.On<op::PutEvents>(this, &Events::PutEvents);
  operations.On<op::PutPermission>(this, &Events::PutPermission);
  operations.On<op::PutRule>(this, &Events::PutRule);
  operations.On<op::PutTargets>(this, &Events::PutTargets);
  operations.On<op::RemovePermission>(this, &Events::RemovePermission);
  operations.On<op::RemoveTargets>(this, &Events::RemoveTargets);
  operations.On<op::TagResource>(this, &Events::TagResource);
  operations.On<op::TestEventPattern>(this, &Events::TestEventPattern);
  operations.On<op::UntagResource>(this, &Events::UntagResource);
  operations.On<op::UpdateEventBus>(this, &Events::UpdateEventBus);
  RegisterTags(registry);
  RegisterResourceTypes(registry);
}

Events::Region& Events::RegionOf(RequestContext& context, std::string_view account,
                                 std::string_view region) {
  Region& found = regions_.For(account, region);
  if (found.buses.empty()) {
    EventBus& bus = found.buses["default"];
    bus.name = "default";
    bus.arn = MakeArn("events", region, account, "event-bus/default");
    bus.created = bus.modified = context.Now();
  }
  return found;
}

Result<EventBus*> Events::FindBus(RequestContext& context,
                                  const std::optional<std::string>& name_or_arn) {
  std::string name = name_or_arn.value_or("default");
  std::string account = context.account;
  std::string region = context.region;
  if (const auto arn = ParseArn(name)) {
    account = arn->account;
    region = arn->region;
    name = arn->resource.substr(arn->resource.find('/') + 1);
  }
  Region& where = RegionOf(context, account, region);
  const auto found = where.buses.find(name);
  if (found == where.buses.end()) return Fail(events_errors::BusDoesNotExist(name));
  return &found->second;
}

Result<Rule*> Events::FindRule(RequestContext& context, const std::string& name,
                               const std::optional<std::string>& bus_name) {
  IATK_TRY(EventBus* const bus, FindBus(context, bus_name));
  const auto found = bus->rules.find(name);
  if (found == bus->rules.end()) return Fail(events_errors::RuleDoesNotExist(name, bus->name));
  return &found->second;
}

std::unique_ptr<Service> MakeEvents(Registry& registry) {
  return std::make_unique<Events>(registry);
}

}  // namespace iatk::cloud

// Event buses and who may put events on them.
#include <algorithm>

#include "iatk/cloud/dispatch/page.h"
#include "iatk/cloud/services/events/errors.h"
#include "iatk/cloud/services/events/limits.h"
#include "iatk/cloud/services/events/service.h"
#include "iatk/json/parse.h"
#include "iatk/json/write.h"

namespace iatk::cloud {

namespace m = model::events;

namespace {

std::optional<std::string> PolicyOf(const EventBus& bus) {
  if (bus.policy_statements.empty()) return std::nullopt;
  return json::Write(json::Object{{"Version", "2012-10-17"}, {"Statement", bus.policy_statements}});
}

bool HasSid(const json::Value& statement, const std::string& sid) {
  const std::string* const own = statement.FindString("Sid");
  return own != nullptr && *own == sid;
}

Result<json::Array> StatementsOf(const std::string& text) {
  const auto policy = json::Parse(text);
  const json::Value* const statements = policy ? policy->Find("Statement") : nullptr;
  if (statements == nullptr) {
    return Fail(events_errors::ValidationError("The policy is not a valid JSON document."));
  }
  return statements->AsArray() != nullptr ? *statements->AsArray() : json::Array{*statements};
}

}  // namespace

Result<m::CreateEventBusResponse> Events::CreateEventBus(RequestContext& context,
                                                         const m::CreateEventBusRequest& input) {
  const std::string& name = *input.name;
  if (name.find('/') != std::string::npos) {
    return Fail(events_errors::ValidationError("Event bus name must not contain '/'."));
  }
  if (input.event_source_name) {
    return Fail(events_errors::ResourceDoesNotExist("Event source " + *input.event_source_name));
  }
  Region& region = RegionOf(context, context.account, context.region);
  if (region.buses.contains(name)) return Fail(events_errors::BusAlreadyExists(name));
  if (region.buses.size() >= events_limits::kMaxBuses) {
    return Fail(
        events_errors::LimitExceeded("The requested resource exceeds the maximum number allowed."));
  }
  EventBus& bus = region.buses[name];
  bus.name = name;
  bus.arn = context.MakeArn("events", "event-bus/" + name);
  bus.description = input.description;
  bus.created = bus.modified = context.Now();
  for (const m::Tag& tag : input.tags.value_or(std::vector<m::Tag>())) {
    bus.tags[*tag.key] = *tag.value;
  }
  m::CreateEventBusResponse output;
  output.event_bus_arn = bus.arn;
  output.description = bus.description;
  return output;
}

Result<model::Empty> Events::DeleteEventBus(RequestContext& context,
                                            const m::DeleteEventBusRequest& input) {
  if (*input.name == "default") {
    return Fail(events_errors::ValidationError("Cannot delete event bus default."));
  }
  Region& region = RegionOf(context, context.account, context.region);
  const auto found = region.buses.find(*input.name);
  if (found == region.buses.end()) return model::Empty();
  if (!found->second.rules.empty()) {
    return Fail(events_errors::ValidationError("Event bus can't be deleted since it has rules."));
  }
  region.buses.erase(found);
  return model::Empty();
}

Result<m::DescribeEventBusResponse> Events::DescribeEventBus(
    RequestContext& context, const m::DescribeEventBusRequest& input) {
  IATK_TRY(const EventBus* const bus, FindBus(context, input.name));
  m::DescribeEventBusResponse output;
  output.name = bus->name;
  output.arn = bus->arn;
  output.description = bus->description;
  output.policy = PolicyOf(*bus);
  output.creation_time = bus->created;
  output.last_modified_time = bus->modified;
  return output;
}

Result<m::ListEventBusesResponse> Events::ListEventBuses(RequestContext& context,
                                                         const m::ListEventBusesRequest& input) {
  m::ListEventBusesResponse output;
  auto& buses = output.event_buses.emplace();
  const Region& region = RegionOf(context, context.account, context.region);
  IATK_TRY(output.next_token,
           TakePage(region.buses, {input.next_token, input.limit, events_errors::InvalidToken()},
                    [&](const std::string& name, const EventBus& bus) {
                      if (!name.starts_with(input.name_prefix.value_or(""))) return false;
                      m::EventBus& one = buses.emplace_back();
                      one.name = name;
                      one.arn = bus.arn;
                      one.description = bus.description;
                      one.policy = PolicyOf(bus);
                      one.creation_time = bus.created;
                      one.last_modified_time = bus.modified;
                      return true;
                    }));
  return output;
}

Result<m::UpdateEventBusResponse> Events::UpdateEventBus(RequestContext& context,
                                                         const m::UpdateEventBusRequest& input) {
  IATK_TRY(EventBus* const bus, FindBus(context, input.name));
  bus->description = input.description;
  bus->modified = context.Now();
  m::UpdateEventBusResponse output;
  output.arn = bus->arn;
  output.name = bus->name;
  output.description = bus->description;
  return output;
}

Result<model::Empty> Events::PutPermission(RequestContext& context,
                                           const m::PutPermissionRequest& input) {
  IATK_TRY(EventBus* const bus, FindBus(context, input.event_bus_name));
  if (input.policy) {
    if (input.policy->size() > events_limits::kMaxPolicyBytes) {
      return Fail(SenderError("PolicyLengthExceededException", "The policy is too long."));
    }
    IATK_TRY(bus->policy_statements, StatementsOf(*input.policy));
    bus->modified = context.Now();
    return model::Empty();
  }
  if (!input.action || !input.principal || !input.statement_id) {
    return Fail(events_errors::ValidationError(
        "Parameter(s) Action, Principal, StatementId must be specified."));
  }
  json::Object statement;
  statement.Set("Sid", *input.statement_id);
  statement.Set("Effect", "Allow");
  if (*input.principal == "*") {
    statement.Set("Principal", "*");
  } else {
    statement.Set("Principal", json::Object{{"AWS", MakeArn("iam", "", *input.principal, "root")}});
  }
  statement.Set("Action", *input.action);
  statement.Set("Resource", bus->arn);
  if (input.condition) {
    statement.Set("Condition",
                  json::Object{{*input.condition->type,
                                json::Object{{*input.condition->key, *input.condition->value}}}});
  }
  std::erase_if(bus->policy_statements,
                [&](const json::Value& s) { return HasSid(s, *input.statement_id); });
  bus->policy_statements.emplace_back(std::move(statement));
  bus->modified = context.Now();
  return model::Empty();
}

Result<model::Empty> Events::RemovePermission(RequestContext& context,
                                              const m::RemovePermissionRequest& input) {
  IATK_TRY(EventBus* const bus, FindBus(context, input.event_bus_name));
  if (input.remove_all_permissions.value_or(false)) {
    bus->policy_statements.clear();
    return model::Empty();
  }
  if (bus->policy_statements.empty()) {
    return Fail(SenderError("ResourceNotFoundException", "EventBus does not have a policy."));
  }
  const auto removed = std::erase_if(bus->policy_statements, [&](const json::Value& s) {
    return HasSid(s, input.statement_id.value_or(""));
  });
  if (removed == 0) {
    return Fail(
        SenderError("ResourceNotFoundException", "Statement with the provided id does not exist."));
  }
  bus->modified = context.Now();
  return model::Empty();
}

}  // namespace iatk::cloud

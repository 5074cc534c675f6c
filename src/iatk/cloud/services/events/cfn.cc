// AWS::Events::EventBus, AWS::Events::EventBusPolicy and AWS::Events::Rule.
#include "iatk/cloud/dispatch/properties.h"
#include "iatk/cloud/services/events/service.h"
#include "iatk/json/write.h"

namespace iatk::cloud {

namespace m = model::events;

namespace {

std::vector<m::Tag> TagListOf(const ResourceRequest& request) {
  std::vector<m::Tag> tags;
  for (const auto& [key, value] : TagsOf(request)) {
    m::Tag& tag = tags.emplace_back();
    tag.key = key;
    tag.value = value;
  }
  return tags;
}

// "bus|rule" for a rule on a bus of one's own, as Ref gives it.
struct RuleId {
  std::string bus;
  std::string name;
};
RuleId ReadRuleId(const std::string& physical_id) {
  const std::size_t bar = physical_id.find('|');
  if (bar == std::string::npos) return {"default", physical_id};
  return {physical_id.substr(0, bar), physical_id.substr(bar + 1)};
}

// Targets as the API has them: the input as text, numbers and booleans as such.
json::Value TargetsForApi(const json::Value& targets) {
  json::Value copy = targets;
  if (json::Array* list = copy.AsArray()) {
    for (json::Value& target : *list) {
      json::Value* const input = target.Find("Input");
      if (input != nullptr && input->AsString() == nullptr) *input = json::Write(*input);
    }
  }
  return copy;
}

Result<void> PutTargetsOf(RequestContext& context, const RuleId& id, const json::Value& targets) {
  const json::Value input = ConvertTo(
      *m::op::PutTargets::Table().input,
      json::Object{
          {"Rule", id.name}, {"EventBusName", id.bus}, {"Targets", TargetsForApi(targets)}});
  IATK_CHECK(context.operations().CallJson(context, "events", "PutTargets", input));
  return {};
}

}  // namespace

void Events::RegisterResourceTypes(Registry& registry) {
  ResourceType bus;
  bus.name = "AWS::Events::EventBus";
  bus.properties = {"DeadLetterConfig", "Description", "KmsKeyIdentifier", "LogConfig", "Name",
                    "Policy",           "Tags"};
  bus.create = [this](ResourceRequest& request) -> Result<ResourceResult> {
    m::CreateEventBusRequest input;
    input.name = TextOf(request.properties, "Name");
    input.description = TextOf(request.properties, "Description");
    input.tags = TagListOf(request);
    IATK_TRY(const m::CreateEventBusResponse output, CreateEventBus(request.context, input));
    if (const auto policy = TextOf(request.properties, "Policy")) {
      m::PutPermissionRequest permission;
      permission.event_bus_name = input.name;
      permission.policy = policy;
      IATK_CHECK(PutPermission(request.context, permission));
    }
    return ResourceResult{*input.name,
                          json::Object{{"Arn", *output.event_bus_arn}, {"Name", *input.name}}};
  };
  bus.update = [this, create = bus.create](ResourceRequest& request) -> Result<ResourceResult> {
    if (TextOf(request.properties, "Name") != request.physical_id) return create(request);
    m::UpdateEventBusRequest input;
    input.name = request.physical_id;
    input.description = TextOf(request.properties, "Description");
    IATK_TRY(const m::UpdateEventBusResponse output, UpdateEventBus(request.context, input));
    m::PutPermissionRequest permission;
    permission.event_bus_name = request.physical_id;
    permission.policy = TextOf(request.properties, "Policy").value_or(R"({"Statement":[]})");
    IATK_CHECK(PutPermission(request.context, permission));
    return ResourceResult{request.physical_id,
                          json::Object{{"Arn", *output.arn}, {"Name", request.physical_id}}};
  };
  bus.remove = [this](ResourceRequest& request) -> Result<void> {
    m::DeleteEventBusRequest input;
    input.name = request.physical_id;
    IATK_CHECK(DeleteEventBus(request.context, input));
    return {};
  };
  registry.resource_types.Register(std::move(bus));

  ResourceType policy;
  policy.name = "AWS::Events::EventBusPolicy";
  policy.properties = {"Action",    "Condition", "EventBusName",
                       "Principal", "Statement", "StatementId"};
  policy.create = [this](ResourceRequest& request) -> Result<ResourceResult> {
    const std::string sid = TextOf(request.properties, "StatementId").value_or("");
    IATK_TRY(EventBus* const found,
             FindBus(request.context, TextOf(request.properties, "EventBusName")));
    if (const json::Value* statement = request.properties.Find("Statement");
        statement != nullptr && statement->AsObject() != nullptr) {
      json::Object copy = *statement->AsObject();
      copy.Set("Sid", sid);
      std::erase_if(found->policy_statements, [&sid](const json::Value& s) {
        const std::string* own = s.FindString("Sid");
        return own != nullptr && *own == sid;
      });
      found->policy_statements.emplace_back(std::move(copy));
    } else {
      m::PutPermissionRequest input;
      input.event_bus_name = found->name;
      input.action = TextOf(request.properties, "Action");
      input.principal = TextOf(request.properties, "Principal");
      input.statement_id = sid;
      if (const json::Value* condition = request.properties.Find("Condition");
          condition != nullptr && condition->AsObject() != nullptr) {
        input.condition.emplace();
        input.condition->type = TextOf(*condition->AsObject(), "Type");
        input.condition->key = TextOf(*condition->AsObject(), "Key");
        input.condition->value = TextOf(*condition->AsObject(), "Value");
      }
      IATK_CHECK(PutPermission(request.context, input));
    }
    return ResourceResult{found->name + "|" + sid, {}};
  };
  policy.update = policy.create;
  policy.remove = [this](ResourceRequest& request) -> Result<void> {
    const RuleId id = ReadRuleId(request.physical_id);
    m::RemovePermissionRequest input;
    input.event_bus_name = id.bus;
    input.statement_id = id.name;
    const Result<model::Empty> done = RemovePermission(request.context, input);
    if (!done && done.error().code != "ResourceNotFoundException") return Fail(done.error());
    return {};
  };
  registry.resource_types.Register(std::move(policy));

  ResourceType rule;
  rule.name = "AWS::Events::Rule";
  rule.properties = {"Description",        "EventBusName", "EventPattern", "Name",   "RoleArn",
                     "ScheduleExpression", "State",        "Tags",         "Targets"};
  const auto put = [this](ResourceRequest& request, const RuleId& id) -> Result<ResourceResult> {
    m::PutRuleRequest input;
    input.name = id.name;
    input.event_bus_name = id.bus;
    input.event_pattern = TextOf(request.properties, "EventPattern");
    input.schedule_expression = TextOf(request.properties, "ScheduleExpression");
    input.state = TextOf(request.properties, "State");
    input.description = TextOf(request.properties, "Description");
    input.role_arn = TextOf(request.properties, "RoleArn");
    input.tags = TagListOf(request);
    IATK_TRY(const m::PutRuleResponse output, PutRule(request.context, input));
    IATK_TRY(Rule* const made, FindRule(request.context, id.name, id.bus));
    made->targets.clear();
    if (const json::Value* targets = request.properties.Find("Targets")) {
      IATK_CHECK(PutTargetsOf(request.context, id, *targets));
    }
    const EventBus* const on = *FindBus(request.context, id.bus);
    return ResourceResult{on->name == "default" ? id.name : on->name + "|" + id.name,
                          json::Object{{"Arn", *output.rule_arn}}};
  };
  const auto id_of = [this](ResourceRequest& request) -> Result<RuleId> {
    IATK_TRY(const EventBus* const on,
             FindBus(request.context, TextOf(request.properties, "EventBusName")));
    return RuleId{on->arn, TextOf(request.properties, "Name").value_or(request.GeneratedName(64))};
  };
  const auto remove = [this](RequestContext& context, const RuleId& id) -> Result<void> {
    const Result<Rule*> found = FindRule(context, id.name, id.bus);
    if (!found) return {};
    (*found)->targets.clear();
    m::DeleteRuleRequest input;
    input.name = id.name;
    input.event_bus_name = id.bus;
    IATK_CHECK(DeleteRule(context, input));
    return {};
  };
  rule.create = [this, put, id_of, remove](ResourceRequest& request) -> Result<ResourceResult> {
    IATK_TRY(const RuleId id, id_of(request));
    if (FindRule(request.context, id.name, id.bus)) {
      return Fail(
          SenderError("AlreadyExists", "Resource of type 'AWS::Events::Rule' with identifier '" +
                                           id.name + "' already exists."));
    }
    Result<ResourceResult> made = put(request, id);
    // A rule without its targets is no resource that a rollback would know of.
    if (!made) IATK_CHECK(remove(request.context, id));
    return made;
  };
  rule.update = [put, create = rule.create](ResourceRequest& request) -> Result<ResourceResult> {
    for (const std::string_view name : {"Name", "EventBusName"}) {
      if (TextOf(request.properties, name) != TextOf(request.previous_properties, name)) {
        return create(request);
      }
    }
    return put(request, ReadRuleId(request.physical_id));
  };
  rule.remove = [remove](ResourceRequest& request) -> Result<void> {
    return remove(request.context, ReadRuleId(request.physical_id));
  };
  registry.resource_types.Register(std::move(rule));
}

}  // namespace iatk::cloud

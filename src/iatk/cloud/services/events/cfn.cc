// AWS::Events::EventBus, AWS::Events::EventBusPolicy and AWS::Events::Rule.
#include "iatk/cloud/services/events/service.h"
#include "iatk/json/write.h"

namespace iatk::cloud {

namespace m = model::events;

namespace {

std::optional<std::string> TextOf(const json::Object& properties, std::string_view name) {
  const json::Value* const value = properties.Find(name);
  if (value == nullptr) return std::nullopt;
  if (const std::string* text = value->AsString()) return *text;
  return json::Write(*value);
}

std::vector<m::Tag> TagsOf(const ResourceRequest& request) {
  std::map<std::string, std::string> all(request.stack_tags.begin(), request.stack_tags.end());
  const json::Value* const own = request.properties.Find("Tags");
  if (own != nullptr && own->AsArray() != nullptr) {
    for (const json::Value& tag : *own->AsArray()) {
      const std::string* const key = tag.FindString("Key");
      const std::string* const value = tag.FindString("Value");
      if (key != nullptr && value != nullptr) all[*key] = *value;
    }
  }
  std::vector<m::Tag> tags;
  for (const auto& [key, value] : all) {
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

// What CloudFormation calls otherwise than the API: lists of pairs for maps, objects for JSON text.
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
    input.tags = TagsOf(request);
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
    input.tags = TagsOf(request);
    IATK_TRY(const m::PutRuleResponse output, PutRule(request.context, input));
    IATK_TRY(Rule* const made, FindRule(request.context, id.name, id.bus));
    made->targets.clear();
    if (const json::Value* targets = request.properties.Find("Targets")) {
      IATK_CHECK(request.context.operations().CallJson(
          request.context, "events", "PutTargets",
          json::Object{
              {"Rule", id.name}, {"EventBusName", id.bus}, {"Targets", TargetsForApi(*targets)}}));
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
  rule.create = [put, id_of](ResourceRequest& request) -> Result<ResourceResult> {
    IATK_TRY(const RuleId id, id_of(request));
    return put(request, id);
  };
  rule.update = [put, create = rule.create](ResourceRequest& request) -> Result<ResourceResult> {
    for (const std::string_view name : {"Name", "EventBusName"}) {
      if (TextOf(request.properties, name) != TextOf(request.previous_properties, name)) {
        return create(request);
      }
    }
    return put(request, ReadRuleId(request.physical_id));
  };
  rule.remove = [this](ResourceRequest& request) -> Result<void> {
    const RuleId id = ReadRuleId(request.physical_id);
    const Result<Rule*> found = FindRule(request.context, id.name, id.bus);
    if (!found) return {};
    (*found)->targets.clear();
    m::DeleteRuleRequest input;
    input.name = id.name;
    input.event_bus_name = id.bus;
    IATK_CHECK(DeleteRule(request.context, input));
    return {};
  };
  registry.resource_types.Register(std::move(rule));
}

}  // namespace iatk::cloud

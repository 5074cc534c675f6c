// Rules.
#include <algorithm>

#include "iatk/cloud/dispatch/page.h"
#include "iatk/cloud/services/events/errors.h"
#include "iatk/cloud/services/events/limits.h"
#include "iatk/cloud/services/events/service.h"

namespace iatk::cloud {

namespace m = model::events;

namespace {

std::string RuleArn(const EventBus& bus, const std::string& name) {
  Arn arn = ParseArn(bus.arn).value_or(Arn());
  arn.resource = bus.name == "default" ? "rule/" + name : "rule/" + bus.name + "/" + name;
  return arn.ToString();
}

std::optional<std::string> UnlessEmpty(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

}  // namespace

Result<m::PutRuleResponse> Events::PutRule(RequestContext& context,
                                           const m::PutRuleRequest& input) {
  IATK_TRY(EventBus* const bus, FindBus(context, input.event_bus_name));
  const std::string pattern_text = input.event_pattern.value_or("");
  const std::string schedule = input.schedule_expression.value_or("");
  if (pattern_text.empty() && schedule.empty()) {
    return Fail(events_errors::ValidationError(
        "Parameter(s) EventPattern or ScheduleExpression must be specified."));
  }
  if (!schedule.empty()) {
    if (bus->name != "default") {
      return Fail(events_errors::ValidationError(
          "ScheduleExpression is supported only on the default event bus."));
    }
    Error error = ReceiverError("NotImplemented", "events:PutRule with ScheduleExpression", 501);
    error.retryable = false;
    return Fail(std::move(error));
  }
  IATK_TRY(const event_pattern::Pattern pattern, event_pattern::Compile(pattern_text));
  const auto found = bus->rules.find(*input.name);
  if (found == bus->rules.end() && bus->rules.size() >= events_limits::kMaxRulesPerBus) {
    return Fail(
        events_errors::LimitExceeded("The requested resource exceeds the maximum number allowed."));
  }
  const std::vector<m::Tag> tags = input.tags.value_or(std::vector<m::Tag>());
  if (tags.size() > events_limits::kMaxTags) {
    return Fail(events_errors::LimitExceeded("Number of tags exceeds the limit of 50."));
  }
  const bool is_new = found == bus->rules.end();
  Rule& rule = is_new ? bus->rules[*input.name] : found->second;
  if (is_new) {
    rule.name = *input.name;
    rule.arn = RuleArn(*bus, rule.name);
    rule.id = ++bus->last_id;
    bus->names_by_id.emplace(rule.id, rule.name);
    // Tags of a rule that is there are left as they are.
    for (const m::Tag& tag : tags) rule.tags[*tag.key] = *tag.value;
  }
  rule.event_pattern = pattern_text;
  rule.state = input.state.value_or("ENABLED");
  rule.description = input.description;
  rule.role_arn = input.role_arn;
  bus->patterns.Remove(rule.id);
  if (rule.enabled()) bus->patterns.Add(rule.id, pattern);
  m::PutRuleResponse output;
  output.rule_arn = rule.arn;
  return output;
}

Result<m::DescribeRuleResponse> Events::DescribeRule(RequestContext& context,
                                                     const m::DescribeRuleRequest& input) {
  IATK_TRY(const EventBus* const bus, FindBus(context, input.event_bus_name));
  IATK_TRY(const Rule* const rule, FindRule(context, *input.name, input.event_bus_name));
  m::DescribeRuleResponse output;
  output.name = rule->name;
  output.arn = rule->arn;
  output.event_pattern = UnlessEmpty(rule->event_pattern);
  output.schedule_expression = UnlessEmpty(rule->schedule_expression);
  output.state = rule->state;
  output.description = rule->description;
  output.role_arn = rule->role_arn;
  output.event_bus_name = bus->name;
  output.created_by = context.account;
  return output;
}

Result<model::Empty> Events::DeleteRule(RequestContext& context,
                                        const m::DeleteRuleRequest& input) {
  IATK_TRY(EventBus* const bus, FindBus(context, input.event_bus_name));
  const auto found = bus->rules.find(*input.name);
  if (found == bus->rules.end()) return model::Empty();
  if (!found->second.targets.empty()) return Fail(events_errors::RuleHasTargets());
  bus->patterns.Remove(found->second.id);
  bus->names_by_id.erase(found->second.id);
  bus->rules.erase(found);
  return model::Empty();
}

Result<model::Empty> Events::SetState(RequestContext& context, const std::string& name,
                                      const std::optional<std::string>& bus_name,
                                      std::string state) {
  IATK_TRY(EventBus* const bus, FindBus(context, bus_name));
  IATK_TRY(Rule* const rule, FindRule(context, name, bus_name));
  rule->state = std::move(state);
  bus->patterns.Remove(rule->id);
  if (!rule->enabled()) return model::Empty();
  IATK_TRY(const event_pattern::Pattern pattern, event_pattern::Compile(rule->event_pattern));
  bus->patterns.Add(rule->id, pattern);
  return model::Empty();
}

Result<model::Empty> Events::EnableRule(RequestContext& context,
                                        const m::EnableRuleRequest& input) {
  return SetState(context, *input.name, input.event_bus_name, "ENABLED");
}

Result<model::Empty> Events::DisableRule(RequestContext& context,
                                         const m::DisableRuleRequest& input) {
  return SetState(context, *input.name, input.event_bus_name, "DISABLED");
}

Result<m::ListRulesResponse> Events::ListRules(RequestContext& context,
                                               const m::ListRulesRequest& input) {
  IATK_TRY(const EventBus* const bus, FindBus(context, input.event_bus_name));
  m::ListRulesResponse output;
  auto& rules = output.rules.emplace();
  IATK_TRY(output.next_token,
           TakePage(bus->rules, {input.next_token, input.limit, events_errors::InvalidToken()},
                    [&](const std::string& name, const Rule& rule) {
                      if (!name.starts_with(input.name_prefix.value_or(""))) return false;
                      m::Rule& one = rules.emplace_back();
                      one.name = name;
                      one.arn = rule.arn;
                      one.event_pattern = UnlessEmpty(rule.event_pattern);
                      one.schedule_expression = UnlessEmpty(rule.schedule_expression);
                      one.state = rule.state;
                      one.description = rule.description;
                      one.role_arn = rule.role_arn;
                      one.event_bus_name = bus->name;
                      return true;
                    }));
  return output;
}

Result<m::ListRuleNamesByTargetResponse> Events::ListRuleNamesByTarget(
    RequestContext& context, const m::ListRuleNamesByTargetRequest& input) {
  IATK_TRY(const EventBus* const bus, FindBus(context, input.event_bus_name));
  m::ListRuleNamesByTargetResponse output;
  auto& names = output.rule_names.emplace();
  IATK_TRY(output.next_token,
           TakePage(bus->rules, {input.next_token, input.limit, events_errors::InvalidToken()},
                    [&](const std::string& name, const Rule& rule) {
                      const bool has = std::ranges::any_of(rule.targets, [&](const auto& target) {
                        return target.second.model.arn == *input.target_arn;
                      });
                      if (has) names.push_back(name);
                      return has;
                    }));
  return output;
}

}  // namespace iatk::cloud

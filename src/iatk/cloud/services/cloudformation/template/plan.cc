#include "iatk/cloud/services/cloudformation/template/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "iatk/base/arn.h"
#include "iatk/cloud/services/cloudformation/template/errors.h"
#include "iatk/cloud/services/cloudformation/template/references.h"

namespace iatk::cloud::cfn {
namespace {

using Dependencies = std::map<std::string, std::set<std::string>>;

NamedValues NamesOf(const Template& document, const ParameterTexts& texts,
                    const PseudoParameters& pseudo) {
  NamedValues names;
  for (const Parameter& parameter : document.parameters) {
    names[parameter.name] = ParameterValue(parameter, texts.find(parameter.name)->second);
  }
  const std::string_view partition = PartitionOfRegion(pseudo.region);
  json::Array notifications;
  for (const std::string& arn : pseudo.notification_arns) notifications.emplace_back(arn);
  names["AWS::AccountId"] = pseudo.account;
  names["AWS::NotificationARNs"] = std::move(notifications);
  names["AWS::Partition"] = partition;
  names["AWS::Region"] = pseudo.region;
  names["AWS::StackId"] = pseudo.stack_id;
  names["AWS::StackName"] = pseudo.stack_name;
  names["AWS::URLSuffix"] = partition == "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  return names;
}

bool Holds(const std::optional<std::string>& condition, const ConditionResults& results) {
  return !condition || results.find(*condition)->second;
}

// What `found` names among the resources; fails for one whose condition does not hold.
Result<std::set<std::string>> ResourcesOf(const Plan& plan, const References& found,
                                          std::string_view block) {
  std::set<std::string> resources;
  std::vector<std::string> absent;
  const auto take = [&](const std::string& name) {
    const Resource* const resource = plan.document.FindResource(name);
    if (resource == nullptr) return;
    if (!Holds(resource->condition, plan.conditions)) absent.push_back(name);
    resources.insert(name);
  };
  std::ranges::for_each(found.names, take);
  std::ranges::for_each(found.attributes, take);
  if (!absent.empty()) {
    std::ranges::sort(absent);
    absent.erase(std::ranges::unique(absent).begin(), absent.end());
    return Fail(TemplateFormatError(
        fmt::format("Unresolved resource dependencies {} in the {} block of the template",
                    Bracketed(absent), block)));
  }
  return resources;
}

// The resources on circles, and between them: what is left when all that can be made first, and
// all that nothing left needs, has been taken away.
std::vector<std::string> Circle(Dependencies left) {
  bool changed = true;
  while (changed) {
    changed = false;
    std::set<std::string> needed;
    for (const auto& [name, others] : left) needed.insert(others.begin(), others.end());
    for (auto it = left.begin(); it != left.end();) {
      const bool makes_none_wait = !needed.contains(it->first);
      changed = changed || makes_none_wait;
      it = makes_none_wait ? left.erase(it) : std::next(it);
    }
  }
  std::vector<std::string> names;
  for (const auto& [name, others] : left) names.push_back(name);
  return names;
}

Result<void> FindOrder(const std::vector<std::string>& active, Plan* plan) {
  Dependencies waiting = plan->dependencies;
  std::map<std::string, std::vector<std::string>> dependents;
  for (const auto& [name, others] : waiting) {
    for (const std::string& other : others) dependents[other].push_back(name);
  }
  std::map<std::string, std::size_t> position;
  for (const std::string& name : active) position.emplace(name, position.size());
  std::set<std::pair<std::size_t, std::string>> ready;
  for (const auto& [name, others] : waiting) {
    if (others.empty()) ready.emplace(position[name], name);
  }
  while (!ready.empty()) {
    const std::string name = ready.begin()->second;
    ready.erase(ready.begin());
    plan->order.push_back(name);
    waiting.erase(name);
    for (const std::string& dependent : dependents[name]) {
      std::set<std::string>& others = waiting[dependent];
      others.erase(name);
      if (others.empty()) ready.emplace(position[dependent], dependent);
    }
  }
  if (waiting.empty()) return {};
  return Fail(ValidationError(fmt::format("Circular dependency between resources: {}",
                                          Bracketed(Circle(std::move(waiting))))));
}

}  // namespace

Result<Plan> MakePlan(Template document, const ParameterTexts& given,
                      const PseudoParameters& pseudo) {
  Plan plan;
  plan.document = std::move(document);
  IATK_CHECK(CheckReferences(plan.document));
  IATK_TRY(plan.parameters, ResolveParameters(plan.document.parameters, given));
  plan.names = NamesOf(plan.document, plan.parameters, pseudo);
  IATK_TRY(plan.conditions, EvaluateConditions(plan.document, plan.names));

  std::vector<std::string> active;
  for (const Resource& resource : plan.document.resources) {
    if (!Holds(resource.condition, plan.conditions)) continue;
    active.push_back(resource.logical_id);
    References found;
    for (const auto& [name, value] : resource.properties) {
      IATK_CHECK(CollectReferences(plan.document, value, &plan.conditions, &found));
    }
    IATK_TRY(std::set<std::string> needs, ResourcesOf(plan, found, "Resources"));
    for (const std::string& name : resource.depends_on) {
      // DependsOn a resource whose condition does not hold waits for nothing.
      const Resource* const other = plan.document.FindResource(name);
      if (other != nullptr && Holds(other->condition, plan.conditions)) needs.insert(name);
    }
    plan.dependencies[resource.logical_id] = std::move(needs);
  }
  for (const Output& output : plan.document.outputs) {
    if (!Holds(output.condition, plan.conditions)) continue;
    References found;
    IATK_CHECK(CollectReferences(plan.document, output.value, &plan.conditions, &found));
    if (output.export_name) {
      IATK_CHECK(CollectReferences(plan.document, *output.export_name, &plan.conditions, &found));
    }
    IATK_CHECK(ResourcesOf(plan, found, "Outputs"));
  }
  IATK_CHECK(FindOrder(active, &plan));
  return plan;
}

}  // namespace iatk::cloud::cfn

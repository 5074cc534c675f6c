// Tags of state machines.
#include "iatk/cloud/services/stepfunctions/errors.h"
#include "iatk/cloud/services/stepfunctions/limits.h"
#include "iatk/cloud/services/stepfunctions/service.h"

namespace iatk::cloud {

namespace m = model::stepfunctions;

namespace {

Result<void> AddTags(StateMachine& machine, const Tags& tags) {
  Tags all = machine.tags;
  for (const auto& [key, value] : tags) all[key] = value;
  if (all.size() > sfn_limits::kMaxTags) return Fail(sfn_errors::TooManyTags(machine.arn));
  machine.tags = std::move(all);
  return {};
}

Error AsNotFound(const Error& error, std::string_view arn) {
  return error.code == "StateMachineDoesNotExist" ? sfn_errors::ResourceNotFound(arn) : error;
}

}  // namespace

Result<m::TagResourceOutput> StepFunctions::TagResource(RequestContext&,
                                                        const m::TagResourceInput& input) {
  const auto machine = FindMachine(*input.resource_arn);
  if (!machine) return Fail(AsNotFound(machine.error(), *input.resource_arn));
  Tags tags;
  for (const m::Tag& tag : *input.tags) {
    if (tag.key) tags[*tag.key] = tag.value.value_or("");
  }
  IATK_CHECK(AddTags(**machine, tags));
  return m::TagResourceOutput();
}

Result<m::UntagResourceOutput> StepFunctions::UntagResource(RequestContext&,
                                                            const m::UntagResourceInput& input) {
  const auto machine = FindMachine(*input.resource_arn);
  if (!machine) return Fail(AsNotFound(machine.error(), *input.resource_arn));
  for (const std::string& key : *input.tag_keys) (*machine)->tags.erase(key);
  return m::UntagResourceOutput();
}

Result<m::ListTagsForResourceOutput> StepFunctions::ListTagsForResource(
    RequestContext&, const m::ListTagsForResourceInput& input) {
  const auto machine = FindMachine(*input.resource_arn);
  if (!machine) return Fail(AsNotFound(machine.error(), *input.resource_arn));
  m::ListTagsForResourceOutput output;
  auto& tags = output.tags.emplace();
  for (const auto& [key, value] : (*machine)->tags) {
    m::Tag& tag = tags.emplace_back();
    tag.key = key;
    tag.value = value;
  }
  return output;
}

void StepFunctions::RegisterTags(Registry& registry) {
  TagSource source;
  source.list = [this](RequestContext& context) {
    std::vector<TaggedResource> resources;
    for (const auto& [name, machine] : regions_.For(context.account, context.region).machines) {
      if (!machine->tags.empty()) resources.push_back({machine->arn, machine->tags});
    }
    return resources;
  };
  source.tag = [this](RequestContext&, const std::string& arn, const Tags& tags) -> Result<void> {
    IATK_TRY(const std::shared_ptr<StateMachine> machine, FindMachine(arn));
    return AddTags(*machine, tags);
  };
  source.untag = [this](RequestContext&, const std::string& arn,
                        const std::vector<std::string>& keys) -> Result<void> {
    IATK_TRY(const std::shared_ptr<StateMachine> machine, FindMachine(arn));
    for (const std::string& key : keys) machine->tags.erase(key);
    return {};
  };
  registry.tagged_resources.Register("states", std::move(source));
}

}  // namespace iatk::cloud

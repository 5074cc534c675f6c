// Tags of state machines.
#include "iatk/cloud/services/stepfunctions/errors.h"
#include "iatk/cloud/services/stepfunctions/service.h"

namespace iatk::cloud {

namespace m = model::stepfunctions;

namespace {

constexpr std::size_t kMaxTags = 50;

}  // namespace

Result<m::TagResourceOutput> StepFunctions::TagResource(RequestContext& context,
                                                        const m::TagResourceInput& input) {
  auto machine = FindStateMachine(context, *input.resource_arn);
  if (!machine) return Fail(states_errors::ResourceNotFound(*input.resource_arn));
  auto tags = (*machine)->tags;
  for (const m::Tag& tag : *input.tags) tags[tag.key.value_or("")] = tag.value.value_or("");
  if (tags.size() > kMaxTags) return Fail(states_errors::TooManyTags(*input.resource_arn));
  (*machine)->tags = std::move(tags);
  return m::TagResourceOutput();
}

Result<m::UntagResourceOutput> StepFunctions::UntagResource(RequestContext& context,
                                                            const m::UntagResourceInput& input) {
  auto machine = FindStateMachine(context, *input.resource_arn);
  if (!machine) return Fail(states_errors::ResourceNotFound(*input.resource_arn));
  for (const std::string& key : *input.tag_keys) (*machine)->tags.erase(key);
  return m::UntagResourceOutput();
}

Result<m::ListTagsForResourceOutput> StepFunctions::ListTagsForResource(
    RequestContext& context, const m::ListTagsForResourceInput& input) {
  auto machine = FindStateMachine(context, *input.resource_arn);
  if (!machine) return Fail(states_errors::ResourceNotFound(*input.resource_arn));
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
    for (const auto& [arn, machine] : RegionOf(context).state_machines) {
      if (!machine->tags.empty()) resources.push_back({arn, machine->tags});
    }
    return resources;
  };
  source.tag = [this](RequestContext& context, const std::string& arn,
                      const Tags& tags) -> Result<void> {
    IATK_TRY(const auto machine, FindStateMachine(context, arn));
    for (const auto& [key, value] : tags) machine->tags[key] = value;
    return {};
  };
  source.untag = [this](RequestContext& context, const std::string& arn,
                        const std::vector<std::string>& keys) -> Result<void> {
    IATK_TRY(const auto machine, FindStateMachine(context, arn));
    for (const std::string& key : keys) machine->tags.erase(key);
    return {};
  };
  registry.tagged_resources.Register("states", std::move(source));
}

}  // namespace iatk::cloud

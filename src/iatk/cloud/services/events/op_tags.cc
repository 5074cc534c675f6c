// Tags of buses and rules.
#include "iatk/cloud/services/events/errors.h"
#include "iatk/cloud/services/events/limits.h"
#include "iatk/cloud/services/events/service.h"

namespace iatk::cloud {

namespace m = model::events;

std::map<std::string, std::string>* Events::FindTags(RequestContext& context,
                                                     const std::string& text) {
  const std::optional<Arn> arn = ParseArn(text);
  if (!arn || arn->service != "events") return nullptr;
  Region& region = RegionOf(context, arn->account, arn->region);
  for (auto& [name, bus] : region.buses) {
    if (bus.arn == text) return &bus.tags;
    for (auto& [rule_name, rule] : bus.rules) {
      if (rule.arn == text) return &rule.tags;
    }
  }
  return nullptr;
}

Result<m::TagResourceResponse> Events::TagResource(RequestContext& context,
                                                   const m::TagResourceRequest& input) {
  auto* const tags = FindTags(context, *input.resource_arn);
  if (tags == nullptr) return Fail(events_errors::ResourceDoesNotExist(*input.resource_arn));
  auto changed = *tags;
  for (const m::Tag& tag : *input.tags) changed[*tag.key] = *tag.value;
  if (changed.size() > events_limits::kMaxTags) {
    return Fail(events_errors::LimitExceeded("Number of tags exceeds the limit of 50."));
  }
  *tags = std::move(changed);
  return m::TagResourceResponse();
}

Result<m::UntagResourceResponse> Events::UntagResource(RequestContext& context,
                                                       const m::UntagResourceRequest& input) {
  auto* const tags = FindTags(context, *input.resource_arn);
  if (tags == nullptr) return Fail(events_errors::ResourceDoesNotExist(*input.resource_arn));
  for (const std::string& key : *input.tag_keys) tags->erase(key);
  return m::UntagResourceResponse();
}

Result<m::ListTagsForResourceResponse> Events::ListTagsForResource(
    RequestContext& context, const m::ListTagsForResourceRequest& input) {
  const auto* const tags = FindTags(context, *input.resource_arn);
  if (tags == nullptr) return Fail(events_errors::ResourceDoesNotExist(*input.resource_arn));
  m::ListTagsForResourceResponse output;
  auto& list = output.tags.emplace();
  for (const auto& [key, value] : *tags) {
    m::Tag& tag = list.emplace_back();
    tag.key = key;
    tag.value = value;
  }
  return output;
}

void Events::RegisterTags(Registry& registry) {
  TagSource source;
  source.list = [this](RequestContext& context) {
    std::vector<TaggedResource> resources;
    const Region& region = RegionOf(context, context.account, context.region);
    for (const auto& [name, bus] : region.buses) {
      if (!bus.tags.empty()) resources.push_back({bus.arn, bus.tags});
      for (const auto& [rule_name, rule] : bus.rules) {
        if (!rule.tags.empty()) resources.push_back({rule.arn, rule.tags});
      }
    }
    return resources;
  };
  source.tag = [this](RequestContext& context, const std::string& arn,
                      const Tags& tags) -> Result<void> {
    auto* const found = FindTags(context, arn);
    if (found == nullptr) return Fail(events_errors::ResourceDoesNotExist(arn));
    for (const auto& [key, value] : tags) (*found)[key] = value;
    return {};
  };
  source.untag = [this](RequestContext& context, const std::string& arn,
                        const std::vector<std::string>& keys) -> Result<void> {
    auto* const found = FindTags(context, arn);
    if (found == nullptr) return Fail(events_errors::ResourceDoesNotExist(arn));
    for (const std::string& key : keys) found->erase(key);
    return {};
  };
  registry.tagged_resources.Register("events", std::move(source));
}

}  // namespace iatk::cloud

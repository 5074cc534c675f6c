#include <utility>

#include "iatk/cloud/services/logs/errors.h"
#include "iatk/cloud/services/logs/service.h"

namespace iatk::cloud {

namespace m = model::logs;

namespace {

constexpr std::size_t kMaxTags = 50;

}  // namespace

Result<void> Logs::AddTags(LogGroup& group, const std::map<std::string, std::string>& tags) {
  std::map<std::string, std::string> all = group.tags;
  for (const auto& [key, value] : tags) all[key] = value;
  if (all.size() > kMaxTags) return Fail(logs_errors::TooManyTags(group.arn));
  group.tags = std::move(all);
  return {};
}

Result<model::Empty> Logs::TagResource(RequestContext& context,
                                       const m::TagResourceRequest& input) {
  IATK_TRY(LogGroup* const group, FindGroupByArn(context, *input.resource_arn));
  IATK_CHECK(AddTags(*group, *input.tags));
  return model::Empty();
}

Result<model::Empty> Logs::UntagResource(RequestContext& context,
                                         const m::UntagResourceRequest& input) {
  IATK_TRY(LogGroup* const group, FindGroupByArn(context, *input.resource_arn));
  for (const std::string& key : *input.tag_keys) group->tags.erase(key);
  return model::Empty();
}

Result<m::ListTagsForResourceResponse> Logs::ListTagsForResource(
    RequestContext& context, const m::ListTagsForResourceRequest& input) {
  IATK_TRY(const LogGroup* const group, FindGroupByArn(context, *input.resource_arn));
  m::ListTagsForResourceResponse output;
  output.tags = group->tags;
  return output;
}

Result<model::Empty> Logs::TagLogGroup(RequestContext& context,
                                       const m::TagLogGroupRequest& input) {
  IATK_TRY(LogGroup* const group, FindGroup(context, *input.log_group_name));
  IATK_CHECK(AddTags(*group, *input.tags));
  return model::Empty();
}

Result<model::Empty> Logs::UntagLogGroup(RequestContext& context,
                                         const m::UntagLogGroupRequest& input) {
  IATK_TRY(LogGroup* const group, FindGroup(context, *input.log_group_name));
  for (const std::string& key : *input.tags) group->tags.erase(key);
  return model::Empty();
}

Result<m::ListTagsLogGroupResponse> Logs::ListTagsLogGroup(
    RequestContext& context, const m::ListTagsLogGroupRequest& input) {
  IATK_TRY(const LogGroup* const group, FindGroup(context, *input.log_group_name));
  m::ListTagsLogGroupResponse output;
  output.tags = group->tags;
  return output;
}

void Logs::RegisterTagSource(Registry& registry) {
  TagSource source;
  source.list = [this](RequestContext& context) {
    std::vector<TaggedResource> resources;
    for (const auto& [name, group] : In(context).groups) {
      if (!group.tags.empty()) resources.push_back({group.arn, group.tags});
    }
    return resources;
  };
  source.tag = [this](RequestContext& context, const std::string& arn,
                      const Tags& tags) -> Result<void> {
    IATK_TRY(LogGroup* const group, FindGroupByArn(context, arn));
    return AddTags(*group, tags);
  };
  source.untag = [this](RequestContext& context, const std::string& arn,
                        const std::vector<std::string>& keys) -> Result<void> {
    IATK_TRY(LogGroup* const group, FindGroupByArn(context, arn));
    for (const std::string& key : keys) group->tags.erase(key);
    return {};
  };
  registry.tagged_resources.Register("logs", std::move(source));
}

}  // namespace iatk::cloud

// Resource Groups Tagging API: tags of the resources of all services, which each service keeps and
// offers through dispatch/tagged_resources.h.
#pragma once

#include <memory>

#include "iatk/cloud/dispatch/service.h"
#include "iatk/model/resourcegroupstaggingapi/operations.h"

namespace iatk::cloud {

class ResourceGroupsTagging final : public Service {
 public:
  explicit ResourceGroupsTagging(Registry& registry);

  Result<model::resourcegroupstaggingapi::GetResourcesOutput> GetResources(
      RequestContext& context, const model::resourcegroupstaggingapi::GetResourcesInput& input);
  Result<model::resourcegroupstaggingapi::TagResourcesOutput> TagResources(
      RequestContext& context, const model::resourcegroupstaggingapi::TagResourcesInput& input);
  Result<model::resourcegroupstaggingapi::UntagResourcesOutput> UntagResources(
      RequestContext& context, const model::resourcegroupstaggingapi::UntagResourcesInput& input);
  Result<model::resourcegroupstaggingapi::GetTagKeysOutput> GetTagKeys(
      RequestContext& context, const model::resourcegroupstaggingapi::GetTagKeysInput& input);
  Result<model::resourcegroupstaggingapi::GetTagValuesOutput> GetTagValues(
      RequestContext& context, const model::resourcegroupstaggingapi::GetTagValuesInput& input);

 private:
  std::vector<TaggedResource> All(RequestContext& context) const;
  const TagSource* SourceOf(const std::string& arn) const;

  const TaggedResources& resources_;
};

std::unique_ptr<Service> MakeResourceGroupsTagging(Registry& registry);

}  // namespace iatk::cloud

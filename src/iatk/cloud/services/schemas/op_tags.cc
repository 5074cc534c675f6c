// Tags of registries and schemas.
#include "iatk/cloud/services/schemas/errors.h"
#include "iatk/cloud/services/schemas/service.h"

namespace iatk::cloud {

namespace m = model::schemas;

std::map<std::string, std::string>* Schemas::FindTags(RequestContext& context,
                                                      const std::string& arn) {
  for (auto& [name, registry] : RegionOf(context).registries) {
    if (registry.arn == arn) return &registry.tags;
    for (auto& [schema_name, schema] : registry.schemas) {
      if (schema.arn == arn) return &schema.tags;
    }
  }
  return nullptr;
}

Result<model::Empty> Schemas::TagResource(RequestContext& context,
                                          const m::TagResourceRequest& input) {
  auto* const tags = FindTags(context, *input.resource_arn);
  if (tags == nullptr) return Fail(schemas_errors::ResourceNotFound(*input.resource_arn));
  for (const auto& [key, value] : *input.tags) (*tags)[key] = value;
  return model::Empty();
}

Result<model::Empty> Schemas::UntagResource(RequestContext& context,
                                            const m::UntagResourceRequest& input) {
  auto* const tags = FindTags(context, *input.resource_arn);
  if (tags == nullptr) return Fail(schemas_errors::ResourceNotFound(*input.resource_arn));
  for (const std::string& key : *input.tag_keys) tags->erase(key);
  return model::Empty();
}

Result<m::ListTagsForResourceResponse> Schemas::ListTagsForResource(
    RequestContext& context, const m::ListTagsForResourceRequest& input) {
  const auto* const tags = FindTags(context, *input.resource_arn);
  if (tags == nullptr) return Fail(schemas_errors::ResourceNotFound(*input.resource_arn));
  m::ListTagsForResourceResponse output;
  output.tags = *tags;
  return output;
}

void Schemas::RegisterTags(Registry& registry) {
  TagSource source;
  source.list = [this](RequestContext& context) {
    std::vector<TaggedResource> resources;
    for (const auto& [name, one] : RegionOf(context).registries) {
      if (!one.tags.empty()) resources.push_back({one.arn, one.tags});
      for (const auto& [schema_name, schema] : one.schemas) {
        if (!schema.tags.empty()) resources.push_back({schema.arn, schema.tags});
      }
    }
    return resources;
  };
  source.tag = [this](RequestContext& context, const std::string& arn,
                      const Tags& tags) -> Result<void> {
    m::TagResourceRequest input;
    input.resource_arn = arn;
    input.tags = tags;
    IATK_CHECK(TagResource(context, input));
    return {};
  };
  source.untag = [this](RequestContext& context, const std::string& arn,
                        const std::vector<std::string>& keys) -> Result<void> {
    m::UntagResourceRequest input;
    input.resource_arn = arn;
    input.tag_keys = keys;
    IATK_CHECK(UntagResource(context, input));
    return {};
  };
  registry.tagged_resources.Register("schemas", std::move(source));
}

}  // namespace iatk::cloud

#include "iatk/cloud/services/resourcegroupstaggingapi/service.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "iatk/base/digest.h"

namespace iatk::cloud {

namespace m = model::resourcegroupstaggingapi;

namespace {

constexpr std::size_t kDefaultResourcesPerPage = 50;
constexpr std::size_t kMaxResourcesPerPage = 100;
constexpr std::size_t kTagsPerPage = 100;  // GetTagKeys and GetTagValues
constexpr std::size_t kMaxResourceArns = 100;

Error InvalidParameter(std::string message) {
  return SenderError("InvalidParameterException", std::move(message));
}

// Tokens name the last item of their page, so that a page stays right when items come and go.
std::string TokenAfter(std::string_view last) { return Base64Encode(last); }

Result<std::string> LastOf(const std::optional<std::string>& token) {
  if (!token || token->empty()) return std::string();
  std::optional<std::string> last = Base64Decode(*token);
  if (!last) return Fail(InvalidParameter("Invalid pagination token"));
  return *std::move(last);
}

bool Passes(const TaggedResource& resource, const m::TagFilter& filter) {
  if (!filter.key) return true;
  const auto tag = resource.tags.find(*filter.key);
  if (tag == resource.tags.end()) return false;
  return !filter.values || filter.values->empty() ||
         std::ranges::find(*filter.values, tag->second) != filter.values->end();
}

// "sqs" and "sqs:queue" both take arn:aws:sqs:…; the second part is the resource's type where the
// ARN names one ("rule/x", "function:x").
bool IsOfType(const TaggedResource& resource, std::string_view filter) {
  const std::optional<Arn> arn = ParseArn(resource.arn);
  if (!arn) return false;
  const std::size_t colon = filter.find(':');
  if (arn->service != filter.substr(0, colon)) return false;
  if (colon == std::string_view::npos) return true;
  const std::size_t end = arn->resource.find_first_of(":/");
  // ARNs of queues, topics and buckets name no type.
  return end == std::string::npos || arn->resource.substr(0, end) == filter.substr(colon + 1);
}

m::FailureInfo FailureOf(const Error& error) {
  m::FailureInfo info;
  info.status_code = error.http_status;
  info.error_code =
      error.http_status >= 500 ? "InternalServiceException" : "InvalidParameterException";
  info.error_message = error.message;
  return info;
}

template <class Output, class Field>
Result<Output> PageOf(const std::set<std::string>& items, const std::optional<std::string>& token,
                      Field field) {
  IATK_TRY(const std::string last, LastOf(token));
  Output output;
  auto& page = (output.*field).emplace();
  auto it = last.empty() ? items.begin() : items.upper_bound(last);
  for (; it != items.end() && page.size() < kTagsPerPage; ++it) page.push_back(*it);
  output.pagination_token = it == items.end() ? "" : TokenAfter(page.back());
  return output;
}

}  // namespace

ResourceGroupsTagging::ResourceGroupsTagging(Registry& registry)
    : resources_(registry.tagged_resources) {
  using Self = ResourceGroupsTagging;
  registry.operations.On<m::op::GetResources>(this, &Self::GetResources);
  registry.operations.On<m::op::TagResources>(this, &Self::TagResources);
  registry.operations.On<m::op::UntagResources>(this, &Self::UntagResources);
  registry.operations.On<m::op::GetTagKeys>(this, &Self::GetTagKeys);
  registry.operations.On<m::op::GetTagValues>(this, &Self::GetTagValues);
}

std::vector<TaggedResource> ResourceGroupsTagging::All(RequestContext& context) const {
  std::vector<TaggedResource> all;
  for (const auto& [service, source] : resources_.sources()) {
    std::ranges::move(source.list(context), std::back_inserter(all));
  }
  std::ranges::sort(all, {}, &TaggedResource::arn);
  return all;
}

const TagSource* ResourceGroupsTagging::SourceOf(const std::string& arn) const {
  const std::optional<Arn> parsed = ParseArn(arn);
  if (!parsed) return nullptr;
  const auto it = resources_.sources().find(parsed->service);
  return it == resources_.sources().end() ? nullptr : &it->second;
}

Result<m::GetResourcesOutput> ResourceGroupsTagging::GetResources(
    RequestContext& context, const m::GetResourcesInput& input) {
  const bool has_arns = input.resource_arn_list && !input.resource_arn_list->empty();
  if (has_arns && ((input.tag_filters && !input.tag_filters->empty()) ||
                   (input.resource_type_filters && !input.resource_type_filters->empty()) ||
                   input.resources_per_page)) {
    return Fail(InvalidParameter(
        "ResourceARNList cannot be used with any of the following parameters: TagFilters, "
        "ResourceTypeFilters, ResourcesPerPage"));
  }
  if (has_arns && input.resource_arn_list->size() > kMaxResourceArns) {
    return Fail(InvalidParameter("ResourceARNList must hold at most 100 ARNs"));
  }
  if (input.resources_per_page &&
      (*input.resources_per_page < 1 ||
       static_cast<std::size_t>(*input.resources_per_page) > kMaxResourcesPerPage)) {
    return Fail(InvalidParameter("ResourcesPerPage must be between 1 and 100"));
  }
  IATK_TRY(const std::string last, LastOf(input.pagination_token));
  const std::size_t limit = input.resources_per_page
                                ? static_cast<std::size_t>(*input.resources_per_page)
                                : kDefaultResourcesPerPage;
  m::GetResourcesOutput output;
  auto& page = output.resource_tag_mapping_list.emplace();
  output.pagination_token = "";
  for (const TaggedResource& resource : All(context)) {
    if (resource.arn <= last) continue;
    if (has_arns && std::ranges::find(*input.resource_arn_list, resource.arn) ==
                        input.resource_arn_list->end()) {
      continue;
    }
    if (input.tag_filters && !std::ranges::all_of(*input.tag_filters, [&](const m::TagFilter& f) {
          return Passes(resource, f);
        })) {
      continue;
    }
    if (input.resource_type_filters && !input.resource_type_filters->empty() &&
        std::ranges::none_of(*input.resource_type_filters,
                             [&](const std::string& f) { return IsOfType(resource, f); })) {
      continue;
    }
    if (page.size() == limit) {
      output.pagination_token = TokenAfter(*page.back().resource_arn);
      break;
    }
    m::ResourceTagMapping mapping;
    mapping.resource_arn = resource.arn;
    auto& tags = mapping.tags.emplace();
    for (const auto& [key, value] : resource.tags) {
      m::Tag tag;
      tag.key = key;
      tag.value = value;
      tags.push_back(std::move(tag));
    }
    page.push_back(std::move(mapping));
  }
  return output;
}

Result<m::TagResourcesOutput> ResourceGroupsTagging::TagResources(
    RequestContext& context, const m::TagResourcesInput& input) {
  m::TagResourcesOutput output;
  auto& failed = output.failed_resources_map.emplace();
  for (const std::string& arn : *input.resource_arn_list) {
    const TagSource* const source = SourceOf(arn);
    const Result<void> done = source == nullptr
                                  ? Fail(InvalidParameter("Unsupported resource: " + arn))
                                  : source->tag(context, arn, *input.tags);
    if (!done) failed.emplace(arn, FailureOf(done.error()));
  }
  return output;
}

Result<m::UntagResourcesOutput> ResourceGroupsTagging::UntagResources(
    RequestContext& context, const m::UntagResourcesInput& input) {
  m::UntagResourcesOutput output;
  auto& failed = output.failed_resources_map.emplace();
  for (const std::string& arn : *input.resource_arn_list) {
    const TagSource* const source = SourceOf(arn);
    const Result<void> done = source == nullptr
                                  ? Fail(InvalidParameter("Unsupported resource: " + arn))
                                  : source->untag(context, arn, *input.tag_keys);
    if (!done) failed.emplace(arn, FailureOf(done.error()));
  }
  return output;
}

Result<m::GetTagKeysOutput> ResourceGroupsTagging::GetTagKeys(RequestContext& context,
                                                              const m::GetTagKeysInput& input) {
  std::set<std::string> keys;
  for (const TaggedResource& resource : All(context)) {
    for (const auto& [key, value] : resource.tags) keys.insert(key);
  }
  return PageOf<m::GetTagKeysOutput>(keys, input.pagination_token, &m::GetTagKeysOutput::tag_keys);
}

Result<m::GetTagValuesOutput> ResourceGroupsTagging::GetTagValues(
    RequestContext& context, const m::GetTagValuesInput& input) {
  std::set<std::string> values;
  for (const TaggedResource& resource : All(context)) {
    if (const auto tag = resource.tags.find(*input.key); tag != resource.tags.end()) {
      values.insert(tag->second);
    }
  }
  return PageOf<m::GetTagValuesOutput>(values, input.pagination_token,
                                       &m::GetTagValuesOutput::tag_values);
}

std::unique_ptr<Service> MakeResourceGroupsTagging(Registry& registry) {
  return std::make_unique<ResourceGroupsTagging>(registry);
}

}  // namespace iatk::cloud

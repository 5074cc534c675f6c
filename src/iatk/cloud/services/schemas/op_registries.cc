// Registries.
#include "iatk/cloud/dispatch/page.h"
#include "iatk/cloud/services/schemas/errors.h"
#include "iatk/cloud/services/schemas/service.h"

namespace iatk::cloud {

namespace m = model::schemas;

namespace {

bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= 64 &&
         name.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
             std::string_view::npos;
}

}  // namespace

Result<m::CreateRegistryResponse> Schemas::CreateRegistry(RequestContext& context,
                                                          const m::CreateRegistryRequest& input) {
  const std::string& name = *input.registry_name;
  if (!IsName(name)) {
    return Fail(schemas_errors::BadRequest("Registry name " + name + " is not valid."));
  }
  // AWS's own registries, and the one that discovery fills.
  if (name.starts_with("aws.") || name == "discovered-schemas") {
    return Fail(schemas_errors::BadRequest("Registry name " + name + " is reserved."));
  }
  auto& registries = RegionOf(context).registries;
  if (registries.contains(name)) {
    return Fail(schemas_errors::Conflict("Registry with name " + name + " already exists."));
  }
  SchemaRegistry& registry = registries[name];
  registry.name = name;
  registry.arn = context.MakeArn("schemas", "registry/" + name);
  registry.description = input.description;
  registry.tags = input.tags.value_or(Tags());
  m::CreateRegistryResponse output;
  output.registry_name = name;
  output.registry_arn = registry.arn;
  output.description = registry.description;
  output.tags = registry.tags;
  return output;
}

Result<m::DescribeRegistryResponse> Schemas::DescribeRegistry(
    RequestContext& context, const m::DescribeRegistryRequest& input) {
  IATK_TRY(const SchemaRegistry* const registry, FindRegistry(context, *input.registry_name));
  m::DescribeRegistryResponse output;
  output.registry_name = registry->name;
  output.registry_arn = registry->arn;
  output.description = registry->description;
  output.tags = registry->tags;
  return output;
}

Result<m::UpdateRegistryResponse> Schemas::UpdateRegistry(RequestContext& context,
                                                          const m::UpdateRegistryRequest& input) {
  IATK_TRY(SchemaRegistry* const registry, FindRegistry(context, *input.registry_name));
  registry->description = input.description;
  m::UpdateRegistryResponse output;
  output.registry_name = registry->name;
  output.registry_arn = registry->arn;
  output.description = registry->description;
  output.tags = registry->tags;
  return output;
}

Result<model::Empty> Schemas::DeleteRegistry(RequestContext& context,
                                             const m::DeleteRegistryRequest& input) {
  IATK_CHECK(FindRegistry(context, *input.registry_name));
  RegionOf(context).registries.erase(*input.registry_name);
  return model::Empty();
}

Result<m::ListRegistriesResponse> Schemas::ListRegistries(RequestContext& context,
                                                          const m::ListRegistriesRequest& input) {
  m::ListRegistriesResponse output;
  auto& registries = output.registries.emplace();
  if (input.scope.value_or("LOCAL") == "AWS") return output;
  IATK_TRY(
      output.next_token,
      TakePage(RegionOf(context).registries,
               {input.next_token, input.limit, schemas_errors::BadRequest("Invalid NextToken.")},
               [&](const std::string& name, const SchemaRegistry& registry) {
                 if (!name.starts_with(input.registry_name_prefix.value_or(""))) return false;
                 m::RegistrySummary& one = registries.emplace_back();
                 one.registry_name = name;
                 one.registry_arn = registry.arn;
                 one.tags = registry.tags;
                 return true;
               }));
  return output;
}

}  // namespace iatk::cloud

#include "iatk/cloud/services/schemas/service.h"

#include <charconv>

#include "iatk/cloud/services/schemas/errors.h"

namespace iatk::cloud {

namespace op = model::schemas::op;

Schemas::Schemas(Registry& registry) {
  OperationTable& operations = registry.operations;
  operations.On<op::CreateRegistry>(this, &Schemas::CreateRegistry);
  operations.On<op::CreateSchema>(this, &Schemas::CreateSchema);
  operations.On<op::DeleteRegistry>(this, &Schemas::DeleteRegistry);
  operations.On<op::DeleteSchema>(this, &Schemas::DeleteSchema);
  operations.On<op::DeleteSchemaVersion>(this, &Schemas::DeleteSchemaVersion);
  operations.On<op::DescribeRegistry>(this, &Schemas::DescribeRegistry);
  operations.On<op::DescribeSchema>(this, &Schemas::DescribeSchema);
  operations.On<op::ExportSchema>(this, &Schemas::ExportSchema);
  operations.On<op::ListRegistries>(this, &Schemas::ListRegistries);
  operations.On<op::ListSchemaVersions>(this, &Schemas::ListSchemaVersions);
  operations.On<op::ListSchemas>(this, &Schemas::ListSchemas);
  operations.On<op::ListTagsForResource>(this, &Schemas::ListTagsForResource);
  operations.On<op::SearchSchemas>(this, &Schemas::SearchSchemas);
  operations.On<op::TagResource>(this, &Schemas::TagResource);
  operations.On<op::UntagResource>(this, &Schemas::UntagResource);
  operations.On<op::UpdateRegistry>(this, &Schemas::UpdateRegistry);
  operations.On<op::UpdateSchema>(this, &Schemas::UpdateSchema);
  RegisterTags(registry);
  RegisterResourceTypes(registry);
}

Result<Schemas::SchemaRegistry*> Schemas::FindRegistry(RequestContext& context,
                                                       const std::string& name) {
  auto& registries = RegionOf(context).registries;
  const auto found = registries.find(name);
  if (found == registries.end()) return Fail(schemas_errors::RegistryNotFound(name));
  return &found->second;
}

Result<Schemas::Schema*> Schemas::FindSchema(RequestContext& context, const std::string& registry,
                                             const std::string& name) {
  IATK_TRY(SchemaRegistry* const in, FindRegistry(context, registry));
  const auto found = in->schemas.find(name);
  if (found == in->schemas.end()) return Fail(schemas_errors::SchemaNotFound(name));
  return &found->second;
}

Result<std::map<int, Schemas::Version>::const_iterator> Schemas::FindVersion(
    const Schema& schema, const std::optional<std::string>& wanted) const {
  if (!wanted || wanted->empty()) return std::prev(schema.versions.end());
  int number = 0;
  const auto parsed = std::from_chars(wanted->data(), wanted->data() + wanted->size(), number);
  const auto found = parsed.ec == std::errc() && parsed.ptr == wanted->data() + wanted->size()
                         ? schema.versions.find(number)
                         : schema.versions.end();
  if (found == schema.versions.end()) {
    return Fail(schemas_errors::VersionNotFound(schema.name, *wanted));
  }
  return found;
}

std::unique_ptr<Service> MakeSchemas(Registry& registry) {
  return std::make_unique<Schemas>(registry);
}

}  // namespace iatk::cloud

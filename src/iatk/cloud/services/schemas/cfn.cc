// AWS::EventSchemas::Registry and AWS::EventSchemas::Schema.
#include "iatk/cloud/dispatch/properties.h"
#include "iatk/cloud/services/schemas/service.h"

namespace iatk::cloud {

namespace m = model::schemas;

namespace {

// The last parts of a registry's or schema's ARN.
std::string AfterSlash(const std::string& arn, int slash) {
  std::size_t at = 0;
  for (int i = 0; i < slash; ++i) at = arn.find('/', at) + 1;
  return arn.substr(at, arn.find('/', at) - at);
}

template <class Output>
ResourceResult SchemaResult(const Output& output) {
  return {*output.schema_arn, json::Object{{"SchemaArn", *output.schema_arn},
                                           {"SchemaName", *output.schema_name},
                                           {"SchemaVersion", *output.schema_version}}};
}

}  // namespace

void Schemas::RegisterResourceTypes(Registry& registry) {
  ResourceType type;
  type.name = "AWS::EventSchemas::Registry";
  type.properties = {"Description", "RegistryName", "Tags"};
  type.create = [this](ResourceRequest& request) -> Result<ResourceResult> {
    m::CreateRegistryRequest input;
    input.registry_name =
        TextOf(request.properties, "RegistryName").value_or(request.GeneratedName(64));
    input.description = TextOf(request.properties, "Description");
    input.tags = TagsOf(request);
    IATK_TRY(const m::CreateRegistryResponse output, CreateRegistry(request.context, input));
    return ResourceResult{*output.registry_arn,
                          json::Object{{"RegistryArn", *output.registry_arn},
                                       {"RegistryName", *output.registry_name}}};
  };
  type.update = [this, create = type.create](ResourceRequest& request) -> Result<ResourceResult> {
    if (TextOf(request.properties, "RegistryName") !=
        TextOf(request.previous_properties, "RegistryName")) {
      return create(request);
    }
    m::UpdateRegistryRequest input;
    input.registry_name = AfterSlash(request.physical_id, 1);
    input.description = TextOf(request.properties, "Description");
    IATK_TRY(const m::UpdateRegistryResponse output, UpdateRegistry(request.context, input));
    return ResourceResult{*output.registry_arn,
                          json::Object{{"RegistryArn", *output.registry_arn},
                                       {"RegistryName", *output.registry_name}}};
  };
  type.remove = [this](ResourceRequest& request) -> Result<void> {
    m::DeleteRegistryRequest input;
    input.registry_name = AfterSlash(request.physical_id, 1);
    const Result<model::Empty> done = DeleteRegistry(request.context, input);
    if (!done && done.error().code != "NotFoundException") return Fail(done.error());
    return {};
  };
  registry.resource_types.Register(std::move(type));

  ResourceType schema;
  schema.name = "AWS::EventSchemas::Schema";
  schema.properties = {"Content", "Description", "RegistryName", "SchemaName", "Tags", "Type"};
  schema.create = [this](ResourceRequest& request) -> Result<ResourceResult> {
    m::CreateSchemaRequest input;
    input.registry_name = TextOf(request.properties, "RegistryName").value_or("");
    input.schema_name =
        TextOf(request.properties, "SchemaName").value_or(request.GeneratedName(385));
    input.type = TextOf(request.properties, "Type").value_or("");
    input.content = TextOf(request.properties, "Content").value_or("");
    input.description = TextOf(request.properties, "Description");
    input.tags = TagsOf(request);
    IATK_TRY(const m::CreateSchemaResponse output, CreateSchema(request.context, input));
    return SchemaResult(output);
  };
  schema.update = [this,
                   create = schema.create](ResourceRequest& request) -> Result<ResourceResult> {
    for (const std::string_view name : {"RegistryName", "SchemaName"}) {
      if (TextOf(request.properties, name) != TextOf(request.previous_properties, name)) {
        return create(request);
      }
    }
    m::UpdateSchemaRequest input;
    input.registry_name = AfterSlash(request.physical_id, 1);
    input.schema_name = AfterSlash(request.physical_id, 2);
    input.type = TextOf(request.properties, "Type");
    input.content = TextOf(request.properties, "Content");
    input.description = TextOf(request.properties, "Description");
    IATK_TRY(const m::UpdateSchemaResponse output, UpdateSchema(request.context, input));
    return SchemaResult(output);
  };
  schema.remove = [this](ResourceRequest& request) -> Result<void> {
    m::DeleteSchemaRequest input;
    input.registry_name = AfterSlash(request.physical_id, 1);
    input.schema_name = AfterSlash(request.physical_id, 2);
    const Result<model::Empty> done = DeleteSchema(request.context, input);
    if (!done && done.error().code != "NotFoundException") return Fail(done.error());
    return {};
  };
  registry.resource_types.Register(std::move(schema));
}

}  // namespace iatk::cloud

// Amazon EventBridge Schemas: registries of schemas in versions.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "iatk/cloud/dispatch/service.h"
#include "iatk/cloud/store/store.h"
#include "iatk/model/schemas/operations.h"

namespace iatk::cloud {

class Schemas final : public Service {
 public:
  explicit Schemas(Registry& registry);

  // Registries: op_registries.cc.
  Result<model::schemas::CreateRegistryResponse> CreateRegistry(
      RequestContext&, const model::schemas::CreateRegistryRequest&);
  Result<model::schemas::DescribeRegistryResponse> DescribeRegistry(
      RequestContext&, const model::schemas::DescribeRegistryRequest&);
  Result<model::schemas::UpdateRegistryResponse> UpdateRegistry(
      RequestContext&, const model::schemas::UpdateRegistryRequest&);
  Result<model::Empty> DeleteRegistry(RequestContext&,
                                      const model::schemas::DeleteRegistryRequest&);
  Result<model::schemas::ListRegistriesResponse> ListRegistries(
      RequestContext&, const model::schemas::ListRegistriesRequest&);

  // Schemas: op_schemas.cc.
  Result<model::schemas::CreateSchemaResponse> CreateSchema(
      RequestContext&, const model::schemas::CreateSchemaRequest&);
  Result<model::schemas::UpdateSchemaResponse> UpdateSchema(
      RequestContext&, const model::schemas::UpdateSchemaRequest&);
  Result<model::schemas::DescribeSchemaResponse> DescribeSchema(
      RequestContext&, const model::schemas::DescribeSchemaRequest&);
  Result<model::schemas::ExportSchemaResponse> ExportSchema(
      RequestContext&, const model::schemas::ExportSchemaRequest&);
  Result<model::Empty> DeleteSchema(RequestContext&, const model::schemas::DeleteSchemaRequest&);
  Result<model::Empty> DeleteSchemaVersion(RequestContext&,
                                           const model::schemas::DeleteSchemaVersionRequest&);
  Result<model::schemas::ListSchemasResponse> ListSchemas(
      RequestContext&, const model::schemas::ListSchemasRequest&);
  Result<model::schemas::ListSchemaVersionsResponse> ListSchemaVersions(
      RequestContext&, const model::schemas::ListSchemaVersionsRequest&);
  Result<model::schemas::SearchSchemasResponse> SearchSchemas(
      RequestContext&, const model::schemas::SearchSchemasRequest&);

  // Tags: op_tags.cc.
  Result<model::Empty> TagResource(RequestContext&, const model::schemas::TagResourceRequest&);
  Result<model::Empty> UntagResource(RequestContext&, const model::schemas::UntagResourceRequest&);
  Result<model::schemas::ListTagsForResourceResponse> ListTagsForResource(
      RequestContext&, const model::schemas::ListTagsForResourceRequest&);

 private:
  struct Version {
    std::string content;
    std::string type;
    Time created;
  };
  struct Schema {
    std::string name;
    std::string arn;
    std::optional<std::string> description;
    std::map<std::string, std::string> tags;
    std::map<int, Version> versions;
    int last_version = 0;
    Time modified;
  };
  struct SchemaRegistry {
    std::string name;
    std::string arn;
    std::optional<std::string> description;
    std::map<std::string, std::string> tags;
    std::map<std::string, Schema> schemas;
  };
  struct Region {
    std::map<std::string, SchemaRegistry> registries;
  };

  Region& RegionOf(RequestContext& context) {
    return regions_.For(context.account, context.region);
  }
  Result<SchemaRegistry*> FindRegistry(RequestContext& context, const std::string& name);
  Result<Schema*> FindSchema(RequestContext& context, const std::string& registry,
                             const std::string& name);
  /// The version that `wanted` names, or the latest.
  Result<std::map<int, Version>::const_iterator> FindVersion(
      const Schema& schema, const std::optional<std::string>& wanted) const;
  std::map<std::string, std::string>* FindTags(RequestContext& context, const std::string& arn);
  void RegisterTags(Registry& registry);
  void RegisterResourceTypes(Registry& registry);  // cfn.cc

  Store<Region> regions_;
};

std::unique_ptr<Service> MakeSchemas(Registry& registry);

}  // namespace iatk::cloud

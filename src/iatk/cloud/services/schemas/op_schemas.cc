// Schemas and their versions.
#include <fmt/format.h>

#include "iatk/cloud/dispatch/page.h"
#include "iatk/cloud/services/schemas/errors.h"
#include "iatk/cloud/services/schemas/service.h"
#include "iatk/json/parse.h"

namespace iatk::cloud {

namespace m = model::schemas;

namespace {

Result<void> CheckContent(const std::string& content, const std::string& type) {
  const auto json = json::Parse(content);
  if (!json || json->AsObject() == nullptr) {
    return Fail(schemas_errors::BadRequest("Schema content is not valid JSON."));
  }
  if (type == "OpenApi3") {
    const std::string* const version = json->FindString("openapi");
    if (version == nullptr || !version->starts_with("3.0")) {
      return Fail(schemas_errors::BadRequest(
          "Schema content is not valid OpenApi3: attribute openapi is missing or not 3.0."));
    }
  }
  return {};
}

// Create and Update answer alike.
template <class Output, class Schema, class Version>
Output Describe(const Schema& schema, int number, const Version& version) {
  Output output;
  output.schema_name = schema.name;
  output.schema_arn = schema.arn;
  output.description = schema.description;
  output.tags = schema.tags;
  output.type = version.type;
  output.schema_version = std::to_string(number);
  output.last_modified = schema.modified;
  output.version_created_date = version.created;
  return output;
}

Error InvalidToken() { return schemas_errors::BadRequest("Invalid NextToken."); }

}  // namespace

Result<m::CreateSchemaResponse> Schemas::CreateSchema(RequestContext& context,
                                                      const m::CreateSchemaRequest& input) {
  IATK_TRY(SchemaRegistry* const registry, FindRegistry(context, *input.registry_name));
  const std::string& name = *input.schema_name;
  if (name.empty() || name.size() > 385) {
    return Fail(schemas_errors::BadRequest("Schema name " + name + " is not valid."));
  }
  if (registry->schemas.contains(name)) {
    return Fail(schemas_errors::Conflict("Schema with name " + name + " already exists."));
  }
  IATK_CHECK(CheckContent(*input.content, *input.type));
  Schema& schema = registry->schemas[name];
  schema.name = name;
  schema.arn = context.MakeArn("schemas", fmt::format("schema/{}/{}", registry->name, name));
  schema.description = input.description;
  schema.tags = input.tags.value_or(Tags());
  schema.modified = context.Now();
  schema.last_version = 1;
  schema.versions[1] = {*input.content, *input.type, context.Now()};
  return Describe<m::CreateSchemaResponse>(schema, 1, schema.versions[1]);
}

Result<m::UpdateSchemaResponse> Schemas::UpdateSchema(RequestContext& context,
                                                      const m::UpdateSchemaRequest& input) {
  IATK_TRY(Schema* const schema, FindSchema(context, *input.registry_name, *input.schema_name));
  const Version& latest = schema->versions.rbegin()->second;
  const std::string type = input.type.value_or(latest.type);
  if (input.content) {
    IATK_CHECK(CheckContent(*input.content, type));
    // The same content makes no new version.
    if (*input.content != latest.content || type != latest.type) {
      schema->versions[++schema->last_version] = {*input.content, type, context.Now()};
    }
  }
  if (input.description) schema->description = input.description;
  schema->modified = context.Now();
  const auto newest = std::prev(schema->versions.end());
  return Describe<m::UpdateSchemaResponse>(*schema, newest->first, newest->second);
}

Result<m::DescribeSchemaResponse> Schemas::DescribeSchema(RequestContext& context,
                                                          const m::DescribeSchemaRequest& input) {
  IATK_TRY(const Schema* const schema,
           FindSchema(context, *input.registry_name, *input.schema_name));
  IATK_TRY(const auto version, FindVersion(*schema, input.schema_version));
  auto output = Describe<m::DescribeSchemaResponse>(*schema, version->first, version->second);
  output.content = version->second.content;
  return output;
}

Result<m::ExportSchemaResponse> Schemas::ExportSchema(RequestContext& context,
                                                      const m::ExportSchemaRequest& input) {
  IATK_TRY(const Schema* const schema,
           FindSchema(context, *input.registry_name, *input.schema_name));
  IATK_TRY(const auto version, FindVersion(*schema, input.schema_version));
  if (*input.type != "JSONSchemaDraft4") {
    return Fail(schemas_errors::BadRequest("Export type " + *input.type + " is not supported."));
  }
  if (version->second.type != *input.type) {
    Error error = ReceiverError(
        "NotImplemented", "schemas:ExportSchema of an OpenApi3 schema as JSONSchemaDraft4", 501);
    error.retryable = false;
    return Fail(std::move(error));
  }
  m::ExportSchemaResponse output;
  output.schema_name = schema->name;
  output.schema_arn = schema->arn;
  output.schema_version = std::to_string(version->first);
  output.type = *input.type;
  output.content = version->second.content;
  return output;
}

Result<model::Empty> Schemas::DeleteSchema(RequestContext& context,
                                           const m::DeleteSchemaRequest& input) {
  IATK_CHECK(FindSchema(context, *input.registry_name, *input.schema_name));
  IATK_TRY(SchemaRegistry* const registry, FindRegistry(context, *input.registry_name));
  registry->schemas.erase(*input.schema_name);
  return model::Empty();
}

Result<model::Empty> Schemas::DeleteSchemaVersion(RequestContext& context,
                                                  const m::DeleteSchemaVersionRequest& input) {
  IATK_TRY(Schema* const schema, FindSchema(context, *input.registry_name, *input.schema_name));
  IATK_TRY(const auto version, FindVersion(*schema, input.schema_version));
  if (schema->versions.size() == 1) {
    return Fail(schemas_errors::BadRequest("The only version of a schema cannot be deleted."));
  }
  schema->versions.erase(version);
  return model::Empty();
}

Result<m::ListSchemasResponse> Schemas::ListSchemas(RequestContext& context,
                                                    const m::ListSchemasRequest& input) {
  IATK_TRY(const SchemaRegistry* const registry, FindRegistry(context, *input.registry_name));
  m::ListSchemasResponse output;
  auto& schemas = output.schemas.emplace();
  IATK_TRY(output.next_token,
           TakePage(registry->schemas, {input.next_token, input.limit, InvalidToken()},
                    [&](const std::string& name, const Schema& schema) {
                      if (!name.starts_with(input.schema_name_prefix.value_or(""))) return false;
                      m::SchemaSummary& one = schemas.emplace_back();
                      one.schema_name = name;
                      one.schema_arn = schema.arn;
                      one.tags = schema.tags;
                      one.last_modified = schema.modified;
                      one.version_count = static_cast<std::int64_t>(schema.versions.size());
                      return true;
                    }));
  return output;
}

Result<m::ListSchemaVersionsResponse> Schemas::ListSchemaVersions(
    RequestContext& context, const m::ListSchemaVersionsRequest& input) {
  IATK_TRY(const Schema* const schema,
           FindSchema(context, *input.registry_name, *input.schema_name));
  // Newest first; tokens go by name, so names are made to sort that way.
  std::map<std::string, std::pair<int, const Version*>> newest_first;
  for (const auto& [number, version] : schema->versions) {
    newest_first.emplace(fmt::format("{:010}", 1'000'000'000 - number),
                         std::pair(number, &version));
  }
  m::ListSchemaVersionsResponse output;
  auto& versions = output.schema_versions.emplace();
  IATK_TRY(output.next_token,
           TakePage(newest_first, {input.next_token, input.limit, InvalidToken()},
                    [&](const std::string&, const std::pair<int, const Version*>& version) {
                      m::SchemaVersionSummary& one = versions.emplace_back();
                      one.schema_name = schema->name;
                      one.schema_arn = schema->arn;
                      one.schema_version = std::to_string(version.first);
                      one.type = version.second->type;
                      return true;
                    }));
  return output;
}

Result<m::SearchSchemasResponse> Schemas::SearchSchemas(RequestContext& context,
                                                        const m::SearchSchemasRequest& input) {
  IATK_TRY(const SchemaRegistry* const registry, FindRegistry(context, *input.registry_name));
  m::SearchSchemasResponse output;
  auto& found = output.schemas.emplace();
  IATK_TRY(output.next_token,
           TakePage(registry->schemas, {input.next_token, input.limit, InvalidToken()},
                    [&](const std::string& name, const Schema& schema) {
                      m::SearchSchemaSummary summary;
                      auto& versions = summary.schema_versions.emplace();
                      for (const auto& [number, version] : schema.versions) {
                        if (name.find(*input.keywords) == std::string::npos &&
                            version.content.find(*input.keywords) == std::string::npos) {
                          continue;
                        }
                        m::SearchSchemaVersionSummary& one = versions.emplace_back();
                        one.schema_version = std::to_string(number);
                        one.created_date = version.created;
                        one.type = version.type;
                      }
                      if (versions.empty()) return false;
                      summary.registry_name = registry->name;
                      summary.schema_name = name;
                      summary.schema_arn = schema.arn;
                      found.push_back(std::move(summary));
                      return true;
                    }));
  return output;
}

}  // namespace iatk::cloud

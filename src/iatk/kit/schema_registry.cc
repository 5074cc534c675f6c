#include "iatk/kit/schema_registry.h"

#include <utility>

#include "iatk/json/parse.h"
#include "iatk/model/schemas/operations.h"

namespace iatk::kit {

namespace schemas = model::schemas;

Result<RegisteredSchema> FetchSchema(Session& session, const SchemaLocation& location) {
  schemas::DescribeSchemaRequest input;
  input.registry_name = location.registry;
  input.schema_name = location.schema;
  if (!location.version.empty()) input.schema_version = location.version;
  IATK_TRY(const schemas::DescribeSchemaResponse output,
           session.Call<schemas::op::DescribeSchema>(input).map_error(
               [](const Error& error) { return Wrap("failed to get schema", error); }));
  IATK_TRY(json::Value schema,
           json::Parse(output.content.value_or("")).map_error([](const Error& error) {
             return Wrap("failed to read schema", error);
           }));
  return RegisteredSchema{std::move(schema), output.type.value_or("")};
}

Result<json::Value> GenerateBareboneEvent(Session& session, const SchemaLocation& location,
                                          const MockEventOptions& options) {
  IATK_TRY(const RegisteredSchema schema, FetchSchema(session, location));
  return MakeBareboneEvent(schema.document, schema.type, options, session.clock());
}

}  // namespace iatk::kit

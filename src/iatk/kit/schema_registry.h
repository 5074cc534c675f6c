// Mock events from the schema registry.
#pragma once

#include <string>

#include "iatk/base/result.h"
#include "iatk/kit/mock_event.h"
#include "iatk/kit/session.h"

namespace iatk::kit {

struct SchemaLocation {
  std::string registry;
  std::string schema;
  std::string version;  ///< empty: the latest
};

struct RegisteredSchema {
  json::Value document;
  std::string type;  ///< "OpenApi3" or "JSONSchemaDraft4"
};

Result<RegisteredSchema> FetchSchema(Session& session, const SchemaLocation& location);

/// Fetches a schema and makes the barest event it describes (mock_event.h).
Result<json::Value> GenerateBareboneEvent(Session& session, const SchemaLocation& location,
                                          const MockEventOptions& options);

}  // namespace iatk::kit

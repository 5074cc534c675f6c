// The original kit's mock events: the barest that a schema of a registry describes.
#pragma once

#include <string>
#include <string_view>

#include "iatk/base/clock.h"
#include "iatk/base/result.h"
#include "iatk/json/value.h"

namespace iatk::kit {

struct MockEventOptions {
  /// OpenAPI only: the component that describes the event, by its name ("MyEvent") or as a
  /// reference ("#/components/schemas/MyEvent").
  std::string event_ref;
  /// Leaves out the members that a `required` list does not name.
  bool skip_optional = false;
};

/// The barest event that a schema describes: the first value of an enum or the const
/// where there is one, else "" for a string (the current time for "date-time"), 0, false,
/// [], and objects of these. Where that is not valid, what the generator of json_schema finds in
/// minimal form; fails if it finds nothing, or if the schema can't be used. `schema_type` is the
/// registry's: "OpenApi3" or "JSONSchemaDraft4".
Result<json::Value> MakeBareboneEvent(const json::Value& schema, std::string_view schema_type,
                                      const MockEventOptions& options, const Clock& clock);

}  // namespace iatk::kit

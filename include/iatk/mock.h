// Mock events that their schema takes, or by one keyword does not. See Kit::MockEvents.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "iatk/export.h"
#include "iatk/json.h"
#include "iatk/result.h"
#include "iatk/time.h"

namespace iatk::v0 {

enum class MockVariant {
  kMinimal,   ///< one event of the barest values
  kFull,      ///< one event with examples, and values by chance
  kBoundary,  ///< one for each limit of the schema, all valid
  kInvalid,   ///< one for each keyword, which it breaks and no other
};

struct MockOptions {
  // Where the schema is: in an EventBridge schema registry, by default its latest version …
  std::string registry_name = {};
  std::string schema_name = {};
  std::string schema_version = {};
  /// … or the document itself: a JSON Schema, draft 4 to 2020-12, or OpenAPI 3.0 or 3.1.
  std::optional<json::Value> schema = std::nullopt;
  /// The component that describes the event, or a reference ("#/definitions/Order"); empty:
  /// "AWSEvent", the only component, or the whole JSON Schema.
  std::string event_ref = {};
  MockVariant variant = MockVariant::kFull;
  /// The same seed gives the same events, times included.
  std::optional<std::uint64_t> seed = std::nullopt;
  bool skip_optional = false;  ///< leaves out what the schema does not require

  /// Puts EventBridge's envelope around the event, or fills it in where the schema describes it.
  bool envelope = false;
  // What the envelope says; by default what the schema or its name tells.
  std::string source = {};
  std::string detail_type = {};
  std::string account = {};  ///< empty: "123456789012"
  std::vector<std::string> resources = {};
  /// Of the event; nullopt: now, or with a seed a time that stands still.
  std::optional<Time> time = std::nullopt;
};

/// An event made from a schema; it was validated.
struct MockEvent {
  json::Value event;
  // Of kBoundary and kInvalid, what is special about it:
  std::string path;         ///< the place, as a JSON pointer into what the schema describes
  std::string schema_path;  ///< "#/properties/total/minimum"
  std::string keyword;      ///< "minimum"
  std::string note;         ///< in words
};

}  // namespace iatk::v0

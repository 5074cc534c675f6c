// Mock events that are valid, at the limits of their schema, or broken in one place; with the
// envelope of EventBridge around them if that is wanted.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/clock.h"
#include "iatk/base/result.h"
#include "iatk/json/value.h"
#include "iatk/kit/schema_registry.h"

namespace iatk::kit {

enum class MockVariant { kMinimal, kFull, kBoundary, kInvalid };

/// "minimal", "full", "boundary" or "invalid"; fails for anything else.
Result<MockVariant> MockVariantOf(std::string_view name);

/// The time of mock events for which none was given: of those with a seed one that stands still, so
/// that they are the same on any day.
inline constexpr Time kSeededTime{std::chrono::seconds(1'767'225'600)};  // 2026-01-01T00:00:00Z

struct MockParams {
  MockVariant variant = MockVariant::kFull;
  /// The schema in the document that describes the event: a component's name, or a reference
  /// ("#/components/schemas/Order", "#/definitions/Order"). Empty: of an OpenAPI document,
  /// "AWSEvent" or the only component; of a JSON Schema, the document itself.
  std::string event_ref;
  std::uint64_t seed = 0;  ///< the same seed and time give the same events, byte by byte
  Time time;               ///< of the event, and of all times in it
  bool skip_optional = false;

  /// Whether EventBridge's envelope is filled in, or put around the event where the schema
  /// describes the detail alone. A schema of AWS ("x-amazon-events-source" and "-detail-type")
  /// describes the envelope; its source and detail-type are filled in in any case.
  bool envelope = false;
  std::string source;       ///< empty: of the schema, or of its name ("source@DetailType")
  std::string detail_type;  ///< likewise
  std::string account = "123456789012";
  std::string region = "us-east-1";
  std::vector<std::string> resources;
};

/// One event, and for the variants kBoundary and kInvalid what is special about it; places are in
/// what the schema describes.
struct MockEvent {
  json::Value event;
  std::string path;  ///< a JSON pointer
  std::string schema_path;
  std::string keyword;
  std::string note;
};

/// One event for kMinimal and kFull, else one for each limit or keyword: at most 500. `name` is the
/// schema's, or empty. All were validated: those of kInvalid break exactly the one keyword that is
/// named, all others none. Fails if the schema can't be used, or nothing was found that meets it.
Result<std::vector<MockEvent>> MakeMockEvents(const RegisteredSchema& schema, std::string_view name,
                                              const MockParams& params);

}  // namespace iatk::kit

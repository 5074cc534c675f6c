// Instances of a schema: what meets it barely or in full, at its limits, or not at all.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "iatk/base/clock.h"
#include "iatk/base/result.h"
#include "iatk/json/value.h"
#include "iatk/lang/json_schema/schema.h"

namespace iatk::json_schema {

enum class Form {
  /// The barest values: the default where there is one, the first of an enum, else "", 0, false,
  /// and
  /// no more of anything than is asked for.
  kMinimal,
  /// Examples where there are some, else values by chance; arrays have elements, maps members.
  kFull,
};

struct GenerateOptions {
  Form form = Form::kMinimal;
  std::uint64_t seed = 0;  ///< the same seed and time give the same instance
  Time now;                ///< of the formats "date-time", "date" and "time"
  /// Leaves out the members that are not required.
  bool skip_optional = false;
};

/// An instance that Validate takes: it was asked. What refers to itself ends where it may: in a
/// member left out, an empty array, another alternative. Fails with "SchemaNotMet" and the place
/// and keyword where no value was found; there may be one then, that the search has not come upon.
Result<json::Value> Generate(const Schema& schema, const GenerateOptions& options);

/// An instance made for one place and one keyword.
struct Case {
  json::Value value;
  std::string instance_path;  ///< where it is at the limit, or broken
  std::string schema_path;    ///< "#/properties/total/minimum"
  std::string keyword;
  std::string note;  ///< for people: "the least", "lacks \"id\""
};

/// A full instance, brought to one limit at a time: least and greatest numbers, lengths and counts,
/// required members alone, each value of an enum, each type, each alternative. All are valid, and
/// for one place no two are the same; at most 500, and as many as a bounded search finds.
Result<std::vector<Case>> BoundaryCases(const Schema& schema, GenerateOptions options);

/// A full instance in which exactly one keyword is broken each time, as Validate tells it; one for
/// each keyword and place that a change breaks alone; bounded as those above.
Result<std::vector<Case>> InvalidCases(const Schema& schema, GenerateOptions options);

}  // namespace iatk::json_schema

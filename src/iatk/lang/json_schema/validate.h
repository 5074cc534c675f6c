// Whether an instance is as its schema says, and if not, why.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/json/value.h"
#include "iatk/lang/json_schema/schema.h"

namespace iatk::json_schema {

/// One keyword that is not met.
struct Violation {
  std::string instance_path;  ///< a JSON pointer: "/detail/items/0"; "" is the whole instance
  std::string schema_path;    ///< "#/properties/detail/minLength"
  std::string keyword;        ///< "minLength"; "false" for the schema that takes nothing
  std::string message;        ///< for people: "has 2 characters, and needs 3"
};

struct ValidateOptions {
  /// Whether "format" is asserted; else it is but an annotation.
  bool formats = true;
  /// Told of each schema that an instance meets on the way, with the instance's path; alternatives
  /// that are not met, conditions and what stands under "not" are left out.
  std::function<void(const std::string& instance_path, const Node& node)> met;
};

/// No violations: valid. At most 100 are told. Fails, with "SchemaTooComplex", if the schema refers
/// to itself for one and the same instance, or after five million steps.
Result<std::vector<Violation>> Validate(const Schema& schema, const json::Value& instance,
                                        const ValidateOptions& options = {});

/// The same for one schema of the document.
Result<std::vector<Violation>> ValidateAgainst(const Schema& schema, const Node& node,
                                               const json::Value& instance,
                                               const ValidateOptions& options = {});

/// The types that a value is of; in draft 4, 1.0 is not an integer.
Types TypesOf(const json::Value& value, Draft draft);
/// "string or null"
std::string TypeNames(Types types);

}  // namespace iatk::json_schema

// CloudFormation's YAML to a JSON value.
//
// The dialect is that of "CloudFormation template formats" in the AWS CloudFormation User Guide:
// YAML 1.1, whose plain scalars resolve to null, booleans and numbers (scalar.h), with the short
// tags of the intrinsic functions, which become their long forms:
//   !Ref A           {"Ref": "A"}
//   !GetAtt A.B.C    {"Fn::GetAtt": ["A", "B.C"]}
//   !Sub …           {"Fn::Sub": …}
#pragma once

#include <cstddef>
#include <string_view>

#include "iatk/base/result.h"
#include "iatk/json/value.h"

namespace iatk::yaml {

/// The bounds of what Parse accepts. The nodes and bytes that aliases and merge keys repeat count
/// each time, so a small text can't unfold to a large value.
struct ParseLimits {
  std::size_t max_bytes = 1024U * 1024U;  ///< of the text
  std::size_t max_depth = 100;            ///< nested sequences and mappings
  std::size_t max_nodes = 100'000;
  std::size_t max_expanded_bytes = 8U * 1024U * 1024U;  ///< of all scalars and keys
};

/// Reads exactly one document. Mappings keep their order; their keys are the text of their scalars.
/// Anchors, aliases and merge keys (`<<`) are expanded.
///
/// Fails with code "InvalidYaml" and a message such as `duplicate key "A" (line 3, column 5)`;
/// details carry "Line" and "Column" (from 1) and "Reason". That are: text that is not YAML or not
/// UTF-8, duplicate, null or structured keys, tags that CloudFormation does not know, a second
/// document, and anything past a limit.
Result<json::Value> Parse(std::string_view text, const ParseLimits& limits = {});

}  // namespace iatk::yaml

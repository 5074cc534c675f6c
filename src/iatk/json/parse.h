// JSON text to Value.
#pragma once

#include <cstddef>
#include <string_view>

#include "iatk/base/result.h"
#include "iatk/json/value.h"

namespace iatk::json {

/// The bounds of what Parse accepts.
struct ParseLimits {
  std::size_t max_depth = 512;                  ///< nested arrays and objects
  std::size_t max_bytes = 64U * 1024U * 1024U;  ///< of the text
};

/// Reads exactly one JSON value (RFC 8259), with white space around it. Duplicate object members
/// are all kept. Fails with code "InvalidJson" and a message that names the fault and its offset
/// for text that is not JSON, not UTF-8, holds an unpaired surrogate escape, or passes a limit.
Result<Value> Parse(std::string_view text, const ParseLimits& limits = {});

/// Whether `text` is one JSON number.
bool IsNumber(std::string_view text);

}  // namespace iatk::json

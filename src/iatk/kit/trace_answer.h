// The answer of X-Ray's BatchGetTraces, which can be megabytes.
#pragma once

#include <string>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/trace/tree.h"

namespace iatk::kit {

/// One page of what BatchGetTraces has.
struct TracesAnswer {
  std::vector<trace::Trace> traces;
  std::vector<std::string> unprocessed_ids;
  std::string next_token;               ///< empty: there is no other page
  std::vector<std::string> unreadable;  ///< why a document could not be read, one line each
};

/// Reads the JSON text of an answer in one go. Its documents stay where they are, and have the
/// memory in common, but for those with escapes of their own. Fails with code
/// "SerializationException" for what is no such answer. API Reference, BatchGetTraces, "Response
/// Syntax".
Result<void> ReadTracesAnswer(std::string body, TracesAnswer* answer);

}  // namespace iatk::kit

// Definitions of which nothing is known.
#include <cstdint>
#include <string_view>

#include "iatk/cloud/services/stepfunctions/asl/definition.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace iatk::cloud::asl;
  const Parsed parsed = ParseDefinition({reinterpret_cast<const char*>(data), size}, false);
  (void)InvalidDefinitionText(parsed.diagnostics);
  return 0;
}

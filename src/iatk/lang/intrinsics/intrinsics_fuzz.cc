// Calls of which nothing is known.
#include <cstdint>
#include <string_view>

#include "iatk/lang/intrinsics/intrinsics.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace iatk;
  const auto ids = MakeSeededIdSource(1);
  const intrinsics::Scope scope{
      [](std::string_view) -> Result<json::Value> { return json::Value(json::Array{1, "a"}); },
      *ids};
  (void)intrinsics::Evaluate({reinterpret_cast<const char*>(data), size}, scope);
  return 0;
}

// Paths of which nothing is known, over a small document.
#include <cstdint>
#include <string_view>

#include "iatk/json/parse.h"
#include "iatk/lang/jsonpath/path.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto document = iatk::json::Parse(R"({"a":[{"b":1},{"b":2,"c":[[3]]}],"d":"x"})");
  const auto path = iatk::jsonpath::Path::Compile({reinterpret_cast<const char*>(data), size});
  if (!path) return 0;
  (void)path->Evaluate(*document);
  if (!path->is_reference()) return 0;
  iatk::json::Value copy = *document;
  (void)path->Set(&copy, 1);
  return 0;
}

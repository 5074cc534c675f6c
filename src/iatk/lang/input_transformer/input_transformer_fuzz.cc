// A template of which nothing is known: it must never crash, whatever it makes.
#include <cstdint>
#include <string_view>

#include "iatk/json/value.h"
#include "iatk/lang/input_transformer/transformer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace iatk::input_transformer;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)ReadPath(text);
  const auto transformer = Transformer::Make({{"a", "$.a"}, {"b", "$.b[0]"}}, text);
  if (!transformer) return 0;
  (void)transformer->Apply(iatk::json::Object{{"a", "x"}}, {});
  return 0;
}

// Whatever Parse accepts, Write must give back as text that reads as the same value.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "iatk/json/parse.h"
#include "iatk/json/write.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace iatk::json;
  const auto value = Parse({reinterpret_cast<const char*>(data), size});
  if (!value) return 0;
  const auto again = Parse(Write(*value));
  if (!again || Write(*again) != Write(*value)) std::abort();
  return 0;
}

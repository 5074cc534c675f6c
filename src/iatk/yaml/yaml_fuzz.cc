// Whatever Parse accepts is JSON that our own reader takes, within the limits.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "iatk/json/parse.h"
#include "iatk/json/write.h"
#include "iatk/yaml/parse.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const iatk::yaml::ParseLimits limits;
  const auto value = iatk::yaml::Parse({reinterpret_cast<const char*>(data), size}, limits);
  if (!value) return 0;
  const auto again = iatk::json::Parse(iatk::json::Write(*value), {.max_depth = limits.max_depth});
  if (!again || !iatk::json::Equal(*again, *value)) std::abort();
  return 0;
}

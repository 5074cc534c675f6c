// Range headers: what is read lies within the object.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "iatk/cloud/services/s3/conditions.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace iatk::cloud;
  if (size == 0) return 0;
  const std::size_t length = data[0];
  const auto range =
      ParseRange(std::string(reinterpret_cast<const char*>(data + 1), size - 1), length);
  if (!range || !*range) return 0;
  if ((*range)->length == 0 || (*range)->first + (*range)->length > length) std::abort();
  return 0;
}

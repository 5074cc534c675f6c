// The shared config and credentials files.
#include <cstdint>
#include <string_view>

#include "iatk/client/ini_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)iatk::client::ParseIni({reinterpret_cast<const char*>(data), size});
  return 0;
}

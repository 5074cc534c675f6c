#include <cstddef>
#include <cstdint>
#include <string_view>

#include "iatk/cloud/services/logs/filter_pattern.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The first line is the pattern, the rest an event.
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = input.find('\n');
  const auto pattern = iatk::cloud::FilterPattern::Parse(input.substr(0, end).substr(0, 1024));
  if (pattern && end != std::string_view::npos) pattern->Matches(input.substr(end + 1));
  return 0;
}

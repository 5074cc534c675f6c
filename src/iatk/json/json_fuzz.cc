// Whatever Parse accepts, Write must give back as text that reads as the same value; and a cursor
// takes what Parse accepts.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "iatk/json/cursor.h"
#include "iatk/json/lexing.h"
#include "iatk/json/parse.h"
#include "iatk/json/write.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace iatk::json;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = Parse(text);
  Cursor cursor(text);
  if (value.has_value() != (IsUtf8(text) && cursor.Skip() && cursor.AtEnd())) std::abort();
  if (!value) return 0;
  const auto again = Parse(Write(*value));
  if (!again || Write(*again) != Write(*value)) std::abort();
  return 0;
}

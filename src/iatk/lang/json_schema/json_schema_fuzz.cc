// Schemas as anyone may send them: no crash, what is generated is valid, and what is made to break
// one keyword breaks it.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "iatk/json/parse.h"
#include "iatk/lang/json_schema/generate.h"
#include "iatk/lang/json_schema/validate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace iatk::json_schema;
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  auto json = iatk::json::Parse(text);
  if (!json) return 0;
  ReadOptions read;
  read.assumed = static_cast<Draft>(data[0] % 6);
  const auto schema = Schema::Read(std::move(*json), read);
  if (!schema) return 0;
  for (const Form form : {Form::kMinimal, Form::kFull}) {
    GenerateOptions options;
    options.form = form;
    options.seed = data[0] / 6;
    const auto instance = Generate(*schema, options);
    if (!instance) continue;
    const auto violations = Validate(*schema, *instance);
    if (!violations || !violations->empty()) std::abort();
  }
  if (const auto cases = BoundaryCases(*schema, {})) {
    for (const Case& one : *cases) {
      const auto violations = Validate(*schema, one.value);
      if (!violations || !violations->empty()) std::abort();
    }
  }
  if (const auto cases = InvalidCases(*schema, {})) {
    for (const Case& one : *cases) {
      const auto violations = Validate(*schema, one.value);
      if (!violations || violations->size() != 1) std::abort();
    }
  }
  return 0;
}

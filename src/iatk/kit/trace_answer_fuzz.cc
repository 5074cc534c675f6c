// BatchGetTraces' answer as anyone may send it: no crash, and documents that stay readable when the
// answer is gone.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "iatk/kit/trace_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  iatk::kit::TracesAnswer answer;
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (!iatk::kit::ReadTracesAnswer(text, &answer)) return 0;
  for (const iatk::trace::Trace& trace : answer.traces) {
    for (const iatk::trace::Document& document : trace.segments) {
      if (document.id.empty() || document.json->AsObject() == nullptr) std::abort();
    }
  }
  return 0;
}

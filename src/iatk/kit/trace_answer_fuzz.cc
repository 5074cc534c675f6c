// BatchGetTraces' answer as anyone may send it: no crash, and documents that stay readable when the
// answer is gone, and say what they say when they are read by themselves.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "iatk/kit/trace_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  iatk::kit::TracesAnswer answer;
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (!iatk::kit::ReadTracesAnswer(text, &answer)) return 0;
  for (const iatk::trace::Trace& trace : answer.traces) {
    for (const iatk::trace::Document& document : trace.segments) {
      if (document.id.empty() || document.json->AsObject() == nullptr) std::abort();
      const std::string own_text = document.json.Text();
      const auto alone = iatk::trace::ReadReceived(std::string_view(own_text));
      if (!alone || alone->id != document.id || alone->name != document.name ||
          alone->start_time != document.start_time || alone->end_time != document.end_time ||
          iatk::trace::PartIdsOf(*alone) != iatk::trace::PartIdsOf(document)) {
        std::abort();
      }
    }
  }
  return 0;
}

// Headers and documents as anyone may send them: no crash, and what is accepted stays readable.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "iatk/trace/header.h"
#include "iatk/trace/tree.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace iatk::trace;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto header = ParseTraceHeader(text)) {
    if (!ParseTraceHeader(header->ToString())) std::abort();
  }
  std::vector<Document> documents;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (auto document = ReadDocument(text.substr(begin, end - begin))) {
      documents.push_back(std::move(*document));
    }
    begin = end + 1;
  }
  std::vector<Document> segments = Assemble(documents);
  AddInferredSegments(&segments);
  (void)BuildTree(std::move(segments));
  return 0;
}

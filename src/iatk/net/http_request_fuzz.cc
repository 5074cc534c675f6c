// A request that comes in one piece has the body of one that comes byte by byte.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "iatk/net/http_request_parser.h"

namespace {

// Feeds `text` in pieces of `piece` bytes, as a connection does: what was not taken comes again.
void Feed(iatk::net::HttpRequestParser& parser, std::string_view text, std::size_t piece) {
  using State = iatk::net::HttpRequestParser::State;
  parser.Begin();
  std::size_t begin = 0;
  for (std::size_t end = 0; end < text.size() && parser.state() == State::kNeedsMore;) {
    end = end + piece < text.size() ? end + piece : text.size();
    begin += parser.Put(text.substr(begin, end - begin));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  iatk::net::HttpRequestParser whole(16'384, 65'536);
  iatk::net::HttpRequestParser pieces(16'384, 65'536);
  Feed(whole, text, size);
  Feed(pieces, text, 1);
  using State = iatk::net::HttpRequestParser::State;
  // Of malformed text, Beast may tell the fault sooner or later; what is whole both ways is the
  // same.
  const bool both = whole.state() == State::kDone && pieces.state() == State::kDone &&
                    whole.request().headers.Find("Transfer-Encoding") == nullptr;
  if (both && whole.request().body != pieces.request().body) std::abort();
  return 0;
}

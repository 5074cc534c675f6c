#include "iatk/net/http_request_parser.h"

#include <gtest/gtest.h>

namespace iatk::net {
namespace {

TEST(HttpRequestParserTest, AChunkedRequestMayComeByteByByte) {
  for (const std::string_view body :
       {"0\r\n\r\n", "3\r\nabc\r\n0\r\n\r\n", "0\r\nTrailer: x\r\n\r\n"}) {
    const std::string text =
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(body);
    HttpRequestParser parser(1024, 1024);
    std::size_t begin = 0;
    for (std::size_t end = 1; end <= text.size(); ++end) {
      ASSERT_EQ(parser.state(), HttpRequestParser::State::kNeedsMore) << text.substr(0, end);
      begin += parser.Put(std::string_view(text).substr(begin, end - begin));
    }
    EXPECT_EQ(parser.state(), HttpRequestParser::State::kDone) << text;
    EXPECT_EQ(parser.request().body, body.starts_with('3') ? "abc" : "");
  }
}

}  // namespace
}  // namespace iatk::net

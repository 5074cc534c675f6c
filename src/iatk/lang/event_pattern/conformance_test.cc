// Answers recorded from AWS's TestEventPattern; skipped where they are not there.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "iatk/json/parse.h"
#include "iatk/lang/event_pattern/pattern.h"

namespace iatk::event_pattern {
namespace {

TEST(EventPatternConformance, EveryRecordedAnswer) {
  const char* const folder = std::getenv("IATK_CONFORMANCE_DIR");
  std::ifstream in(std::string(folder == nullptr ? "" : folder) + "/event-patterns.jsonl");
  if (!in) GTEST_SKIP() << "no recorded answers in IATK_CONFORMANCE_DIR";
  std::string line;
  int cases = 0;
  while (std::getline(in, line)) {
    const json::Value recorded = json::Parse(line).value();
    SCOPED_TRACE(*recorded.FindString("name"));
    ++cases;
    const std::string& expect = *recorded.FindString("expect");
    const Result<Pattern> pattern = Compile(*recorded.FindString("pattern"));
    const Result<void> event = CheckEvent(*recorded.FindString("event"));
    if (expect == "error") {
      const Error error = !pattern ? pattern.error() : !event ? event.error() : Error();
      EXPECT_EQ(error.code, *recorded.FindString("code"));
      EXPECT_EQ(error.message.substr(0, error.message.find('\n')), *recorded.FindString("message"));
      if (const std::string* raw = recorded.FindString("message_raw")) {
        EXPECT_EQ(error.message, *raw);
      }
      continue;
    }
    ASSERT_TRUE(pattern.has_value()) << pattern.error().message;
    EXPECT_EQ(pattern->Matches(*recorded.FindString("event")), expect == "match");
  }
  EXPECT_GE(cases, 84);
}

}  // namespace
}  // namespace iatk::event_pattern

#include "iatk/cloud/runtime/function_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace iatk::cloud {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::SizeIs;

class FunctionLogTest : public testing::Test {
 protected:
  ManualClock clock_{Time(std::chrono::seconds(1'767'323'045))};
  std::vector<std::string> lines_;
  FunctionLog log_{clock_, [this](std::vector<LogLine> lines) {
                     for (LogLine& line : lines) lines_.push_back(std::move(line.text));
                   }};
};

TEST_F(FunctionLogTest, MakesAnEventOfEachLineHoweverItComes) {
  log_.Output("on");
  log_.Output("e\ntwo\nthr");
  EXPECT_THAT(lines_, ElementsAre("one", "two"));
  log_.Platform("END RequestId: x");
  EXPECT_THAT(lines_, ElementsAre("one", "two", "thr", "END RequestId: x"));
}

TEST_F(FunctionLogTest, MakesOneEventOfARecordOfSeveralLines) {
  log_.Output("[ERROR] E: x\rTraceback\r  line\n\n\rdos\r\n");
  EXPECT_THAT(lines_, ElementsAre("[ERROR] E: x\nTraceback\n  line", "\ndos"));
}

TEST_F(FunctionLogTest, ReplacesWhatIsNotText) {
  log_.Output("a\xFF\xE2\x82z \u20ac\xED\xA0\x80\n");
  EXPECT_THAT(lines_, ElementsAre("a\uFFFD\uFFFD\uFFFDz \u20ac\uFFFD\uFFFD\uFFFD"));
}

TEST_F(FunctionLogTest, CutsLongLines) {
  log_.Output(std::string(FunctionLog::kMaxLineBytes + 10, 'x') + "\n");
  EXPECT_THAT(lines_, ElementsAre(SizeIs(FunctionLog::kMaxLineBytes), SizeIs(10)));
}

TEST_F(FunctionLogTest, DropsWhatIsTooMuchAndSaysSo) {
  const std::string line = std::string(100'000, 'x') + "\n";
  for (int i = 0; i < 300; ++i) log_.Output(line);
  EXPECT_THAT(lines_, SizeIs(168));
  EXPECT_THAT(lines_.back(), EndsWith("the rest of its output is dropped"));
  log_.StartInvocation();
  log_.Output("again\n");
  EXPECT_EQ(lines_.back(), "again");
}

TEST_F(FunctionLogTest, KeepsTheTailOfAnInvocation) {
  log_.Output("before\n");
  log_.StartInvocation();
  log_.Output("a\nb\n");
  EXPECT_EQ(log_.Tail(), "a\nb\n");
  for (int i = 0; i < 10'000; ++i) log_.Output("0123456789\n");
  EXPECT_THAT(log_.Tail(), SizeIs(FunctionLog::kTailBytes));
}

}  // namespace
}  // namespace iatk::cloud

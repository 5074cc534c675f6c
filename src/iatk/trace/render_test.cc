#include "iatk/trace/render.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "iatk/trace/render_html.h"
#include "iatk/trace/testing.h"

namespace iatk::trace {
namespace {

using ::testing::HasSubstr;
using testing::Make;
using ::testing::Not;
using testing::Sub;
using testing::Subs;

TEST(RenderForest, ShowsPlaceTimesAndBars) {
  const std::string text = RenderForest(
      BuildForest({Make("a", "", "root", 10, 11), Make("b", "a", "one", 10.25, 10.5),
                   Make("c", "b", "deep", 10.25, 10.25), Make("d", "a", "two", 10.5, 11)}));
  EXPECT_THAT(text, HasSubstr("root        AWS::X       +0 ms     1000 ms  "));
  EXPECT_THAT(text,
              HasSubstr("├─ one      AWS::X     +250 ms      250 ms            ██████████\n"));
  EXPECT_THAT(text, HasSubstr("│  └─ deep  AWS::X     +250 ms        0 ms            ▏\n"));
  EXPECT_THAT(text, HasSubstr("└─ two      AWS::X     +500 ms      500 ms"));
}

TEST(RenderForest, ShowsOrphansWhatIsInProgressAndWhatFailed) {
  std::vector<Document> documents = testing::Orders();
  documents.push_back(Make("d", "gone", "late", 10.6, 0));
  EXPECT_EQ(
      RenderForest(BuildForest(documents), {.ascii = true, .subsegments = true}),
      "workflow           AWS::X       +0 ms     1000 ms  "
      "########################################\n"
      "|- Events                     +100 ms      100 ms      ####\n"
      "|  `- bus          AWS::X     +100 ms      100 ms      ####\n"
      "|     `- function  AWS::X     +500 ms      400 ms                      ################"
      "  fault: ValueError: no way\n"
      "`- DynamoDB                   +200 ms      100 ms          ####\n"
      "behind gone, which has not come:\n"
      "late               AWS::X     +600 ms        0 ms                          #"
      "  in progress\n");
}

TEST(RenderForest, EndsWithWhatItLeavesOut) {
  EXPECT_THAT(RenderForest(BuildForest(testing::Orders()), {.most_lines = 2}),
              HasSubstr("\nand 1 more\n"));
  EXPECT_EQ(RenderForest(Forest()), "");
}

TEST(RenderForest, ADeepChainIsDrawnInSpaceLinearInItsLength) {
  std::vector<Document> documents;
  for (int i = 0; i < 2000; ++i) {
    documents.push_back(
        Make(std::to_string(i), i == 0 ? "" : std::to_string(i - 1), "n", i, i + 1));
  }
  const std::string text = RenderForest(BuildForest(std::move(documents)), {.ascii = true});
  EXPECT_LT(text.size(), 400'000U);
  EXPECT_THAT(text, HasSubstr("(1999) n"));
}

TEST(RenderForest, NoControlCharacterAndNoHugeNumberGetsThrough) {
  const Forest forest = BuildForest({Make("a", "", R"(x\u001b[31my)", 1e300, 1e308),
                                     Make("b", "a", "b", -1e308, 1, R"(,"fault":true)")});
  const std::string text = RenderForest(forest, {.ascii = true});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(RenderForest(forest, {.colours = true}), HasSubstr("\x1b[31m"));
}

TEST(RenderHtml, IsSelfContainedAndEscaped) {
  const std::string page = RenderHtml(
      BuildForest(
          {Make("a", "", "<script>alert('x')</script>", 10, 11,
                R"(,"metadata":{"k":"</pre><b>"})" + Subs(Sub("a1", "call & co", 10.25, 10.5))),
           Make("b", "gone", "late", 10, 0)}),
      "1-<x>", "missing: <a>");
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("<b>")));
  EXPECT_THAT(page, Not(HasSubstr("http:")));
  EXPECT_THAT(page, Not(HasSubstr("https:")));
  EXPECT_THAT(page, Not(HasSubstr("src=")));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
  EXPECT_THAT(page, HasSubstr("missing: &lt;a&gt;"));
  EXPECT_THAT(page, HasSubstr("call &amp; co"));
  EXPECT_THAT(page, HasSubstr("left:25.000%;width:25.000%"));
  EXPECT_THAT(page, HasSubstr("behind gone, which has not come"));
  EXPECT_THAT(page, HasSubstr("in progress"));
}

}  // namespace
}  // namespace iatk::trace

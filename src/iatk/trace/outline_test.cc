#include "iatk/trace/outline.h"

#include <gtest/gtest.h>

#include "iatk/trace/testing.h"

namespace iatk::trace {
namespace {

Outline Read(const std::vector<std::string>& lines) {
  const auto outline = ReadOutline(lines);
  EXPECT_TRUE(outline.has_value());
  return outline ? *outline : Outline();
}

TEST(Outline, IsOfSegmentsAndWhereAskedForOfSubsegments) {
  const Forest forest = BuildForest(testing::Orders());
  EXPECT_EQ(OutlineOf(forest, false), Read({"workflow", "  bus", "    function"}));
  EXPECT_EQ(OutlineOf(forest, true),
            Read({"workflow > Events > bus > function", "workflow > DynamoDB"}));
}

TEST(Outline, RefusesASkippedLevelAndAnIndentedPath) {
  EXPECT_FALSE(ReadOutline({"a", "    b"}).has_value());
  EXPECT_FALSE(ReadOutline({"a", " b"}).has_value());
  EXPECT_FALSE(ReadOutline({"a", "  b > c"}).has_value());
  EXPECT_FALSE(ReadOutline({"  a"}).has_value());
  EXPECT_TRUE(ReadOutline({"", "a > b", "    c"}).has_value());
}

TEST(Diff, TheOrderOfSiblingsMakesNone) {
  EXPECT_EQ(Diff(Read({"a > b > c", "a > d"}), Read({"a > d", "a > b > c"})), "");
  EXPECT_EQ(Diff(Read({"a > b > c", "a > b"}), Read({"a > b", "a > b > c"})), "");
}

TEST(Diff, ShowsWhatIsMissingAndWhatIsThereInstead) {
  EXPECT_EQ(Diff(Read({"workflow > bus > function", "workflow > table"}),
                 Read({"workflow > bus > other", "workflow > table"})),
            "  workflow\n"
            "    bus\n"
            "-     function\n"
            "+     other\n"
            "    table\n");
  EXPECT_EQ(Diff(Read({"a"}), {}), "- a\n");
  EXPECT_EQ(Diff({}, Read({"a"})), "+ a\n");
}

TEST(Diff, LeavesOutWhatIsFarFromAnyDifference) {
  std::vector<std::string> lines = {"a"};
  for (int i = 100; i < 120; ++i) lines.push_back("  n" + std::to_string(i));
  const Outline expected = Read(lines);
  lines[10] = "  n109x";
  EXPECT_EQ(Diff(expected, Read(lines)),
            "  ... 7 the same\n"
            "    n106\n    n107\n    n108\n"
            "-   n109\n+   n109x\n"
            "    n110\n    n111\n    n112\n"
            "  ... 7 the same\n");
}

TEST(Diff, OfLargeOutlinesEnds) {
  Outline a = {{0, "root"}};
  Outline b = {{0, "root"}};
  for (int i = 0; i < 5000; ++i) {
    a.push_back({1, "a" + std::to_string(i)});
    b.push_back({1, "b" + std::to_string(i)});
  }
  EXPECT_EQ(Diff(a, b).substr(0, 11), "  root\n-   ");
}

}  // namespace
}  // namespace iatk::trace

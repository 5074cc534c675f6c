#include "iatk/trace/render.h"

#include <gtest/gtest.h>

namespace iatk::trace {
namespace {

Document Make(const char* id, const char* parent, const char* name, double start, double end) {
  Document document;
  document.id = id;
  document.parent_id = parent;
  document.name = name;
  document.origin = "AWS::X";
  document.start_time = start;
  document.end_time = end;
  document.json = json::Object{{"id", id}};
  return document;
}

TEST(RenderTree, ShowsPlaceTimesAndBars) {
  const auto tree =
      BuildTree({Make("a", "", "root", 10, 11), Make("b", "a", "one", 10.25, 10.5),
                 Make("c", "b", "deep", 10.25, 10.25), Make("d", "a", "two", 10.5, 11)});
  ASSERT_TRUE(tree.has_value());
  const std::string text = RenderTree(*tree);
  EXPECT_NE(text.find("root        AWS::X       +0 ms     1000 ms  "), std::string::npos) << text;
  EXPECT_NE(text.find("├─ one      AWS::X     +250 ms      250 ms            ██████████\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("│  └─ deep  AWS::X     +250 ms        0 ms            ▏\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("└─ two      AWS::X     +500 ms      500 ms"), std::string::npos) << text;
}

}  // namespace
}  // namespace iatk::trace

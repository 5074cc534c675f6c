#include "iatk/kit/control_event.h"

#include <gtest/gtest.h>

namespace iatk::kit {
namespace {

TEST(ControlEventTest, APatternComesBackAsItWas) {
  for (const std::string pattern : {R"({"source":["shop"]})", R"({"$or":[{"a":[1]},{"b":[2]}]})"}) {
    const std::string controlled = WithControlEvents(pattern, "iatk_eb_a");
    EXPECT_EQ(WithoutControlEvents(controlled, "iatk_eb_a"), pattern);
    EXPECT_EQ(WithoutControlEvents(pattern, "iatk_eb_a"), pattern);
    EXPECT_EQ(WithoutControlEvents(controlled, "iatk_eb_b"), controlled);
  }
}

}  // namespace
}  // namespace iatk::kit

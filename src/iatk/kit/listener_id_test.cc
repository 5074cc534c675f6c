#include "iatk/kit/listener_id.h"

#include <gtest/gtest.h>

namespace iatk::kit {
namespace {

TEST(ListenerId, IsThePrefixAndAnXidOfTheTime) {
  const ManualClock clock(Time(std::chrono::seconds(0x4d88e15b)));
  const auto ids = MakeSeededIdSource(1);
  const std::string id = MakeListenerId(clock, *ids);
  EXPECT_TRUE(IsListenerId(id)) << id;
  // 0x4d88e15b is the time of xid's own example, 9m4e2mr0ui3e8a215n4g.
  EXPECT_EQ(id.substr(0, 14), "iatk_eb_9m4e2m");
  EXPECT_NE(id, MakeListenerId(clock, *ids));
}

TEST(ListenerId, RefusesOtherForms) {
  EXPECT_TRUE(IsListenerId("iatk_eb_9m4e2mr0ui3e8a215n4g"));
  for (const char* text : {"", "iatk_eb_", "9m4e2mr0ui3e8a215n4g", "iatk_eb_9m4e2mr0ui3e8a215n4",
                           "iatk_eb_9m4e2mr0ui3e8a215n4z", "iatk_eb_9m4e2mr0ui3e8a215n41"}) {
    EXPECT_FALSE(IsListenerId(text)) << text;
  }
}

TEST(ListenerId, TellsWhenItWasMade) {
  const Time made{std::chrono::seconds(1'763'900'000)};
  const ManualClock clock(made);
  const auto ids = MakeSeededIdSource(1);
  EXPECT_EQ(TimeOfListenerId(MakeListenerId(clock, *ids)), made);
}

}  // namespace
}  // namespace iatk::kit

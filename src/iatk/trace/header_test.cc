#include "iatk/trace/header.h"

#include <gtest/gtest.h>

namespace iatk::trace {
namespace {

constexpr std::string_view kRoot = "1-5759e988-bd862e3fe1be46a994272793";

TEST(TraceHeader, ReadsFieldsInAnyOrderAndCase) {
  const auto header = ParseTraceHeader(
      "sampled=1; PARENT=53995c3f42cd8ad8;Root=" + std::string(kRoot) + ";Lineage=a:0");
  ASSERT_TRUE(header.has_value());
  EXPECT_EQ(header->ToString(),
            "Root=" + std::string(kRoot) + ";Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:0");
}

TEST(TraceHeader, RefusesWhatHasNoTraceId) {
  for (const char* text : {"", ";", "root", "Root=", "Root=1-x-y", "Parent=53995c3f42cd8ad8",
                           "Root=1-5759e988-bd862e3fe1be46a99427279"}) {
    EXPECT_FALSE(ParseTraceHeader(text).has_value()) << text;
  }
}

TEST(TraceHeader, DropsAnInvalidParentAndAnUndecidedSample) {
  const auto header = ParseTraceHeader("Root=" + std::string(kRoot) + ";Parent=12;Sampled=?");
  ASSERT_TRUE(header.has_value());
  EXPECT_EQ(header->ToString(), "Root=" + std::string(kRoot));
}

TEST(TraceHeader, NewIdsCarryTheTime) {
  const ManualClock clock(Time(std::chrono::seconds(0x5759e988)));
  const auto ids = MakeSeededIdSource(1);
  const std::string id = NewTraceId(clock, *ids);
  EXPECT_TRUE(IsTraceId(id)) << id;
  EXPECT_EQ(id.substr(0, 11), "1-5759e988-");
}

}  // namespace
}  // namespace iatk::trace

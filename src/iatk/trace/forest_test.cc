#include "iatk/trace/forest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "iatk/trace/testing.h"

namespace iatk::trace {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::Make;
using testing::Sub;
using testing::Subs;

std::vector<std::string> Names(const Forest& forest) {
  std::vector<std::string> names;
  for (const Part& part : forest.parts) {
    names.push_back(std::string(part.depth, '.') + std::string(part.name));
  }
  return names;
}

TEST(Forest, PartsAreDepthFirstSiblingsByStartThenId) {
  const Forest forest =
      BuildForest({Make("d", "a", "late", 12, 13), Make("c", "a", "same2", 11, 12),
                   Make("b", "a", "same1", 11, 12),
                   Make("a", "", "root", 10, 14, Subs(Sub("a1", "call", 10.5, 11))),
                   Make("e", "a1", "far", 10.6, 11)});
  EXPECT_THAT(Names(forest), ElementsAre("root", ".call", "..far", ".same1", ".same2", ".late"));
  EXPECT_THAT(forest.roots, ElementsAre(0));
  EXPECT_THAT(forest.orphans, IsEmpty());
  EXPECT_THAT(forest.pending, IsEmpty());
  EXPECT_EQ(forest.parts[0].end, 6U);
  EXPECT_EQ(forest.parts[1].end, 3U);
  EXPECT_EQ(forest.parts[2].parent, 1U);
}

TEST(Forest, D11SegmentsWhoseParentHasNotComeAreOrphansWithTheirTrees) {
  const Forest forest =
      BuildForest({Make("a", "", "root", 10, 14), Make("b", "gone", "orphan", 11, 12),
                   Make("c", "b", "behind", 11, 12)});
  EXPECT_THAT(Names(forest), ElementsAre("root", "orphan", ".behind"));
  ASSERT_EQ(forest.orphans.size(), 1U);
  EXPECT_EQ(forest.segments[forest.orphans[0].segment].id, "b");
  EXPECT_EQ(forest.orphans[0].reason, Orphan::Reason::kParentMissing);
  EXPECT_EQ(forest.orphans[0].parent_id, "gone");
}

TEST(Forest, D11ThereMayBeSeveralRoots) {
  const Forest forest = BuildForest({Make("a", "", "one", 10, 14), Make("b", "", "two", 11, 12)});
  EXPECT_THAT(forest.roots, ElementsAre(0, 1));
  EXPECT_THAT(Names(forest), ElementsAre("one", "two"));
}

TEST(Forest, WhatTheCallerCalledIsARoot) {
  EXPECT_THAT(BuildForest({Make("a", "ca11e4", "one", 10, 14)}, "ca11e4").roots, ElementsAre(0));
  EXPECT_THAT(BuildForest({Make("a", "ca11e4", "one", 10, 14)}).roots, IsEmpty());
}

TEST(Forest, SegmentsAndSubsegmentsInProgressArePending) {
  const Forest forest =
      BuildForest({Make("a", "", "root", 10, 14, Subs(Sub("a1", "call", 10.5, 0))),
                   Make("b", "a", "b", 11, 0)});
  ASSERT_EQ(forest.pending.size(), 2U);
  EXPECT_EQ(forest.parts[forest.pending[0]].id, "a1");
  EXPECT_EQ(forest.parts[forest.pending[1]].id, "b");
}

TEST(Forest, OfSeveralDocumentsTheCompleteOneStands) {
  const Forest forest = BuildForest({Make("a", "", "root", 10, 14), Make("a", "", "root", 10, 0)});
  ASSERT_EQ(forest.segments.size(), 1U);
  EXPECT_THAT(forest.pending, IsEmpty());
}

TEST(Forest, ARingOfParentsIsCutAtItsEarliest) {
  const Forest forest = BuildForest({Make("a", "c", "a", 10, 11), Make("b", "a", "b", 11, 12),
                                     Make("c", "b", "c", 12, 13), Make("d", "d", "self", 13, 14),
                                     Make("e", "d", "e", 14, 15)});
  EXPECT_THAT(Names(forest), ElementsAre("a", ".b", "..c", "self", ".e"));
  ASSERT_EQ(forest.orphans.size(), 2U);
  EXPECT_EQ(forest.orphans[0].reason, Orphan::Reason::kParentBehind);
}

TEST(Forest, AChainAsDeepAsTheTraceIsLong) {
  constexpr int kCount = 10'000;
  std::vector<Document> documents;
  for (int i = 0; i < kCount; ++i) {
    documents.push_back(
        Make(std::to_string(i), i == 0 ? "" : std::to_string(i - 1), "n", i, i + 1));
  }
  const Forest forest = BuildForest(std::move(documents));
  ASSERT_EQ(forest.parts.size(), std::size_t{kCount});
  EXPECT_EQ(forest.parts.back().depth, std::size_t{kCount} - 1);
  EXPECT_EQ(forest.parts.front().end, std::size_t{kCount});
}

}  // namespace
}  // namespace iatk::trace

#include "iatk/trace/view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "iatk/json/write.h"
#include "iatk/trace/testing.h"

namespace iatk::trace {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Make;

View ViewOf(std::vector<Document> documents) {
  View view;
  view.trace_id = "1-5759e988-bd862e3fe1be46a994272793";
  view.found = true;
  view.forest = BuildForest(std::move(documents));
  return view;
}

TEST(Judge, ATraceWithAllItsHopsIsComplete) {
  const auto judgement = Judge(ViewOf(testing::Orders()), {"workflow > bus", "AWS::X", "DynamoDB"});
  ASSERT_TRUE(judgement.has_value());
  EXPECT_TRUE(judgement->complete);
  EXPECT_THAT(judgement->reasons, IsEmpty());
}

TEST(Judge, TellsWhatIsMissingPendingAndOrphaned) {
  std::vector<Document> documents = testing::Orders();
  documents.push_back(Make("d", "gone", "late", 10.6, 0));
  View view = ViewOf(std::move(documents));
  view.links.push_back({"a", "1-5759e988-bd862e3fe1be46a994272794", FollowedLink::State::kMissing});
  view.links.push_back({"a", "1-5759e988-bd862e3fe1be46a994272795", FollowedLink::State::kAgain});
  view.unreadable.emplace_back("a segment document has no id");
  const auto judgement = Judge(view, {"queue", "workflow > bus > queue", "bus"});
  ASSERT_TRUE(judgement.has_value());
  EXPECT_FALSE(judgement->complete);
  EXPECT_THAT(judgement->missing, ElementsAre("queue", "workflow > bus > queue"));
  EXPECT_THAT(
      judgement->reasons,
      ElementsAre("missing: queue", "missing: workflow > bus > queue, there is only workflow > bus",
                  "in progress: late (d)", "orphan: late (d) behind gone, which has not come",
                  "the linked trace 1-5759e988-bd862e3fe1be46a994272794 has not come",
                  "a segment document has no id"));
}

TEST(Judge, WhatHasNotComeIsNotComplete) {
  EXPECT_THAT(Judge(View(), {})->reasons, ElementsAre("the trace has not come"));
  EXPECT_FALSE(Judge(View(), {" > "}).has_value());
}

TEST(View, IsReadBackFromItsJson) {
  std::vector<Document> documents = testing::Orders();
  // A linked trace's root stands behind the part that links to it, whatever its document says.
  documents.push_back(Make("d", "", "linked", 10.6, 0));
  documents.back().parent_id = "a2";
  View view = ViewOf(std::move(documents));
  view.duration = 1.5;
  view.links.push_back(
      {"a2", "1-5759e988-bd862e3fe1be46a994272794", FollowedLink::State::kFollowed});
  const json::Value json = ToJson(view, *Judge(view, {"x"}));
  const auto read = ReadView(json);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(json::Write(ToJson(*read, *Judge(*read, {"x"}))), json::Write(json));
  EXPECT_EQ(Fingerprint(*read), Fingerprint(view));
  EXPECT_THAT(read->forest.roots, ElementsAre(0));
}

TEST(View, RefusesJsonThatIsNone) {
  EXPECT_FALSE(ReadView(*json::Parse(R"({"Segments":[{}]})")).has_value());
  EXPECT_FALSE(ReadView(*json::Parse(R"({"Links":[{"State":"x"}]})")).has_value());
  EXPECT_TRUE(ReadView(*json::Parse("[]")).has_value());
}

TEST(View, AChangeChangesItsFingerprint) {
  std::vector<Document> documents = testing::Orders();
  const std::uint64_t before = Fingerprint(ViewOf(documents));
  documents[2] = Make("c", "b", "function", 10.5, 10.95);
  EXPECT_NE(Fingerprint(ViewOf(documents)), before);
}

TEST(View, TextSaysWhatIsMissingAndShowsTheTree) {
  const View view = ViewOf(testing::Orders());
  EXPECT_THAT(ToText(view, *Judge(view, {"queue"})), HasSubstr("missing: queue\nworkflow "));
}

TEST(ReadReceived, TakesWhatXRayGivesOutAndNothingWithoutAnId) {
  EXPECT_TRUE(ReadReceived(std::string_view(R"({"id":"x"})")).has_value());
  for (const char* text : {"", "[]", "{}", "1", R"({"id":1})"}) {
    EXPECT_EQ(ReadReceived(std::string_view(text)).error().code, "UnreadableDocument") << text;
  }
}

TEST(ChildLinks, AreOfTheSegmentAndOfNestedSubsegmentsInAnyShape) {
  const std::string link =
      R"("links":[null,{},{"trace_id":"t"},{"trace_id":"t","attributes":{}},)"
      R"({"trace_id":"p","attributes":{"aws.xray.reserved.reference_type":"parent"}},)"
      R"({"trace_id":"t1","attributes":{"aws.xray.reserved.reference_type":"child"}}])";
  const auto links = ChildLinksOf(Make(
      "a", "", "a", 1, 2,
      "," + link + R"(,"subsegments":[{"id":"a1","subsegments":[{"id":"a2",)" + link + "}]}]"));
  ASSERT_EQ(links.size(), 2U);
  EXPECT_EQ(links[0].from, "a");
  EXPECT_EQ(links[1].from, "a2");
  EXPECT_EQ(links[1].trace_id, "t1");
}

}  // namespace
}  // namespace iatk::trace

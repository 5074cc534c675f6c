#include "iatk/trace/tree.h"

#include <gtest/gtest.h>

namespace iatk::trace {
namespace {

constexpr char kTrace[] = "1-5759e988-bd862e3fe1be46a994272793";

Document Read(const std::string& id, const std::string& name, double start,
              const std::string& more) {
  const std::string text = "{\"id\":\"" + id + "\",\"name\":\"" + name + "\",\"trace_id\":\"" +
                           kTrace + "\",\"start_time\":" + std::to_string(start) + more + "}";
  const auto document = ReadDocument(std::string_view(text));
  EXPECT_TRUE(document.has_value()) << (document ? "" : document.error().message);
  return document ? *document : Document();
}

std::vector<std::vector<std::string>> NamesOfPaths(const Tree& tree) {
  std::vector<std::vector<std::string>> names;
  for (const std::vector<std::size_t>& path : PathsOf(tree)) {
    names.emplace_back();
    for (const std::size_t i : path) names.back().emplace_back(tree.documents[i].name);
  }
  return names;
}

using Names = std::vector<std::vector<std::string>>;

constexpr char kDone[] = ",\"end_time\":9.5";

TEST(Document, RefusesWhatLacksItsParts) {
  const auto code = [](const char* text) {
    return ReadDocument(std::string_view(text)).error().code;
  };
  EXPECT_EQ(code("[]"), "ParseError");
  EXPECT_EQ(code("{"), "ParseError");
  EXPECT_EQ(code("{}"), "MissingId");
  EXPECT_EQ(code(R"({"id":"1"})"), "InvalidId");
  EXPECT_EQ(code(R"({"id":"000000000000000a","trace_id":"1-2-3"})"), "InvalidTraceId");
}

TEST(Assemble, CompleteDocumentReplacesTheOneInProgress) {
  const auto segments = Assemble({Read("000000000000000a", "a", 1, kDone),
                                  Read("000000000000000a", "a", 1, ",\"in_progress\":true")});
  ASSERT_EQ(segments.size(), 1U);
  EXPECT_FALSE(segments[0].in_progress());
}

TEST(Assemble, SubsegmentsSentAloneFindTheirParents) {
  const std::string part = std::string(kDone) + ",\"type\":\"subsegment\",\"parent_id\":\"";
  const auto segments = Assemble({Read("000000000000000c", "inner", 3, part + "000000000000000b\""),
                                  Read("000000000000000b", "outer", 2, part + "000000000000000a\""),
                                  Read("000000000000000a", "a", 1, kDone)});
  ASSERT_EQ(segments.size(), 1U);
  const json::Array& outer = *segments[0].json->Find("subsegments")->AsArray();
  EXPECT_EQ(*outer[0].FindString("name"), "outer");
  EXPECT_EQ(*(*outer[0].Find("subsegments")->AsArray())[0].FindString("name"), "inner");
}

TEST(InferredSegments, ABusStandsBetweenTheCallAndWhatItCalled) {
  std::vector<Document> segments = {
      Read("000000000000000a", "workflow", 1,
           std::string(kDone) +
               R"(,"subsegments":[{"id":"00000000000000a1","name":"Events","namespace":"aws",)"
               R"("start_time":1.5,"end_time":2}])"),
      Read("000000000000000b", "function", 3,
           std::string(kDone) + R"(,"parent_id":"00000000000000a1","origin":"AWS::Lambda")")};
  AddInferredSegments(&segments);
  const auto tree = BuildTree(segments);
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(NamesOfPaths(*tree), (Names{{"workflow", "Events", "function"}}));
  EXPECT_EQ(tree->documents[tree->segments[1]].origin, "AWS::Events");
}

TEST(InferredSegments, ACallThatReachedItsServiceInfersNone) {
  std::vector<Document> segments = {
      Read("000000000000000a", "workflow", 1,
           std::string(kDone) +
               R"(,"subsegments":[{"id":"00000000000000a1","name":"Lambda","namespace":"aws",)"
               R"("start_time":1.5,"end_time":2}])"),
      Read("000000000000000b", "function", 3,
           std::string(kDone) + R"(,"parent_id":"00000000000000a1")")};
  AddInferredSegments(&segments);
  EXPECT_EQ(segments.size(), 2U);
}

TEST(Tree, PathsGoDepthFirstInOrderOfStart) {
  const auto tree = BuildTree({Read("000000000000000c", "late", 3,
                                    std::string(kDone) + R"(,"parent_id":"000000000000000a")"),
                               Read("000000000000000b", "early", 2,
                                    std::string(kDone) + R"(,"parent_id":"000000000000000a")"),
                               Read("000000000000000a", "root", 1, kDone)});
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(NamesOfPaths(*tree), (Names{{"root", "early"}, {"root", "late"}}));
}

TEST(Tree, AParentThatHasNotComeIsAnError) {
  const auto tree = BuildTree({Read("000000000000000a", "root", 1, kDone),
                               Read("000000000000000b", "b", 2,
                                    std::string(kDone) + R"(,"parent_id":"0000000000000fff")")});
  ASSERT_FALSE(tree.has_value());
  EXPECT_EQ(tree.error().message, "found a segment 000000000000000b with no parent");
}

TEST(Tree, SegmentsThatNameEachOtherAsParentsEnd) {
  const auto tree = BuildTree(
      {Read("000000000000000a", "a", 1, std::string(kDone) + R"(,"parent_id":"000000000000000b")"),
       Read("000000000000000b", "b", 2,
            std::string(kDone) + R"(,"parent_id":"000000000000000b")")});
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(PathsOf(*tree).size(), 1U);
}

TEST(Tree, ASegmentOfSeveralDocumentsIsTheLastThatIsComplete) {
  const auto tree = BuildTree({Read("000000000000000a", "begun", 1, ",\"in_progress\":true"),
                               Read("000000000000000a", "done", 1, kDone),
                               Read("000000000000000a", "late", 1, ",\"in_progress\":true")});
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(NamesOfPaths(*tree), (Names{{"done"}}));
}

TEST(Tree, TheRootOfTheSourceIsTheRootWhateverLinkedTracesBeginEarlier) {
  std::vector<Document> segments = {Read("000000000000000a", "root", 2, kDone),
                                    Read("000000000000000b", "linked", 1, kDone)};
  segments[1].trace_id = "1-5759e988-bd862e3fe1be46a994272794";
  segments[1].parent_id = "000000000000000a";
  const auto tree = BuildTree(segments, kTrace);
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(tree->documents[tree->root].name, "root");
  EXPECT_EQ(NamesOfPaths(*tree), (Names{{"root", "linked"}}));
}

TEST(Tree, PathsThatGrowWithTheSquareOfTheSegmentsAreCut) {
  constexpr int kDepth = 2000;
  std::vector<Document> segments;
  const auto add = [&](int id, int parent) {
    json::Object json{{"id", std::to_string(id)}, {"start_time", id}};
    if (parent >= 0) json.Append("parent_id", std::to_string(parent));
    segments.push_back(*ReadReceived(std::move(json)));
  };
  for (int i = 0; i < kDepth; ++i) {
    add(i, i - 1);
    add(kDepth + i, i);
  }
  const auto tree = BuildTree(segments);
  ASSERT_TRUE(tree.has_value());
  EXPECT_TRUE(tree->paths_cut);
  std::size_t entries = 0;
  for (const auto& path : PathsOf(*tree)) entries += path.size();
  EXPECT_GT(entries, kMostPathEntries - kDepth);
  EXPECT_LE(entries, kMostPathEntries);
}

TEST(Tree, PathsThatRepeatALargeDocumentAreCut) {
  std::vector<Document> segments = {Read("000000000000000a", "root", 1, kDone)};
  segments[0].json.Mutable().AsObject()->Set("metadata", std::string(60'000, 'x'));
  for (int i = 0; i < 3000; ++i) {
    segments.push_back(*ReadReceived(
        json::Object{{"id", std::to_string(i)}, {"parent_id", segments[0].id}, {"start_time", 2}}));
  }
  const auto tree = BuildTree(segments);
  ASSERT_TRUE(tree.has_value());
  EXPECT_TRUE(tree->paths_cut);
  const std::size_t paths = PathsOf(*tree).size();
  EXPECT_LE(paths * 60'000, kMostPathBytes);
  EXPECT_GT((paths + 1) * 60'200, kMostPathBytes);
}

}  // namespace
}  // namespace iatk::trace

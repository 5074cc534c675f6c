#include "iatk/rpc/tree_reply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "iatk/json/parse.h"
#include "iatk/json/write.h"
#include "iatk/trace/document.h"
#include "iatk/trace/tree.h"

namespace iatk::rpc {
namespace {

// The source's second document is of a segment that is on no path: it has no parent.
kit::TraceTree Found() {
  std::vector<trace::Document> documents;
  for (const char* text : {R"({ "id": "a" })", R"({"id":"x","start_time":1})",
                           R"({"id":"b","parent_id":"a","start_time":2})",
                           R"({"id":"c","parent_id":"b","start_time":4})",
                           R"({"id":"d","parent_id":"a","start_time":3})"}) {
    documents.push_back(*trace::ReadReceived(std::string_view(text)));
  }
  kit::TraceTree found;
  found.source.id = "t";
  found.source.duration = 1.5;
  found.source_places = {1, 0, 1};
  found.tree = *trace::BuildTree(std::move(documents));
  return found;
}

std::vector<std::uint64_t> Take(std::string_view& from, std::size_t count) {
  std::vector<std::uint64_t> numbers(count);
  std::memcpy(numbers.data(), from.data(), count * sizeof(std::uint64_t));
  from.remove_prefix(count * sizeof(std::uint64_t));
  return numbers;
}

TEST(TreeReply, AsJsonHasADocumentAsOftenAsItIsOnAPath) {
  EXPECT_EQ(json::Write(ToJson(Found())),
            R"({"root":{"id":"a"},"paths":[[{"id":"a"},{"id":"b","parent_id":"a","start_time":2},)"
            R"({"id":"c","parent_id":"b","start_time":4}],[{"id":"a"},{"id":"d","parent_id":"a",)"
            R"("start_time":3}]],"source_trace":{"id":"t","duration":1.5,"limit_exceeded":false,)"
            R"("segments":[{"id":"x","start_time":1},{"id":"a"},{"id":"x","start_time":1}]},)"
            R"("linked_trace_limit_exceeded":false})");
}

std::string_view TextOf(const Packed& packed) { return {packed.data(), packed.size()}; }

TEST(TreeReply, PackedHasEachDocumentOnce) {
  // One document has changed and has no text; and the tree is gone when they are read.
  auto found = std::make_unique<kit::TraceTree>(Found());
  found->tree.documents[1].json.Mutable().AsObject()->Set("y", 2);
  const Packed packed = Pack(*found, "head");
  std::string_view rest = TextOf(packed);
  EXPECT_EQ(rest.substr(0, 8), std::string_view("\0iatk\0\0\3", 8));
  rest.remove_prefix(8);
  using Numbers = std::vector<std::uint64_t>;
  EXPECT_EQ(Take(rest, 6), (Numbers{4, 5, 4, 2, 3, 0}));
  std::vector<std::string_view> documents;
  const Numbers texts = Take(rest, 10);
  for (std::size_t i = 0; i < 10; i += 2) {
    documents.emplace_back(reinterpret_cast<const char*>(texts[i]), texts[i + 1]);
  }
  EXPECT_EQ(Take(rest, 4), (Numbers{0, 0, 1, 0}));
  EXPECT_EQ(Take(rest, 2), (Numbers{2, 3}));
  EXPECT_EQ(Take(rest, 3), (Numbers{4, 0, 4}));
  EXPECT_EQ(rest, "head");
  found.reset();
  EXPECT_THAT(documents, testing::ElementsAre(R"({ "id": "a" })",
                                              R"({"id":"b","parent_id":"a","start_time":2})",
                                              R"({"id":"c","parent_id":"b","start_time":4})",
                                              R"({"id":"d","parent_id":"a","start_time":3})",
                                              R"({"id":"x","start_time":1,"y":2})"));
}

TEST(TreeReply, PackedSaysOfWhichDocumentsTheQuotesAreEscaped) {
  const auto in_string = std::make_shared<const std::string>(R"("{\"id\":\"q\"}")");
  kit::TraceTree found = Found();
  json::Cursor at(*in_string);
  trace::Document quoted;
  ASSERT_TRUE(trace::ReadReceived(at, in_string, &quoted));
  found.tree.documents[4] = quoted;
  const Packed packed = Pack(found, "head");
  std::string_view rest = TextOf(packed).substr(8 + 6 * sizeof(std::uint64_t));
  const std::vector<std::uint64_t> texts = Take(rest, 10);
  EXPECT_EQ(texts[5] >> 63U, 0U);
  EXPECT_EQ(texts[7], 14U | std::uint64_t{1} << 63U);
  EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(texts[6]), 14), R"({\"id\":\"q\"})");
}

TEST(TreeReply, PackedHasTheRootWherePathsAreCutBeforeTheFirst) {
  kit::TraceTree found = Found();
  found.tree.walk.clear();
  found.tree.depths.clear();
  found.tree.paths_cut = true;
  const Packed packed = Pack(found, json::Write(HeadOf(found)));
  std::string_view rest = TextOf(packed).substr(8);
  EXPECT_EQ(Take(rest, 6)[5], 0U);
  EXPECT_EQ(Take(rest, 2)[1], 13U);
  EXPECT_NE(rest.find(R"("paths_cut":true)"), std::string_view::npos);
}

}  // namespace
}  // namespace iatk::rpc

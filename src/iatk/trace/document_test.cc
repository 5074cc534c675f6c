#include "iatk/trace/document.h"

#include <gtest/gtest.h>

#include "iatk/json/parse.h"
#include "iatk/json/write.h"

namespace iatk::trace {
namespace {

// Documents of every shape that one reader may see otherwise than the other.
constexpr const char* kDocuments[] = {
    R"({"id":"a","trace_id":"t","name":"n","parent_id":"p","origin":"o","start_time":1.5,
        "end_time":2,"type":"subsegment"})",
    R"({"id":"a"})",
    R"({"id":"a","id":"b"})",
    R"({"id":"a","id":1})",
    R"({"id":"a","name":null,"start_time":"1","end_time":null,"type":2})",
    R"({"id":"a","end_time":3,"end_time":false})",
    R"({"id":"a\"\\\n","name":"é"})",
    R"({"id":"\u0061","name":"\u00e9"})",
    R"({"\u0069d":"a","id":"b"})",
    R"({"id":"b","\u0069d":"a"})",
    R"({"id":"a","start_time":1e999})",
    R"({"id":"a","subsegments":[{"id":"b","subsegments":[{"id":"c"}]},3,{"name":"d"},{"id":5},
        {"subsegments":[{"id":"e"}],"id":"f"},[]]})",
    R"({"id":"a","subsegments":[{"id":"b"}],"subsegments":[{"id":"c"}]})",
    R"({"id":"a","subsegments":{"id":"b"}})",
    R"({"id":"a","\u0073ubsegments":[{"id":"b"}]})",
    R"({"id":"a","subsegments":[{"id":"b","id":7}]})",
    R"({"id":"a","metadata":{"subsegments":[{"id":"b"}]}})",
};

void ExpectSameFromTextAndValue(const std::string& text) {
  const auto from_text = ReadReceived(std::string_view(text));
  const auto value = json::Parse(text, {.max_depth = 256});
  const auto from_value = value ? ReadReceived(*value) : Result<Document>(Fail(value.error()));
  ASSERT_TRUE(from_text.has_value() == from_value.has_value()) << text;
  if (!from_text) return;
  EXPECT_EQ(from_text->id, from_value->id) << text;
  EXPECT_EQ(from_text->trace_id, from_value->trace_id) << text;
  EXPECT_EQ(from_text->name, from_value->name) << text;
  EXPECT_EQ(from_text->parent_id, from_value->parent_id) << text;
  EXPECT_EQ(from_text->origin, from_value->origin) << text;
  EXPECT_EQ(from_text->start_time, from_value->start_time) << text;
  EXPECT_EQ(from_text->end_time, from_value->end_time) << text;
  EXPECT_EQ(from_text->is_subsegment, from_value->is_subsegment) << text;
  EXPECT_EQ(PartIdsOf(*from_text), PartIdsOf(*from_value)) << text;
  EXPECT_EQ(json::Write(*from_text->json), json::Write(*from_value->json)) << text;
}

TEST(ReadReceived, FromTextIsAsFromAValue) {
  for (const std::string text : kDocuments) {
    ExpectSameFromTextAndValue(text);
    for (std::size_t at = 0; at < text.size(); ++at) {
      for (const char c : {'"', '\\', '{', '}', '[', ']', ',', ':', '0', 'n', ' '}) {
        std::string changed = text;
        changed[at] = c;
        ExpectSameFromTextAndValue(changed);
      }
    }
  }
}

TEST(ReadReceived, KeepsTheTextOfWhatIsReadInOneGo) {
  const auto document = ReadReceived(std::string_view(kDocuments[0]));
  ASSERT_TRUE(document.has_value());
  EXPECT_EQ(document->json.Text(), kDocuments[0]);
}

TEST(ReadReceived, RefusesWhatHasNoId) {
  const auto why = [](const char* text) {
    const auto document = ReadReceived(std::string_view(text));
    return document ? "" : document.error().message;
  };
  EXPECT_EQ(why("[]"), "a segment document is no JSON object");
  EXPECT_EQ(why("{}"), "a segment document has no id");
  EXPECT_EQ(why(R"({"id":"","id":""})"), "a segment document has no id");
  EXPECT_EQ(why(R"({"id":"a"} x)"),
            "a segment document is no JSON: Invalid JSON: text after the value at offset 11");
  EXPECT_EQ(why("{\"id\":\"\xff\"}"),
            "a segment document is no JSON: Invalid JSON: text that is not UTF-8");
}

TEST(PartIds, AreInTheOrderOfForEachPart) {
  const auto document = ReadReceived(std::string_view(
      R"({"subsegments":[{"subsegments":[{"id":"c"}],"id":"b"},{},{"id":"d"}],"id":"a"})"));
  ASSERT_TRUE(document.has_value());
  EXPECT_EQ(PartIdsOf(*document), (std::vector<std::string>{"b", "c", "", "d"}));
}

}  // namespace
}  // namespace iatk::trace

#include "iatk/kit/trace_answer.h"

#include <gtest/gtest.h>

#include <tuple>

#include "iatk/json/parse.h"
#include "iatk/json/write.h"
#include "iatk/model/xray/operations.h"
#include "iatk/protocol/codec.h"

namespace iatk::kit {
namespace {

namespace xray = model::xray;

std::string Segment(std::string_view document) {
  return json::Write(json::Object{{"Id", "0000000000000001"}, {"Document", document}});
}

std::string Twice(std::string_view first, std::string_view last) {
  return R"({"Document":)" + json::Write(json::Value(first)) + R"(,"Document":)" +
         json::Write(json::Value(last)) + "}";
}

std::string Answer(const std::vector<std::string>& documents, std::string_view more = "") {
  std::string text = R"({"Traces":[{"Id":"t","Duration":1.5,"LimitExceeded":true,"Segments":[)";
  for (const std::string& document : documents) {
    if (text.back() != '[') text += ',';
    text += Segment(document);
  }
  return text + "]}" + std::string(more) + "]}";
}

TEST(TracesAnswer, HasTheDocumentsOfEachTraceAsTheyWereSent) {
  const std::vector<std::string> documents = {
      R"({"id":"a","name":"é \"\\\n 😀","start_time":1})", R"({ "id" : "b" })",
      R"({"id":"\u0063","metadata":{"deep":[[[1.50]]]}})", R"({"id":"d"})"};
  TracesAnswer answer;
  ASSERT_TRUE(ReadTracesAnswer(Answer(documents, R"(,{"Id":"u","Segments":[]})"), &answer));
  ASSERT_EQ(answer.traces.size(), 2U);
  const trace::Trace& trace = answer.traces[0];
  EXPECT_EQ(trace.id, "t");
  EXPECT_EQ(trace.duration, 1.5);
  EXPECT_TRUE(trace.limit_exceeded);
  ASSERT_EQ(trace.segments.size(), 4U);
  EXPECT_EQ(trace.segments[0].json.Text(), documents[0]);
  EXPECT_EQ(trace.segments[1].json.Text(), documents[1]);
  EXPECT_EQ(trace.segments[2].id, "c");
  EXPECT_EQ(trace.segments[3].id, "d");
  EXPECT_EQ(answer.traces[1].id, "u");
  EXPECT_FALSE(answer.traces[1].limit_exceeded);
  EXPECT_TRUE(answer.next_token.empty() && answer.unreadable.empty());
}

TEST(TracesAnswer, DocumentsOutliveIt) {
  std::vector<trace::Document> kept;
  {
    TracesAnswer answer;
    ASSERT_TRUE(ReadTracesAnswer(Answer({R"({"id":"a"})", R"({"id":"b"})"}), &answer));
    kept = {answer.traces[0].segments[1]};
  }
  EXPECT_EQ(kept[0].id, "b");
  EXPECT_EQ(json::Write(*kept[0].json), R"({"id":"b"})");
}

TEST(TracesAnswer, TellsOfOtherPagesAndOfWhatIsLeft) {
  TracesAnswer answer;
  ASSERT_TRUE(ReadTracesAnswer(
      R"({"NextToken":"n","UnprocessedTraceIds":["1",null,"2"],"Traces":[null],"New":{"x":[]}})",
      &answer));
  EXPECT_EQ(answer.next_token, "n");
  EXPECT_EQ(answer.unprocessed_ids, (std::vector<std::string>{"1", "2"}));
  EXPECT_TRUE(answer.traces.empty());
}

TEST(TracesAnswer, SaysWhyADocumentCanNotBeRead) {
  TracesAnswer answer;
  ASSERT_TRUE(ReadTracesAnswer(Answer({"no JSON", R"({"id":"a"})", "{}"}), &answer));
  ASSERT_EQ(answer.traces[0].segments.size(), 1U);
  ASSERT_EQ(answer.unreadable.size(), 2U);
  EXPECT_EQ(answer.unreadable[0].find("a segment document is no JSON"), 0U);
  EXPECT_EQ(answer.unreadable[1], "a segment document has no id");
}

TEST(TracesAnswer, TakesTheLastOfSeveralDocumentsOfASegment) {
  for (const auto& [first, last, id] :
       {std::tuple(R"({"id":"a"})", R"({"id":"b"})", "b"),
        std::tuple(R"({"id":"a","name":"n"})", R"({"id":"\u0062"})", "b"),
        std::tuple(R"({"id":"a","name":"\n"})", R"({"id":"b"})", "b"),
        std::tuple(R"({"id":"a","name":"\n"})", R"({"name":"x"})", ""),
        std::tuple(R"({"id":"a"})", R"({"name":"x"})", "")}) {
    TracesAnswer answer;
    ASSERT_TRUE(
        ReadTracesAnswer(R"({"Traces":[{"Segments":[)" + Twice(first, last) + "]}]}", &answer));
    const auto& segments = answer.traces[0].segments;
    EXPECT_EQ(segments.empty() ? "" : segments[0].id, id) << last;
    for (const trace::Document& segment : segments) EXPECT_EQ(segment.name, "") << last;
  }
}

TEST(TracesAnswer, FailsForWhatIsNone) {
  for (const char* text :
       {"", "[]", "null", "{", R"({"Traces":{}})", R"({"Traces":[1]})", R"({"Traces":[{"Id":1}]})",
        R"({"NextToken":1})", "{} x", R"({"Traces":[{"LimitExceeded":"true"}]})",
        "{\"x\":\"\xff\"}", R"({"Traces":[{"Segments":[{"Document":{}}]}]})"}) {
    TracesAnswer answer;
    const auto read = ReadTracesAnswer(text, &answer);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, "SerializationException");
  }
}

// Both readers of one text: this one, and that of the operation's model.
void ExpectAllThatTheModelReads(const std::string& text) {
  xray::BatchGetTracesResult expected;
  net::HttpResponse response;
  response.status = 200;
  response.body = text;
  if (!protocol::DecodeResponse(xray::op::BatchGetTraces::Table(), response, &expected)) return;
  TracesAnswer answer;
  ASSERT_TRUE(ReadTracesAnswer(text, &answer)) << text;
  EXPECT_EQ(answer.next_token, expected.next_token.value_or("")) << text;
  EXPECT_EQ(answer.unprocessed_ids,
            expected.unprocessed_trace_ids.value_or(std::vector<std::string>()))
      << text;
  const auto traces = expected.traces.value_or(std::vector<xray::Trace>());
  ASSERT_EQ(answer.traces.size(), traces.size()) << text;
  std::vector<std::string> documents;
  std::size_t unreadable = 0;
  for (std::size_t i = 0; i < traces.size(); ++i) {
    EXPECT_EQ(answer.traces[i].id, traces[i].id.value_or("")) << text;
    EXPECT_EQ(answer.traces[i].duration, traces[i].duration.value_or(0)) << text;
    EXPECT_EQ(answer.traces[i].limit_exceeded, traces[i].limit_exceeded.value_or(false)) << text;
    for (const auto& segment : traces[i].segments.value_or(std::vector<xray::Segment>())) {
      const std::string text_of_one = segment.document.value_or("");
      const auto document = trace::ReadReceived(std::string_view(text_of_one));
      if (document) {
        documents.push_back(json::Write(*document->json));
      } else {
        ++unreadable;
      }
    }
  }
  std::vector<std::string> read;
  for (const trace::Trace& trace : answer.traces) {
    for (const auto& segment : trace.segments) read.push_back(json::Write(*segment.json));
  }
  EXPECT_EQ(read, documents) << text;
  EXPECT_EQ(answer.unreadable.size(), unreadable) << text;
}

TEST(TracesAnswer, IsWhatTheModelReads) {
  const std::string text = Answer({R"({"id":"a","name":"\n"})", R"({"id":"b"})"},
                                  R"(,{"Id":null,"Duration":-0.1}, null)");
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char c : {'"', '\\', '{', '}', '[', ']', ',', ':', '0', 'n', ' ', '.'}) {
      std::string changed = text;
      changed[at] = c;
      ExpectAllThatTheModelReads(changed);
    }
    ExpectAllThatTheModelReads(text.substr(0, at) + text.substr(at + 1));
  }
}

}  // namespace
}  // namespace iatk::kit

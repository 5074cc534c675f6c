// Traces from segments: over the API, from the daemon's port, from the cloud's own services.
#include <gtest/gtest.h>

#include "iatk/cloud/dispatch/test_cloud.h"
#include "iatk/cloud/services/xray/service.h"
#include "iatk/json/parse.h"

namespace iatk::cloud {
namespace {

namespace m = model::xray;
using std::chrono::hours;
using std::chrono::seconds;

constexpr const char* kTrace = "1-69573525-000000000000000000000001";
constexpr const char* kOther = "1-69573525-000000000000000000000002";

class XRayTest : public testing::Test {
 protected:
  /// A segment that starts `start` seconds after the clock's start and takes one second.
  static std::string Segment(const std::string& trace, int id, const std::string& more = "",
                             int start = 0) {
    const auto from = TestCloud::Start().time_since_epoch() + seconds(start);
    const auto second = std::chrono::duration_cast<seconds>(from).count();
    std::string digits = std::to_string(id);
    digits.insert(0, 16 - digits.size(), '0');
    return R"({"trace_id":")" + trace + R"(","id":")" + digits + R"(","name":"s)" +
           std::to_string(id) + R"(","start_time":)" + std::to_string(second) + R"(,"end_time":)" +
           std::to_string(second + 1) + more + "}";
  }
  m::PutTraceSegmentsResult Put(const std::vector<std::string>& documents) {
    m::PutTraceSegmentsRequest input;
    input.trace_segment_documents = documents;
    return cloud.Call<m::op::PutTraceSegments>(input).value();
  }
  Result<m::BatchGetTracesResult> Get(const std::vector<std::string>& ids) {
    m::BatchGetTracesRequest input;
    input.trace_ids = ids;
    return cloud.Call<m::op::BatchGetTraces>(input);
  }
  Result<m::GetTraceSummariesResult> Summaries(Duration before, Duration after,
                                               std::optional<std::string> token = std::nullopt) {
    m::GetTraceSummariesRequest input;
    input.start_time = TestCloud::Start() - before;
    input.end_time = TestCloud::Start() + after;
    input.next_token = std::move(token);
    return cloud.Call<m::op::GetTraceSummaries>(input);
  }

  TestCloud cloud;
  std::unique_ptr<XRay> xray = MakeXRay(cloud.registry);
};

TEST_F(XRayTest, SegmentsOfOneTraceComeTogether) {
  EXPECT_TRUE(Put({Segment(kTrace, 1), Segment(kOther, 2)}).unprocessed_trace_segments->empty());
  Put({Segment(kTrace, 3, R"(,"parent_id":"0000000000000001")", 4)});
  const auto traces = *Get({kTrace}).value().traces;
  ASSERT_EQ(traces.size(), 1U);
  EXPECT_EQ(traces[0].segments->size(), 2U);
  EXPECT_DOUBLE_EQ(*traces[0].duration, 5.0);
}

TEST_F(XRayTest, PutTraceSegmentsTellsOfEachThatIsNone) {
  const auto output = Put({"{", "{}", Segment(kTrace, 1)});
  ASSERT_EQ(output.unprocessed_trace_segments->size(), 2U);
  EXPECT_EQ(output.unprocessed_trace_segments->at(0).error_code, "ParseError");
  EXPECT_EQ(Get({kTrace}).value().traces->size(), 1U);
}

TEST_F(XRayTest, BatchGetTracesTakesFiveIdsThatAreSome) {
  EXPECT_EQ(Get(std::vector<std::string>(6, kTrace)).error().code, "InvalidRequestException");
  EXPECT_EQ(Get({"nonsense"}).error().code, "InvalidRequestException");
  EXPECT_TRUE(Get({kTrace}).value().traces->empty());
}

TEST_F(XRayTest, SummariesAreOfTheTimeAskedFor) {
  Put({Segment(kTrace, 1, R"(,"fault":true)"), Segment(kOther, 2, R"(,"error":true)", 600)});
  const auto early = *Summaries(seconds(60), seconds(60)).value().trace_summaries;
  ASSERT_EQ(early.size(), 1U);
  EXPECT_EQ(early[0].id, kTrace);
  EXPECT_EQ(early[0].has_fault, true);
  EXPECT_EQ(early[0].has_error, false);
  EXPECT_DOUBLE_EQ(*early[0].response_time, 1.0);
  EXPECT_EQ(Summaries(seconds(60), seconds(700)).value().trace_summaries->size(), 2U);
}

TEST_F(XRayTest, SummariesRefuseATimeRangeThatIsNoneOrTooLong) {
  EXPECT_EQ(Summaries(seconds(-60), seconds(30)).error().code, "InvalidRequestException");
  EXPECT_TRUE(Summaries(hours(6), seconds(0)).has_value());
  EXPECT_EQ(Summaries(hours(6), seconds(1)).error().message,
            "Time range cannot be longer than 6 hours.");
}

TEST_F(XRayTest, SummariesComeInPages) {
  for (int i = 1; i <= 101; ++i) {
    std::string digits = std::to_string(i);
    digits.insert(0, 24 - digits.size(), '0');
    Put({Segment("1-69573525-" + digits, i)});
  }
  const auto first = Summaries(seconds(1), seconds(1)).value();
  EXPECT_EQ(first.trace_summaries->size(), 100U);
  ASSERT_TRUE(first.next_token.has_value());
  const auto second = Summaries(seconds(1), seconds(1), first.next_token).value();
  EXPECT_EQ(second.trace_summaries->size(), 1U);
  EXPECT_FALSE(second.next_token.has_value());
}

TEST_F(XRayTest, DatagramsJoinTheTraceThatIsKnown) {
  Put({Segment(kTrace, 1)});
  const std::string header = R"({"format":"json","version":1})"
                             "\n";
  xray->TakeDatagram(header + Segment(kTrace, 2, R"(,"parent_id":"0000000000000001")"));
  EXPECT_EQ(Get({kTrace}).value().traces->at(0).segments->size(), 2U);
  for (const std::string& nonsense : {std::string(), header, std::string("x"), header + "{"}) {
    xray->TakeDatagram(nonsense);
  }
  EXPECT_EQ(Get({kTrace}).value().traces->at(0).segments->size(), 2U);
}

TEST_F(XRayTest, SegmentsOfTheCloudsServicesArrive) {
  cloud.journal.EmitSegment(TestCloud::kAccount, TestCloud::kRegion,
                            json::Parse(Segment(kTrace, 1)).value());
  EXPECT_EQ(Get({kTrace}).value().traces->size(), 1U);
}

}  // namespace
}  // namespace iatk::cloud

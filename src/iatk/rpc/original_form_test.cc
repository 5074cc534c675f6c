#include "iatk/rpc/original_form.h"

#include <gtest/gtest.h>

#include "iatk/json/parse.h"
#include "iatk/json/write.h"

namespace iatk::rpc {
namespace {

std::string TraceTree(std::string_view output) {
  return json::Write(InOriginalForm("get_trace_tree", json::Parse(output).value()));
}

TEST(OriginalForm, ATraceTreeHasTheMembersOfTheOriginalInItsOrder) {
  EXPECT_EQ(
      TraceTree(R"({"orphans":[],"root":{"name":"n","id":"i","start_time":1.50,"resource_arn":"x",
                   "service":{"version":"1"},"aws":{"z":1.0,"a":1e3},"annotations":{},"links":[],
                   "http":{"response":{"content_length":2,"status":1}},"error":null,"fault":false,
                   "subsegments":[{"type":"t","links":[{"id":"l"}],"name":"s","sql":{},
                                   "precursor_ids":[],"cause":"c"}]},
                   "paths":[[{"id":"p"}]],
                   "source_trace":{"id":"t","duration":2.0,"limit_exceeded":false,"segments":[]}})"),
      R"({"root":{"id":"i","name":"n","trace_id":null,"start_time":1.5,"service":{"type":null},)"
      R"("http":{"response":{"status":1,"content_length":2}},"fault":false,"aws":{"a":1000,"z":1},)"
      R"("subsegments":[{"id":null,"name":"s","start_time":null,"sql":{},"cause":"c","type":"t",)"
      R"("links":[{"trace_id":null,"id":"l","attributes":null}]}]},)"
      R"("paths":[[{"id":"p","name":null,"trace_id":null,"start_time":null}]],)"
      R"("source_trace":{"id":"t","duration":2,"limitExceeded":false,"segments":[]}})");
}

TEST(OriginalForm, AListenerHasNoWarnings) {
  EXPECT_EQ(json::Write(InOriginalForm("test_harness.eventbridge.add_listener",
                                       json::Object{{"Id", "x"}, {"Warnings", json::Array()}})),
            R"({"Id":"x"})");
}

TEST(OriginalForm, OtherOutputsStayAsTheyAre) {
  EXPECT_EQ(json::Write(InOriginalForm("event.explain", json::Object{{"b", 1}, {"a", 2}})),
            R"({"b":1,"a":2})");
}

}  // namespace
}  // namespace iatk::rpc

// Traces against a local cloud with the stack of examples/gtest-orders: an event that a workflow
// answers with another.
#include "iatk/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "iatk/kit.h"

namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Tracing : public ::testing::Test {
 protected:
  Tracing() : kit_(iatk::Kit::Make().value()) {}

  // The header of the trace of an order.
  std::string Order() {
    return kit_
        .Publish({{.source = "shop",
                   .detail_type = "OrderPlaced",
                   .detail = iatk::json::Object{{"total", 1}}}},
                 {.event_bus_name = "orders"})
        .value()
        .trace_header;
  }
  iatk::TraceView Complete() {
    iatk::TraceView trace = kit_.Trace(Order()).value();
    trace.WaitUntilComplete({"payment"}).value();
    return trace;
  }

  iatk::Kit kit_;
};

TEST_F(Tracing, WaitsUntilATraceIsComplete) {
  iatk::TraceView trace = kit_.Trace(Order()).value();
  ASSERT_TRUE(trace.WaitUntilComplete({"payment"}).ok());
  EXPECT_TRUE(trace.found());
  EXPECT_TRUE(trace.complete());
  EXPECT_THAT(trace.reasons(), IsEmpty());
  EXPECT_THAT(trace.pending(), IsEmpty());
  EXPECT_THAT(trace.orphans(), IsEmpty());
  ASSERT_THAT(trace.roots(), SizeIs(1));
  EXPECT_TRUE(trace.roots()[0].is_segment);
}

TEST_F(Tracing, SaysWhatIsMissing) {
  iatk::TraceView trace = Complete();
  const auto waited = trace.WaitUntilComplete({"payment", "shipping"}, 0ms);
  ASSERT_FALSE(waited.ok());
  EXPECT_TRUE(waited.error().not_met());
  EXPECT_THAT(waited.error().message, HasSubstr("is not complete after"));
  EXPECT_THAT(waited.error().message, HasSubstr("shipping"));
  EXPECT_THAT(trace.missing(), ElementsAre("shipping"));
  EXPECT_FALSE(trace.complete());
}

TEST_F(Tracing, IsNotFoundWhereNothingCame) {
  iatk::TraceView trace = kit_.Trace(kit_.NewTraceHeader()).value();
  EXPECT_FALSE(trace.found());
  EXPECT_TRUE(trace.Look().ok());
  EXPECT_THAT(trace.id(), ::testing::StartsWith("1-"));
  EXPECT_EQ(kit_.Trace("none").error().code, "InvalidHeader");
  EXPECT_THAT(kit_.GetTraceTree(kit_.NewTraceHeader()).error().message,
              HasSubstr("trace not found"));
}

TEST_F(Tracing, ACopyIsTheSameView) {
  iatk::TraceView trace = kit_.Trace(Order()).value();
  const iatk::TraceView copy = trace;
  ASSERT_TRUE(trace.WaitUntilComplete({"payment"}).ok());
  EXPECT_TRUE(copy.complete());
}

TEST_F(Tracing, SelectsByNameOriginAndPath) {
  const iatk::TraceView trace = Complete();
  const auto payment = trace.Select({.name = "payment"}).value();
  ASSERT_THAT(payment, SizeIs(1));
  EXPECT_EQ(payment[0].origin, "AWS::StepFunctions::StateMachine");
  EXPECT_EQ(payment[0].segment_id, payment[0].id);
  EXPECT_GT(payment[0].duration, 0s);
  EXPECT_FALSE(payment[0].in_progress);
  EXPECT_EQ(*payment[0].document.FindString("name"), "payment");
  EXPECT_THAT(trace.Select({.origin = "AWS::StepFunctions::StateMachine"}).value(), SizeIs(1));
  EXPECT_THAT(trace.Select({.path = "payment > *"}).value(), Not(IsEmpty()));
  EXPECT_THAT(trace.Select({.annotation = "none"}).value(), IsEmpty());
  EXPECT_EQ(trace.Select({.path = "a > > b"}).error().code, "InvalidPath");
  EXPECT_EQ(trace.Select({.annotation_value = 1}).error().code, "InvalidSelector");
}

TEST_F(Tracing, ChecksHoldOrShowTheTree) {
  const iatk::TraceView trace = Complete();
  EXPECT_THAT(trace.CheckPresent({.name = "payment"}).value(), SizeIs(1));
  EXPECT_TRUE(trace.CheckAbsent({.name = "shipping"}).ok());
  EXPECT_TRUE(trace.CheckNoErrors().ok());
  EXPECT_TRUE(trace.CheckDuration({.at_most = 60s}).ok());
  EXPECT_TRUE(trace.CheckDuration({.at_most = 60s, .at_least = 0s}, {.name = "payment"}).ok());
  EXPECT_THAT(trace.CheckOrder({"payment"}).value(), SizeIs(1));

  std::vector<iatk::Error> errors;
  errors.push_back(trace.CheckPresent({.path = "payment > shipping"}).error());
  errors.push_back(trace.CheckAbsent({.name = "payment"}).error());
  errors.push_back(trace.CheckErrors().error());
  errors.push_back(trace.CheckNoErrors({.name = "shipping"}).error());
  errors.push_back(trace.CheckDuration({.at_least = 60s}).error());
  errors.push_back(trace.CheckDuration({.at_least = 60s}, {.name = "payment"}).error());
  errors.push_back(trace.CheckOrder({"payment", "shipping"}).error());
  errors.push_back(trace.CheckTree({"shipping"}).error());
  for (const iatk::Error& error : errors) {
    EXPECT_TRUE(error.not_met()) << error.message;
    EXPECT_THAT(error.message, HasSubstr("AWS::StepFunctions::StateMachine"));
  }
  EXPECT_THAT(errors[0].message, HasSubstr("-   shipping"));

  EXPECT_EQ(trace.CheckDuration({}).error().code, "InvalidCheck");
  EXPECT_EQ(trace.CheckErrors({}, {"flag"}).error().code, "InvalidParams");
  EXPECT_EQ(trace.CheckTree({"    a"}).error().code, "InvalidOutline");
}

TEST_F(Tracing, ATreeThatDiffersIsShownAsADiff) {
  const iatk::TraceView trace = Complete();
  const std::vector<std::string> tree = {"payment", "  Events"};
  EXPECT_EQ(trace.Diff(tree).value(), "");
  EXPECT_TRUE(trace.CheckTree(tree).ok());
  const std::string diff = trace.Diff({"payment > shipping"}).value();
  EXPECT_THAT(diff, HasSubstr("-   shipping"));
  EXPECT_THAT(diff, HasSubstr("+   Events"));
  EXPECT_THAT(trace.Diff({"payment"}, true).value(), HasSubstr("+   Pay"));
  EXPECT_EQ(trace.Diff({"    a"}).error().code, "InvalidOutline");
}

TEST_F(Tracing, IsDrawnAsTextAndAsAPage) {
  const iatk::TraceView trace = Complete();
  EXPECT_THAT(trace.Text(), HasSubstr("payment"));
  EXPECT_THAT(trace.Html(), HasSubstr("<title>Trace " + trace.id()));
}

TEST_F(Tracing, IsATreeOnceItIsComplete) {
  const std::string header = Order();
  ASSERT_TRUE(kit_.Trace(header)->WaitUntilComplete({"payment"}).ok());
  const iatk::TraceTree tree = kit_.GetTraceTree(header).value();
  EXPECT_THAT(header, HasSubstr(tree.trace_id));
  ASSERT_LT(tree.root, tree.segments.size());
  EXPECT_THAT(tree.segments[tree.root].children, Not(IsEmpty()));
  ASSERT_THAT(tree.paths, Not(IsEmpty()));
  EXPECT_EQ(tree.paths[0].front(), tree.root);
  EXPECT_TRUE(tree.segments[tree.root].end_time);
  EXPECT_FALSE(tree.linked_trace_limit_exceeded);
}

}  // namespace

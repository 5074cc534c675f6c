// Integration tests of the application in template.yaml. Against a local cloud:
//
//   cmake -B build && cmake --build build
//   iatk test --deploy .=orders -- build/orders_test
#include <iatk/gtest.h>

#include <chrono>
#include <map>
#include <string>

namespace {

using namespace std::chrono_literals;
using iatk::MatchesPattern;
namespace json = iatk::json;

class Orders : public iatk::KitTest {
 protected:
  Orders() : stack_(kit().StackOutputs("orders").value()) {}

  iatk::Listener& ListenToPayments() {
    return Listen({.event_bus_name = stack_["Bus"], .pattern = R"({"source": ["payments"]})"});
  }
  iatk::Result<iatk::Published> Place(int total) {
    return kit().Publish({{.source = "shop",
                           .detail_type = "OrderPlaced",
                           .detail = json::Object{{"total", total}}}},
                         {.event_bus_name = stack_["Bus"]});
  }

  std::map<std::string, std::string> stack_;
};

TEST_F(Orders, ArePaid) {
  iatk::Listener& paid = Listen({.rule_name = stack_["OrderPaid"]});
  IATK_ASSERT_OK_AND_ASSIGN(const iatk::Act act, paid.StartAct());
  IATK_ASSERT_OK_AND_ASSIGN(const iatk::Published order, Place(42));
  IATK_ASSERT_OK_AND_ASSIGN(const iatk::Event event,
                            paid.Expect(order.event_pattern, {.since = act, .published = &order}));
  EXPECT_THAT(event, MatchesPattern(R"({"detail": {"status": ["PAID"], "total": [42]}})"));
  EXPECT_LT(*event.latency, 10s);

  iatk::TraceView trace = Trace(order.trace_header);
  IATK_ASSERT_OK(trace.WaitUntilComplete({"payment"}));
  IATK_EXPECT_OK(trace.CheckNoErrors());
}

TEST_F(Orders, OfTooMuchAreRefusedAndNeverPaid) {
  iatk::Listener& payments = ListenToPayments();
  IATK_ASSERT_OK_AND_ASSIGN(const iatk::Published order, Place(1001));
  IATK_EXPECT_OK(payments.Expect(R"({"detail": {"status": ["REFUSED"]}})", {.published = &order}));
  IATK_EXPECT_OK(payments.Never(R"({"detail": {"status": ["PAID"]}})", 100ms));
}

TEST_F(Orders, AreAllPaidInOrderOfPlacing) {
  iatk::Listener& payments = ListenToPayments();
  for (const int total : {1, 2}) {
    IATK_ASSERT_OK(Place(total));
    IATK_ASSERT_OK(payments.Expect([total](const iatk::Event& event) {
      return json::At(event.body, "/detail/total") == total;
    }));
  }
  IATK_EXPECT_OK(payments.Count(R"({"detail": {"status": ["PAID"]}})", iatk::Times::Exactly(2),
                                {.within = 100ms}));
}

}  // namespace

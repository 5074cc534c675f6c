// Hostile templates end in an error or a value, whatever they hold.
#include <cstdint>
#include <string_view>

#include "iatk/cloud/services/cloudformation/template/test_support.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace iatk::cloud::cfn;
  const auto plan = testing::PlanOf({reinterpret_cast<const char*>(data), size});
  if (!plan) return 0;
  Evaluator evaluator = testing::EvaluatorOf(*plan);
  for (const std::string& logical_id : plan->order) {
    (void)evaluator.EvaluateObject(plan->document.FindResource(logical_id)->properties);
  }
  for (const Output& output : plan->document.outputs) (void)evaluator.Evaluate(output.value);
  return 0;
}

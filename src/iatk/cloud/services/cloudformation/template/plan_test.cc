#include "iatk/cloud/services/cloudformation/template/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "iatk/cloud/services/cloudformation/template/test_support.h"

namespace iatk::cloud::cfn {
namespace {

using ::testing::ElementsAre;
using testing::Fault;
using testing::PlanOf;

TEST(MakePlan, OrdersByReferenceThenByTemplate) {
  const auto plan = PlanOf(R"(
Resources:
  Last: {Type: T, DependsOn: [C, D]}
  A: {Type: T, Properties: {X: !GetAtt B.Arn}}
  B: {Type: T, Properties: {X: !Sub "${C}"}}
  C: {Type: T}
  D: {Type: T, Properties: {X: [!Ref AWS::Region, {Y: !Ref A}]}}
)");
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_THAT(plan->order, ElementsAre("C", "B", "A", "D", "Last"));
  EXPECT_THAT(plan->dependencies.at("D"), ElementsAre("A"));
}

TEST(MakePlan, TellsCircles) {
  EXPECT_EQ(Fault("Resources: {A: {Type: T, DependsOn: B}, B: {Type: T, Properties: {X: !Ref A}}, "
                  "C: {Type: T, Properties: {X: !Ref B}}, D: {Type: T}}"),
            "ValidationError: Circular dependency between resources: [A, B]");
  EXPECT_EQ(Fault("Resources: {A: {Type: T, Properties: {X: !Ref A}}}"),
            "ValidationError: Circular dependency between resources: [A]");
  EXPECT_EQ(Fault("Conditions: {A: {Condition: B}, B: !Not [{Condition: A}]}\n"
                  "Resources: {R: {Type: T}}"),
            "ValidationError: Circular dependency between conditions: [A, B]");
}

TEST(MakePlan, LeavesOutWhatItsConditionDenies) {
  constexpr std::string_view kText = R"(
Parameters: {Env: {Type: String, Default: dev}}
Conditions: {IsProd: !Equals [!Ref Env, prod]}
Resources:
  P: {Type: T, Condition: IsProd}
  Q: {Type: T, DependsOn: P, Properties: {X: !If [IsProd, !Ref P, none]}}
)";
  const auto dev = PlanOf(kText);
  ASSERT_TRUE(dev) << dev.error().message;
  EXPECT_THAT(dev->order, ElementsAre("Q"));
  const auto prod = PlanOf(kText, {{"Env", "prod"}});
  ASSERT_TRUE(prod) << prod.error().message;
  EXPECT_THAT(prod->order, ElementsAre("P", "Q"));
}

TEST(MakePlan, RefusesReferencesToWhatIsNotThere) {
  EXPECT_EQ(Fault("Resources: {A: {Type: T, Properties: {X: !Ref Nope}, DependsOn: Gone}}"),
            "ValidationError: Template format error: Unresolved resource dependencies [Gone, Nope] "
            "in the Resources block of the template");
  EXPECT_EQ(Fault("Resources: {A: {Type: T}}\nOutputs: {O: {Value: !Ref Nope}}"),
            "ValidationError: Template format error: Unresolved resource dependencies [Nope] in "
            "the Outputs block of the template");
  EXPECT_EQ(Fault("Conditions: {C: !Equals [!Ref A, x]}\nResources: {A: {Type: T}}"),
            "ValidationError: Template format error: Unresolved dependencies [A]. Cannot reference "
            "resources in the Conditions block of the template");
  EXPECT_EQ(Fault("Resources: {A: {Type: T, Condition: Nope}}"),
            "ValidationError: Template format error: Unresolved condition dependency Nope in the "
            "Resources block of the template");
  EXPECT_EQ(
      Fault("Conditions: {Never: !Equals [a, b]}\n"
            "Resources: {A: {Type: T, Condition: Never}, B: {Type: T, Properties: {X: !Ref A}}}"),
      "ValidationError: Template format error: Unresolved resource dependencies [A] in the "
      "Resources block of the template");
}

}  // namespace
}  // namespace iatk::cloud::cfn

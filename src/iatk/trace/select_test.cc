#include "iatk/trace/select.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "iatk/json/parse.h"
#include "iatk/trace/testing.h"

namespace iatk::trace {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Selected(const char* selector) {
  const Forest forest = BuildForest(testing::Orders());
  const auto read = ReadSelector(*json::Parse(selector));
  EXPECT_TRUE(read.has_value()) << selector;
  std::vector<std::string> ids;
  for (const std::size_t i : Select(forest, *read)) ids.emplace_back(forest.parts[i].id);
  return ids;
}

TEST(Select, ByNameOriginAndAnnotation) {
  EXPECT_THAT(Selected(R"({"Name":"DynamoDB"})"), ElementsAre("a2"));
  EXPECT_THAT(Selected(R"({"Origin":"AWS::X"})"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(Selected(R"({"Annotation":"order"})"), ElementsAre("a"));
  EXPECT_THAT(Selected(R"({"Annotation":"n","AnnotationValue":1.0})"), ElementsAre("a"));
  EXPECT_THAT(Selected(R"({"Annotation":"order","AnnotationValue":"o-2"})"), IsEmpty());
  EXPECT_THAT(Selected(R"({"Name":"bus","Origin":"AWS::Y"})"), IsEmpty());
  EXPECT_EQ(Selected("{}").size(), 5U);
}

TEST(Select, ByPathWithOrWithoutItsSubsegments) {
  EXPECT_THAT(Selected(R"({"Path":"workflow > Events > bus > function"})"), ElementsAre("c"));
  EXPECT_THAT(Selected(R"({"Path":"workflow > bus > function"})"), ElementsAre("c"));
  EXPECT_THAT(Selected(R"({"Path":"bus > *"})"), ElementsAre("c"));
  EXPECT_THAT(Selected(R"({"Path":"AWS::X > AWS::X"})"), ElementsAre("b", "c"));
  EXPECT_THAT(Selected(R"({"Path":"workflow > function"})"), IsEmpty());
}

TEST(Select, ToldHowFarAPathIsThere) {
  const Forest forest = BuildForest(testing::Orders());
  const PathProgress progress = FollowPath(forest, {"workflow", "bus", "queue"});
  EXPECT_EQ(progress.steps, 2U);
  EXPECT_EQ(forest.parts[progress.furthest].id, "b");
}

TEST(Select, RefusesWhatIsNoSelector) {
  for (const char* text : {"[]", R"({"Path":"a > > b"})", R"({"Path":""})", R"({"Nmae":"x"})",
                           R"({"Name":1})", R"({"AnnotationValue":1})"}) {
    EXPECT_FALSE(ReadSelector(*json::Parse(text)).has_value()) << text;
  }
  std::string path = "a";
  for (std::size_t i = 0; i < kMostSteps; ++i) path += ">a";
  EXPECT_FALSE(ReadPath(path).has_value());
}

}  // namespace
}  // namespace iatk::trace

#include "iatk/kit/distribution.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace iatk::kit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<double> OneToHundred() {
  std::vector<double> values;
  for (int i = 100; i >= 1; --i) values.push_back(i);
  return values;
}

TEST(DistributionTest, PercentilesAreValuesThatWereMeasured) {
  const auto of = *DistributionOf(OneToHundred());
  EXPECT_EQ(of.p50, 50);
  EXPECT_EQ(of.p95, 95);
  EXPECT_EQ(of.p99, 99);
  EXPECT_EQ(of.max, 100);
  EXPECT_EQ(of.min, 1);
}

TEST(DistributionTest, OfOneRunEveryPercentileIsThatRun) {
  const auto of = *DistributionOf({7});
  EXPECT_EQ(of.p50, 7);
  EXPECT_EQ(of.p99, 7);
}

TEST(DistributionTest, NamesTheLimitsThatAreNotKept) {
  const auto of = *DistributionOf(OneToHundred());
  EXPECT_THAT(*BrokenLimits(of, {{"p50", 50}, {"p95", 90}}),
              ElementsAre("p95 is 95.000, over 90.000"));
  EXPECT_THAT(*BrokenLimits(of, {{"max", 100}}), IsEmpty());
  EXPECT_FALSE(BrokenLimits(of, {{"p90", 1}}).has_value());
}

TEST(DistributionTest, ItsTextShowsThePercentilesAndAHistogram) {
  const auto values = OneToHundred();
  const std::string text = ToText(*DistributionOf(values), values, "ms");
  EXPECT_THAT(text, HasSubstr("100 runs: min 1.000 ms, p50 50.000, p95 95.000, p99 99.000"));
  EXPECT_THAT(text, HasSubstr("100.000 ms     10  ########"));
}

TEST(DistributionTest, NeedsARun) { EXPECT_FALSE(DistributionOf({}).has_value()); }

}  // namespace
}  // namespace iatk::kit

// Tags over all services, with one that stands for them.
#include <gtest/gtest.h>

#include "iatk/cloud/dispatch/test_cloud.h"
#include "iatk/cloud/services/resourcegroupstaggingapi/service.h"

namespace iatk::cloud {
namespace {

namespace m = model::resourcegroupstaggingapi;
using Strings = std::vector<std::string>;

class TaggingTest : public testing::Test {
 protected:
  TaggingTest() {
    for (const char* service : {"sqs", "events"}) {
      TagSource source;
      source.list = [this, service](RequestContext&) {
        std::vector<TaggedResource> found;
        for (const auto& [arn, tags] : tags_by_arn) {
          if (ParseArn(arn)->service == service) found.push_back({arn, tags});
        }
        return found;
      };
      source.tag = [this](RequestContext&, const std::string& arn,
                          const Tags& tags) -> Result<void> {
        const auto it = tags_by_arn.find(arn);
        if (it == tags_by_arn.end()) return Fail(SenderError("NotFound", "no such resource", 404));
        for (const auto& [key, value] : tags) it->second[key] = value;
        return {};
      };
      source.untag = [this](RequestContext&, const std::string& arn,
                            const Strings& keys) -> Result<void> {
        for (const std::string& key : keys) tags_by_arn.at(arn).erase(key);
        return {};
      };
      cloud.tagged_resources.Register(service, std::move(source));
    }
  }

  static std::string Queue(const std::string& name) {
    return "arn:aws:sqs:us-east-1:123456789012:" + name;
  }
  static m::TagFilter Filter(const std::string& key, const Strings& values = {}) {
    m::TagFilter filter;
    filter.key = key;
    filter.values = values;
    return filter;
  }
  Strings ArnsOf(const m::GetResourcesInput& input) {
    Strings arns;
    const auto output = cloud.Call<m::op::GetResources>(input).value();
    for (const auto& one : *output.resource_tag_mapping_list) {
      arns.push_back(*one.resource_arn);
    }
    return arns;
  }

  std::map<std::string, Tags> tags_by_arn{
      {Queue("a"), {{"team", "x"}, {"stage", "test"}}},
      {Queue("b"), {{"team", "y"}}},
      {"arn:aws:events:us-east-1:123456789012:event-bus/c", {{"team", "x"}}},
      {"arn:aws:events:us-east-1:123456789012:rule/d", {{"stage", "live"}}}};
  TestCloud cloud;
  std::unique_ptr<Service> tagging = MakeResourceGroupsTagging(cloud.registry);
};

TEST_F(TaggingTest, FiltersAllHoldAndOneOfTheirValues) {
  m::GetResourcesInput input;
  input.tag_filters = {{Filter("team", {"x", "z"})}};
  EXPECT_EQ(ArnsOf(input),
            (Strings{"arn:aws:events:us-east-1:123456789012:event-bus/c", Queue("a")}));
  input.tag_filters->push_back(Filter("stage"));
  EXPECT_EQ(ArnsOf(input), Strings{Queue("a")});
}

TEST_F(TaggingTest, TypesAreServicesOrTheirResources) {
  m::GetResourcesInput input;
  input.resource_type_filters = {{"events:rule", "sqs"}};
  EXPECT_EQ(ArnsOf(input),
            (Strings{"arn:aws:events:us-east-1:123456789012:rule/d", Queue("a"), Queue("b")}));
}

TEST_F(TaggingTest, PagesGoOnWhereTheLastEndedThoughThingsChange) {
  m::GetResourcesInput input;
  input.resources_per_page = 2;
  const auto first = cloud.Call<m::op::GetResources>(input).value();
  EXPECT_EQ(first.resource_tag_mapping_list->size(), 2U);
  tags_by_arn.erase(*first.resource_tag_mapping_list->at(1).resource_arn);
  input.pagination_token = first.pagination_token;
  EXPECT_EQ(ArnsOf(input), (Strings{Queue("a"), Queue("b")}));
  input.pagination_token = "%";
  EXPECT_EQ(cloud.Call<m::op::GetResources>(input).error().code, "InvalidParameterException");
}

TEST_F(TaggingTest, ArnsGoWithoutFilters) {
  m::GetResourcesInput input;
  input.resource_arn_list = {{Queue("b"), Queue("nowhere")}};
  EXPECT_EQ(ArnsOf(input), Strings{Queue("b")});
  input.tag_filters = {{Filter("team")}};
  EXPECT_EQ(cloud.Call<m::op::GetResources>(input).error().code, "InvalidParameterException");
}

TEST_F(TaggingTest, TagResourcesTellsOfEachThatFailed) {
  m::TagResourcesInput input;
  const std::string topic = "arn:aws:kinesis:us-east-1:123456789012:stream/s";
  input.resource_arn_list = {{Queue("a"), Queue("nowhere"), topic}};
  input.tags = {{{"new", "1"}}};
  const auto output = cloud.Call<m::op::TagResources>(input).value();
  EXPECT_EQ(tags_by_arn.at(Queue("a")).at("new"), "1");
  ASSERT_EQ(output.failed_resources_map->size(), 2U);
  EXPECT_EQ(output.failed_resources_map->at(Queue("nowhere")).status_code, 404);
  EXPECT_EQ(output.failed_resources_map->at(topic).error_code, "InvalidParameterException");
}

TEST_F(TaggingTest, KeysAndValuesAreListedOnce) {
  EXPECT_EQ(*cloud.Call<m::op::GetTagKeys>({}).value().tag_keys, (Strings{"stage", "team"}));
  m::GetTagValuesInput input;
  input.key = "team";
  EXPECT_EQ(*cloud.Call<m::op::GetTagValues>(input).value().tag_values, (Strings{"x", "y"}));
}

}  // namespace
}  // namespace iatk::cloud

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "iatk/cloud/dispatch/test_cloud.h"
#include "iatk/cloud/services/logs/filter_pattern.h"
#include "iatk/cloud/services/logs/service.h"

namespace iatk::cloud {
namespace {

namespace m = model::logs;
using testing::ElementsAre;
using testing::IsEmpty;

class LogsTest : public testing::Test {
 protected:
  LogsTest() {
    m::CreateLogGroupRequest group;
    group.log_group_name = "/app";
    EXPECT_TRUE(cloud_.Call<m::op::CreateLogGroup>(group));
    for (const char* const name : {"a", "b"}) {
      m::CreateLogStreamRequest stream;
      stream.log_group_name = "/app";
      stream.log_stream_name = name;
      EXPECT_TRUE(cloud_.Call<m::op::CreateLogStream>(stream));
    }
  }

  std::int64_t Now() { return ToMillis(cloud_.loop.clock().Now()); }

  Result<m::PutLogEventsResponse> Put(
      const std::string& stream, const std::vector<std::pair<std::int64_t, std::string>>& events) {
    m::PutLogEventsRequest input;
    input.log_group_name = "/app";
    input.log_stream_name = stream;
    input.log_events.emplace();
    for (const auto& [offset, message] : events) {
      m::InputLogEvent event;
      event.timestamp = Now() + offset;
      event.message = message;
      input.log_events->push_back(event);
    }
    return cloud_.Call<m::op::PutLogEvents>(input);
  }

  std::vector<std::string> Filter(const std::string& pattern) {
    m::FilterLogEventsRequest input;
    input.log_group_name = "/app";
    input.filter_pattern = pattern;
    std::vector<std::string> messages;
    const auto output = cloud_.Call<m::op::FilterLogEvents>(input);
    EXPECT_TRUE(output) << output.error().message;
    if (output) {
      for (const auto& event : *output->events) messages.push_back(*event.message);
    }
    return messages;
  }

  TestCloud cloud_;
  std::unique_ptr<Service> logs_ = MakeLogs(cloud_.registry);
};

TEST_F(LogsTest, NamesWhatIsMissingOrThere) {
  m::CreateLogGroupRequest group;
  group.log_group_name = "/app";
  const auto again = cloud_.Call<m::op::CreateLogGroup>(group);
  EXPECT_EQ(again.error().code, "ResourceAlreadyExistsException");
  EXPECT_EQ(again.error().message, "The specified log group already exists");
  m::DeleteLogGroupRequest other;
  other.log_group_name = "/other";
  EXPECT_EQ(cloud_.Call<m::op::DeleteLogGroup>(other).error().message,
            "The specified log group does not exist.");
  EXPECT_EQ(Put("c", {{0, "x"}}).error().message, "The specified log stream does not exist.");
}

TEST_F(LogsTest, RefusesBatchesThatAreOutOfOrderOrTooLarge) {
  EXPECT_EQ(Put("a", {{1, "x"}, {0, "y"}}).error().message,
            "Log events in a single PutLogEvents request must be in chronological order.");
  EXPECT_EQ(Put("a", {{0, std::string(1'048'551, 'x')}}).error().message,
            "Upload too large: 1048577 bytes exceeds limit of 1048576");
  const auto too_new = Put("a", {{0, "x"}, {3 * 60 * 60 * 1000, "y"}});
  EXPECT_EQ(too_new->rejected_log_events_info->too_new_log_event_start_index, 1);
}

TEST_F(LogsTest, PagesAStreamBothWays) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(Put("a", {{i, std::to_string(i)}}));
  m::GetLogEventsRequest input;
  input.log_group_name = "/app";
  input.log_stream_name = "a";
  input.limit = 2;
  const auto get = [&] {
    const auto output = cloud_.Call<m::op::GetLogEvents>(input);
    EXPECT_TRUE(output) << output.error().message;
    std::string text;
    for (const auto& event : *output->events) text += *event.message;
    return std::pair(text, *output);
  };
  auto [newest, page] = get();
  EXPECT_EQ(newest, "34");
  input.next_token = page.next_backward_token;
  EXPECT_EQ(get().first, "12");
  input.next_token = page.next_forward_token;
  auto [none, end] = get();
  EXPECT_EQ(none, "");
  EXPECT_EQ(end.next_forward_token, input.next_token);
  ASSERT_TRUE(Put("a", {{9, "new"}}));
  EXPECT_EQ(get().first, "new");
  input.next_token.reset();
  input.start_from_head = true;
  EXPECT_EQ(get().first, "01");
  input.next_token = "f/1/s";
  EXPECT_EQ(cloud_.Call<m::op::GetLogEvents>(input).error().message,
            "The specified nextToken is invalid.");
}

TEST_F(LogsTest, FiltersAllStreamsInOrderOfTime) {
  ASSERT_TRUE(Put("a", {{0, "ERROR one"}, {5, "INFO two"}}));
  ASSERT_TRUE(Put("b", {{1, "ERROR three WARN"}, {6, R"({"level":"ERROR","n":7,"l":[{"x":1}]})"}}));
  EXPECT_THAT(Filter("ERROR -WARN -level"), ElementsAre("ERROR one"));
  EXPECT_THAT(Filter("ERROR three"), ElementsAre("ERROR three WARN"));
  EXPECT_THAT(Filter("\"ERROR t\""), ElementsAre("ERROR three WARN"));
  EXPECT_THAT(Filter("?one ?two"), ElementsAre("ERROR one", "INFO two"));
  EXPECT_THAT(Filter("{ $.level = \"ERR*\" && ($.n > 6.5 || $.none IS NULL) }").size(), 1);
  EXPECT_THAT(Filter("{ $.l[0].x = 1 && $.l[*].x != 2 && $.y NOT EXISTS }").size(), 1);
  EXPECT_THAT(Filter("{ $.level != ERROR }"), IsEmpty());
  m::FilterLogEventsRequest input;
  input.log_group_name = "/app";
  input.limit = 3;
  const auto first = cloud_.Call<m::op::FilterLogEvents>(input);
  EXPECT_EQ(*first->events->at(1).message, "ERROR three WARN");
  input.next_token = first->next_token;
  const auto second = cloud_.Call<m::op::FilterLogEvents>(input);
  EXPECT_EQ(second->events->size(), 1U);
  EXPECT_FALSE(second->next_token.has_value());
}

TEST_F(LogsTest, RefusesPatternsByName) {
  const auto error_of = [](const std::string& pattern) {
    const auto parsed = FilterPattern::Parse(pattern);
    return parsed ? std::string("none") : parsed.error().code + ": " + parsed.error().message;
  };
  EXPECT_EQ(error_of("[ip, user]"),
            "InvalidParameterException: Filter patterns for space-delimited log events are not "
            "supported.");
  EXPECT_EQ(error_of("%a.b%"),
            "InvalidParameterException: Regular expressions in filter patterns are not supported.");
  EXPECT_EQ(error_of("{ $.a = }"),
            "InvalidParameterException: Invalid filter pattern '{ $.a = }': expected a value at "
            "character 9");
  EXPECT_NE(error_of("{ $.a < \"x\" }"), "none");
  EXPECT_NE(error_of("\"open"), "none");
  EXPECT_NE(error_of("{" + std::string(200, '(') + "$.a=1"), "none");
}

TEST_F(LogsTest, DescribesRetainsAndTags) {
  m::PutRetentionPolicyRequest retention;
  retention.log_group_name = "/app";
  retention.retention_in_days = 2;
  EXPECT_EQ(cloud_.Call<m::op::PutRetentionPolicy>(retention).error().code,
            "InvalidParameterException");
  retention.retention_in_days = 1;
  ASSERT_TRUE(cloud_.Call<m::op::PutRetentionPolicy>(retention));
  ASSERT_TRUE(Put("a", {{0, "x"}}));
  const auto groups = cloud_.Call<m::op::DescribeLogGroups>({});
  EXPECT_EQ(groups->log_groups->at(0).arn, "arn:aws:logs:us-east-1:123456789012:log-group:/app:*");
  EXPECT_EQ(groups->log_groups->at(0).stored_bytes, 27);
  cloud_.loop.AdvanceBy(std::chrono::hours(25));
  EXPECT_THAT(Filter(""), IsEmpty());

  m::TagResourceRequest tag;
  tag.resource_arn = "arn:aws:logs:us-east-1:123456789012:log-group:/app";
  tag.tags = std::map<std::string, std::string>{{"k", "v"}};
  ASSERT_TRUE(cloud_.Call<m::op::TagResource>(tag));
  RequestContext context = cloud_.Context();
  EXPECT_EQ(cloud_.tagged_resources.sources().at("logs").list(context).at(0).tags.at("k"), "v");
}

TEST_F(LogsTest, IsAResourceOfAStack) {
  const ResourceType* const type = cloud_.resource_types.Find("AWS::Logs::LogGroup");
  ASSERT_NE(type, nullptr);
  RequestContext context = cloud_.Context();
  ResourceRequest request{
      .context = context,
      .stack_name = "stack",
      .stack_id = "id",
      .logical_id = "Group",
      .properties = json::Object{{"LogGroupName", "/stack"}, {"RetentionInDays", "7"}},
      .previous_properties = {},
      .physical_id = {},
      .stack_tags = {{"t", "1"}}};
  const auto made = type->create(request);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->physical_id, "/stack");
  EXPECT_EQ(*made->attributes.Find("Arn")->AsString(),
            "arn:aws:logs:us-east-1:123456789012:log-group:/stack:*");
  request.physical_id = made->physical_id;
  EXPECT_TRUE(type->remove(request));
  EXPECT_TRUE(type->remove(request));
}

}  // namespace
}  // namespace iatk::cloud

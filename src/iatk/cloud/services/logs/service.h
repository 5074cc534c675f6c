// Amazon CloudWatch Logs: groups, streams and events.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "iatk/cloud/dispatch/service.h"
#include "iatk/cloud/services/logs/log_group.h"
#include "iatk/cloud/store/store.h"
#include "iatk/model/logs/operations.h"

namespace iatk::cloud {

class Logs final : public Service {
 public:
  explicit Logs(Registry& registry);

  // op_groups.cc
  Result<model::Empty> CreateLogGroup(RequestContext& context,
                                      const model::logs::CreateLogGroupRequest& input);
  Result<model::Empty> DeleteLogGroup(RequestContext& context,
                                      const model::logs::DeleteLogGroupRequest& input);
  Result<model::logs::DescribeLogGroupsResponse> DescribeLogGroups(
      RequestContext& context, const model::logs::DescribeLogGroupsRequest& input);
  Result<model::Empty> PutRetentionPolicy(RequestContext& context,
                                          const model::logs::PutRetentionPolicyRequest& input);
  Result<model::Empty> DeleteRetentionPolicy(
      RequestContext& context, const model::logs::DeleteRetentionPolicyRequest& input);

  // op_streams.cc
  Result<model::Empty> CreateLogStream(RequestContext& context,
                                       const model::logs::CreateLogStreamRequest& input);
  Result<model::Empty> DeleteLogStream(RequestContext& context,
                                       const model::logs::DeleteLogStreamRequest& input);
  Result<model::logs::DescribeLogStreamsResponse> DescribeLogStreams(
      RequestContext& context, const model::logs::DescribeLogStreamsRequest& input);

  // op_events.cc
  Result<model::logs::PutLogEventsResponse> PutLogEvents(
      RequestContext& context, const model::logs::PutLogEventsRequest& input);
  Result<model::logs::GetLogEventsResponse> GetLogEvents(
      RequestContext& context, const model::logs::GetLogEventsRequest& input);
  Result<model::logs::FilterLogEventsResponse> FilterLogEvents(
      RequestContext& context, const model::logs::FilterLogEventsRequest& input);

  // op_tags.cc
  Result<model::Empty> TagResource(RequestContext& context,
                                   const model::logs::TagResourceRequest& input);
  Result<model::Empty> UntagResource(RequestContext& context,
                                     const model::logs::UntagResourceRequest& input);
  Result<model::logs::ListTagsForResourceResponse> ListTagsForResource(
      RequestContext& context, const model::logs::ListTagsForResourceRequest& input);
  Result<model::Empty> TagLogGroup(RequestContext& context,
                                   const model::logs::TagLogGroupRequest& input);
  Result<model::Empty> UntagLogGroup(RequestContext& context,
                                     const model::logs::UntagLogGroupRequest& input);
  Result<model::logs::ListTagsLogGroupResponse> ListTagsLogGroup(
      RequestContext& context, const model::logs::ListTagsLogGroupRequest& input);

 private:
  struct Region {
    std::map<std::string, LogGroup> groups;
    std::uint64_t last_sequence = 0;
  };

  Region& In(const RequestContext& context) {
    return regions_.For(context.account, context.region);
  }
  Result<LogGroup*> FindGroup(RequestContext& context, const std::string& name);
  /// By `identifier`, a name or an ARN, else by `name`.
  Result<LogGroup*> FindGroup(RequestContext& context, const std::optional<std::string>& name,
                              const std::optional<std::string>& identifier);
  Result<LogGroup*> FindGroupByArn(RequestContext& context, const std::string& arn);
  static Result<void> AddTags(LogGroup& group, const std::map<std::string, std::string>& tags);

  void RegisterResourceTypes(Registry& registry);  // cfn.cc
  void RegisterTagSource(Registry& registry);      // op_tags.cc

  Store<Region> regions_;
};

std::unique_ptr<Service> MakeLogs(Registry& registry);

}  // namespace iatk::cloud

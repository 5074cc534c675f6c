#include "iatk/cloud/services/logs/service.h"

#include "iatk/cloud/services/logs/errors.h"

namespace iatk::cloud {

namespace m = model::logs;

Logs::Logs(Registry& registry) {
  OperationTable& on = registry.operations;
  on.On<m::op::CreateLogGroup>(this, &Logs::CreateLogGroup);
  on.On<m::op::DeleteLogGroup>(this, &Logs::DeleteLogGroup);
  on.On<m::op::DescribeLogGroups>(this, &Logs::DescribeLogGroups);
  on.On<m::op::PutRetentionPolicy>(this, &Logs::PutRetentionPolicy);
  on.On<m::op::DeleteRetentionPolicy>(this, &Logs::DeleteRetentionPolicy);
  on.On<m::op::CreateLogStream>(this, &Logs::CreateLogStream);
  on.On<m::op::DeleteLogStream>(this, &Logs::DeleteLogStream);
  on.On<m::op::DescribeLogStreams>(this, &Logs::DescribeLogStreams);
  on.On<m::op::PutLogEvents>(this, &Logs::PutLogEvents);
  on.On<m::op::GetLogEvents>(this, &Logs::GetLogEvents);
  on.On<m::op::FilterLogEvents>(this, &Logs::FilterLogEvents);
  on.On<m::op::TagResource>(this, &Logs::TagResource);
  on.On<m::op::UntagResource>(this, &Logs::UntagResource);
  on.On<m::op::ListTagsForResource>(this, &Logs::ListTagsForResource);
  on.On<m::op::TagLogGroup>(this, &Logs::TagLogGroup);
  on.On<m::op::UntagLogGroup>(this, &Logs::UntagLogGroup);
  on.On<m::op::ListTagsLogGroup>(this, &Logs::ListTagsLogGroup);
  RegisterResourceTypes(registry);
  RegisterTagSource(registry);
}

Result<LogGroup*> Logs::FindGroup(RequestContext& context, const std::string& name) {
  auto& groups = In(context).groups;
  const auto found = groups.find(name);
  if (found == groups.end()) return Fail(logs_errors::NoSuchGroup());
  return &found->second;
}

Result<LogGroup*> Logs::FindGroup(RequestContext& context, const std::optional<std::string>& name,
                                  const std::optional<std::string>& identifier) {
  if (name.has_value() == identifier.has_value()) {
    return Fail(logs_errors::InvalidParameter(
        "Exactly one of logGroupName and logGroupIdentifier must be specified."));
  }
  if (name) return FindGroup(context, *name);
  return identifier->starts_with("arn:") ? FindGroupByArn(context, *identifier)
                                         : FindGroup(context, *identifier);
}

Result<LogGroup*> Logs::FindGroupByArn(RequestContext& context, const std::string& arn) {
  const std::optional<Arn> parsed = ParseArn(arn);
  constexpr std::string_view kPrefix = "log-group:";
  if (!parsed || parsed->service != "logs" || !parsed->resource.starts_with(kPrefix)) {
    return Fail(logs_errors::InvalidParameter("The specified resource ARN is invalid: " + arn));
  }
  std::string name = parsed->resource.substr(kPrefix.size());
  if (name.ends_with(":*")) name.resize(name.size() - 2);
  if (parsed->account != context.account || parsed->region != context.region) {
    return Fail(logs_errors::NoSuchGroup());
  }
  return FindGroup(context, name);
}

std::unique_ptr<Service> MakeLogs(Registry& registry) { return std::make_unique<Logs>(registry); }

}  // namespace iatk::cloud

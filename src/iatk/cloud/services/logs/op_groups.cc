#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "iatk/cloud/services/logs/errors.h"
#include "iatk/cloud/services/logs/service.h"

namespace iatk::cloud {

namespace m = model::logs;

namespace {

constexpr std::size_t kDefaultGroupsPerPage = 50;
constexpr std::array<std::int32_t, 22> kRetentions = {1,    3,    5,    7,    14,   30,  60,  90,
                                                      120,  150,  180,  365,  400,  545, 731, 1096,
                                                      1827, 2192, 2557, 2922, 3288, 3653};

m::LogGroup Describe(const LogGroup& group) {
  m::LogGroup output;
  output.log_group_name = group.name;
  output.arn = group.arn + ":*";
  output.log_group_arn = group.arn;
  output.creation_time = group.creation_time;
  output.retention_in_days = group.retention_days;
  output.metric_filter_count = 0;
  output.stored_bytes = static_cast<std::int64_t>(group.bytes());
  output.kms_key_id = group.kms_key_id;
  output.log_group_class = group.log_class;
  output.deletion_protection_enabled = group.deletion_protection;
  return output;
}

}  // namespace

Result<model::Empty> Logs::CreateLogGroup(RequestContext& context,
                                          const m::CreateLogGroupRequest& input) {
  auto& groups = In(context).groups;
  const std::string& name = *input.log_group_name;
  if (groups.contains(name)) return Fail(logs_errors::GroupExists());
  const std::string log_class = input.log_group_class.value_or("STANDARD");
  if (log_class != "STANDARD" && log_class != "INFREQUENT_ACCESS") {
    return Fail(logs_errors::InvalidParameter(
        fmt::format("Log group class {} is not supported.", log_class)));
  }
  LogGroup group;
  group.name = name;
  group.arn = context.MakeArn("logs", "log-group:" + name);
  group.creation_time = ToMillis(context.Now());
  group.log_class = log_class;
  group.kms_key_id = input.kms_key_id;
  group.deletion_protection = input.deletion_protection_enabled.value_or(false);
  if (input.tags) group.tags = *input.tags;
  groups.emplace(name, std::move(group));
  return model::Empty();
}

Result<model::Empty> Logs::DeleteLogGroup(RequestContext& context,
                                          const m::DeleteLogGroupRequest& input) {
  IATK_TRY(const LogGroup* const group, FindGroup(context, *input.log_group_name));
  if (group->deletion_protection) return Fail(logs_errors::Protected());
  In(context).groups.erase(*input.log_group_name);
  return model::Empty();
}

Result<m::DescribeLogGroupsResponse> Logs::DescribeLogGroups(
    RequestContext& context, const m::DescribeLogGroupsRequest& input) {
  if (input.log_group_name_prefix && input.log_group_name_pattern) {
    return Fail(logs_errors::InvalidParameter(
        "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."));
  }
  if (input.include_linked_accounts.value_or(false)) {
    return Fail(logs_errors::InvalidParameter("Linked accounts are not supported."));
  }
  const std::size_t limit =
      input.limit ? static_cast<std::size_t>(*input.limit) : kDefaultGroupsPerPage;
  const auto wanted = [&](const LogGroup& group) {
    if (input.log_group_name_prefix && !group.name.starts_with(*input.log_group_name_prefix)) {
      return false;
    }
    if (input.log_group_name_pattern &&
        group.name.find(*input.log_group_name_pattern) == std::string::npos) {
      return false;
    }
    if (input.log_group_class && group.log_class != *input.log_group_class) return false;
    if (!input.log_group_identifiers || input.log_group_identifiers->empty()) return true;
    return std::ranges::any_of(*input.log_group_identifiers, [&](const std::string& identifier) {
      return identifier == group.name || identifier == group.arn;
    });
  };
  m::DescribeLogGroupsResponse output;
  auto& page = output.log_groups.emplace();
  const auto& groups = In(context).groups;
  // Tokens name the last group of their page.
  auto it = input.next_token ? groups.upper_bound(*input.next_token) : groups.begin();
  for (; it != groups.end(); ++it) {
    if (!wanted(it->second)) continue;
    if (page.size() == limit) {
      output.next_token = *page.back().log_group_name;
      break;
    }
    page.push_back(Describe(it->second));
  }
  return output;
}

Result<model::Empty> Logs::PutRetentionPolicy(RequestContext& context,
                                              const m::PutRetentionPolicyRequest& input) {
  IATK_TRY(LogGroup* const group, FindGroup(context, *input.log_group_name));
  if (std::ranges::find(kRetentions, *input.retention_in_days) == kRetentions.end()) {
    return Fail(logs_errors::InvalidParameter(fmt::format(
        "1 validation error detected: Value '{}' at 'retentionInDays' failed to satisfy "
        "constraint: Member must satisfy enum value set: [{}]",
        *input.retention_in_days, fmt::join(kRetentions, ", "))));
  }
  group->retention_days = input.retention_in_days;
  return model::Empty();
}

Result<model::Empty> Logs::DeleteRetentionPolicy(RequestContext& context,
                                                 const m::DeleteRetentionPolicyRequest& input) {
  IATK_TRY(LogGroup* const group, FindGroup(context, *input.log_group_name));
  group->retention_days.reset();
  return model::Empty();
}

}  // namespace iatk::cloud

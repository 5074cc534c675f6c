// AWS::Logs::LogGroup and AWS::Logs::LogStream.
#include <charconv>

#include "iatk/cloud/dispatch/properties.h"
#include "iatk/cloud/services/logs/errors.h"
#include "iatk/cloud/services/logs/service.h"

namespace iatk::cloud {

namespace m = model::logs;

namespace {

bool IsGone(const Error& error) { return error.code == "ResourceNotFoundException"; }

}  // namespace

void Logs::RegisterResourceTypes(Registry& registry) {
  const OperationTable* const operations = &registry.operations;

  const auto set_retention = [operations](ResourceRequest& request,
                                          const std::string& name) -> Result<void> {
    const auto days = TextOf(request.properties, "RetentionInDays");
    if (!days) {
      m::DeleteRetentionPolicyRequest input;
      input.log_group_name = name;
      IATK_CHECK(operations->Call<m::op::DeleteRetentionPolicy>(request.context, input));
      return {};
    }
    m::PutRetentionPolicyRequest input;
    input.log_group_name = name;
    std::int32_t number = 0;
    std::from_chars(days->data(), days->data() + days->size(), number);
    input.retention_in_days = number;
    IATK_CHECK(operations->Call<m::op::PutRetentionPolicy>(request.context, input));
    return {};
  };
  const auto group_result = [this](ResourceRequest& request,
                                   const std::string& name) -> Result<ResourceResult> {
    IATK_TRY(const LogGroup* const group, FindGroup(request.context, name));
    return ResourceResult{name, json::Object{{"Arn", group->arn + ":*"}}};
  };

  ResourceType group;
  group.name = "AWS::Logs::LogGroup";
  group.properties = {"LogGroupName", "RetentionInDays", "Tags",
                      "KmsKeyId",     "LogGroupClass",   "DeletionProtectionEnabled"};
  group.create = [=](ResourceRequest& request) -> Result<ResourceResult> {
    m::CreateLogGroupRequest input;
    const std::string name =
        TextOf(request.properties, "LogGroupName").value_or(request.GeneratedName(512));
    input.log_group_name = name;
    if (const auto tags = TagsOf(request); !tags.empty()) input.tags = tags;
    input.kms_key_id = TextOf(request.properties, "KmsKeyId");
    input.log_group_class = TextOf(request.properties, "LogGroupClass");
    input.deletion_protection_enabled =
        IsTrue(request.properties.Find("DeletionProtectionEnabled"));
    IATK_CHECK(operations->Call<m::op::CreateLogGroup>(request.context, input));
    IATK_CHECK(set_retention(request, name));
    return group_result(request, name);
  };
  group.update = [=, this,
                  create = group.create](ResourceRequest& request) -> Result<ResourceResult> {
    if (TextOf(request.properties, "LogGroupName") !=
        TextOf(request.previous_properties, "LogGroupName")) {
      return create(request);
    }
    IATK_CHECK(set_retention(request, request.physical_id));
    IATK_TRY(LogGroup* const found, FindGroup(request.context, request.physical_id));
    found->tags = TagsOf(request);
    found->deletion_protection = IsTrue(request.properties.Find("DeletionProtectionEnabled"));
    return group_result(request, request.physical_id);
  };
  group.remove = [=](ResourceRequest& request) -> Result<void> {
    m::DeleteLogGroupRequest input;
    input.log_group_name = request.physical_id;
    const auto done = operations->Call<m::op::DeleteLogGroup>(request.context, input);
    if (!done && !IsGone(done.error())) return Fail(done.error());
    return {};
  };
  registry.resource_types.Register(std::move(group));

  ResourceType stream;
  stream.name = "AWS::Logs::LogStream";
  stream.properties = {"LogGroupName", "LogStreamName"};
  stream.create = [=](ResourceRequest& request) -> Result<ResourceResult> {
    m::CreateLogStreamRequest input;
    input.log_group_name = TextOf(request.properties, "LogGroupName");
    const std::string name =
        TextOf(request.properties, "LogStreamName").value_or(request.GeneratedName(512));
    input.log_stream_name = name;
    IATK_CHECK(operations->Call<m::op::CreateLogStream>(request.context, input));
    return ResourceResult{name, {}};
  };
  stream.update = stream.create;  // both properties need a replacement
  stream.remove = [=](ResourceRequest& request) -> Result<void> {
    m::DeleteLogStreamRequest input;
    input.log_group_name = TextOf(request.properties, "LogGroupName");
    input.log_stream_name = request.physical_id;
    const auto done = operations->Call<m::op::DeleteLogStream>(request.context, input);
    if (!done && !IsGone(done.error())) return Fail(done.error());
    return {};
  };
  registry.resource_types.Register(std::move(stream));
}

}  // namespace iatk::cloud

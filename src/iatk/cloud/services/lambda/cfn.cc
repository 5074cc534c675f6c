// AWS::Lambda::Function, AWS::Lambda::Permission, AWS::Lambda::Version and AWS::Lambda::Alias.
#include <charconv>

#include "iatk/cloud/dispatch/properties.h"
#include "iatk/cloud/services/lambda/errors.h"
#include "iatk/cloud/services/lambda/service.h"

namespace iatk::cloud {

namespace m = model::lambda;

namespace {

using Properties = json::Object;

constexpr std::size_t kMaxInlineBytes = 4'194'304;

const json::Value* Inner(const Properties& properties, std::string_view outer,
                         std::string_view name) {
  const json::Value* const object = properties.Find(outer);
  return object == nullptr ? nullptr : object->Find(name);
}

std::optional<std::string> InnerText(const Properties& properties, std::string_view outer,
                                     std::string_view name) {
  const json::Value* const value = Inner(properties, outer, name);
  return value == nullptr ? std::nullopt : std::optional(TextOf(*value));
}

Result<std::optional<std::int32_t>> Integer(const json::Value* value, std::string_view name) {
  if (value == nullptr) return std::optional<std::int32_t>();
  const std::string text = TextOf(*value);
  std::int32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return Fail(lambda_errors::InvalidParameter("Value of property " + std::string(name) +
                                                " must be of type Integer"));
  }
  return std::optional<std::int32_t>(number);
}

bool Same(const Properties& a, const Properties& b, std::string_view name) {
  const json::Value* const left = a.Find(name);
  const json::Value* const right = b.Find(name);
  if (left == nullptr || right == nullptr) return left == right;
  return json::Equal(*left, *right);
}

/// Settings that CreateFunction and UpdateFunctionConfiguration share. What the template leaves out
/// is set to its default, so that an update takes it back.
template <class Request>
Result<void> FillSettings(const Properties& properties, Request* input) {
  input->role = TextOf(properties, "Role");
  input->handler = TextOf(properties, "Handler");
  input->runtime = TextOf(properties, "Runtime");
  input->description = TextOf(properties, "Description").value_or("");
  IATK_TRY(const auto timeout, Integer(properties.Find("Timeout"), "Timeout"));
  input->timeout = timeout.value_or(3);
  IATK_TRY(const auto memory, Integer(properties.Find("MemorySize"), "MemorySize"));
  input->memory_size = memory.value_or(128);
  auto& variables = input->environment.emplace().variables.emplace();
  if (const json::Value* const given = Inner(properties, "Environment", "Variables");
      given != nullptr && given->AsObject() != nullptr) {
    for (const auto& [name, value] : *given->AsObject()) variables[name] = TextOf(value);
  }
  input->tracing_config.emplace().mode =
      InnerText(properties, "TracingConfig", "Mode").value_or("PassThrough");
  input->dead_letter_config.emplace().target_arn =
      InnerText(properties, "DeadLetterConfig", "TargetArn").value_or("");
  IATK_TRY(const auto storage,
           Integer(Inner(properties, "EphemeralStorage", "Size"), "EphemeralStorage.Size"));
  input->ephemeral_storage.emplace().size = storage.value_or(512);
  if (const auto key = TextOf(properties, "KmsKeyArn")) input->kms_key_arn = key;
  if (const json::Value* const layers = properties.Find("Layers");
      layers != nullptr && layers->AsArray() != nullptr) {
    input->layers.emplace();
    for (const json::Value& layer : *layers->AsArray()) {
      input->layers->push_back(TextOf(layer));
    }
  }
  if (const json::Value* const subnets = Inner(properties, "VpcConfig", "SubnetIds");
      subnets != nullptr && subnets->AsArray() != nullptr) {
    auto& ids = input->vpc_config.emplace().subnet_ids.emplace();
    for (const json::Value& subnet : *subnets->AsArray()) ids.push_back(TextOf(subnet));
  }
  if (properties.Contains("FileSystemConfigs")) input->file_system_configs.emplace(1);
  if (properties.Contains("ImageConfig")) input->image_config.emplace();
  if (const auto apply_on = InnerText(properties, "SnapStart", "ApplyOn")) {
    input->snap_start.emplace().apply_on = apply_on;
  }
  if (properties.Contains("LoggingConfig")) {
    input->logging_config.emplace().log_format =
        InnerText(properties, "LoggingConfig", "LogFormat");
    input->logging_config->log_group = InnerText(properties, "LoggingConfig", "LogGroup");
  }
  return {};
}

/// Fills in zip_file, or bucket and key. Inline code becomes a zip of index.py or index.js.
template <class Request>
Result<void> FillCode(const Properties& properties, Request* input) {
  if (const auto text = InnerText(properties, "Code", "ZipFile")) {
    const std::string runtime = TextOf(properties, "Runtime").value_or("");
    if (!runtime.starts_with("python") && !runtime.starts_with("nodejs")) {
      return Fail(lambda_errors::InvalidParameter(
          "ZipFile can only be used when Runtime is set to either of nodejs, python"));
    }
    if (text->size() > kMaxInlineBytes) {
      return Fail(lambda_errors::InvalidParameter("ZipFile must be at most 4194304 bytes"));
    }
    IATK_TRY(input->zip_file,
             ZipOfFile(runtime.starts_with("python") ? "index.py" : "index.js", *text));
    return {};
  }
  input->s3_bucket = InnerText(properties, "Code", "S3Bucket");
  input->s3_key = InnerText(properties, "Code", "S3Key");
  input->s3_object_version = InnerText(properties, "Code", "S3ObjectVersion");
  input->image_uri = InnerText(properties, "Code", "ImageUri");
  return {};
}

std::vector<std::string> ArchitecturesOf(const Properties& properties) {
  const json::Value* const given = properties.Find("Architectures");
  if (given == nullptr || given->AsArray() == nullptr) return {"x86_64"};
  std::vector<std::string> architectures;
  for (const json::Value& one : *given->AsArray()) architectures.push_back(TextOf(one));
  return architectures;
}

bool IsGone(const Error& error) { return error.code == "ResourceNotFoundException"; }

Result<void> UnlessGone(Result<void> done) {
  if (!done && IsGone(done.error())) return {};
  return done;
}

ResourceResult FunctionResult(RequestContext& context, const std::string& name) {
  return {name, json::Object{{"Arn", FunctionArn(context, name)}}};
}

Result<void> SetConcurrency(ResourceRequest& request, const std::string& name) {
  const OperationTable& operations = request.context.operations();
  IATK_TRY(const auto reserved, Integer(request.properties.Find("ReservedConcurrentExecutions"),
                                        "ReservedConcurrentExecutions"));
  if (reserved) {
    m::PutFunctionConcurrencyRequest input;
    input.function_name = name;
    input.reserved_concurrent_executions = reserved;
    IATK_CHECK(operations.Call<m::op::PutFunctionConcurrency>(request.context, input));
  } else if (request.previous_properties.Contains("ReservedConcurrentExecutions")) {
    m::DeleteFunctionConcurrencyRequest input;
    input.function_name = name;
    IATK_CHECK(operations.Call<m::op::DeleteFunctionConcurrency>(request.context, input));
  }
  return {};
}

Result<ResourceResult> CreateFunctionResource(ResourceRequest& request) {
  const OperationTable& operations = request.context.operations();
  m::CreateFunctionRequest input;
  const std::string name =
      TextOf(request.properties, "FunctionName").value_or(request.GeneratedName(64));
  input.function_name = name;
  IATK_CHECK(FillSettings(request.properties, &input));
  IATK_CHECK(FillCode(request.properties, &input.code.emplace()));
  input.package_type = TextOf(request.properties, "PackageType");
  input.code_signing_config_arn = TextOf(request.properties, "CodeSigningConfigArn");
  if (request.properties.Contains("Architectures")) {
    input.architectures = ArchitecturesOf(request.properties);
  }
  if (auto tags = TagsOf(request); !tags.empty()) input.tags = std::move(tags);
  IATK_CHECK(operations.Call<m::op::CreateFunction>(request.context, input));
  IATK_CHECK(SetConcurrency(request, name));
  return FunctionResult(request.context, name);
}

Result<void> RemoveFunctionResource(ResourceRequest& request) {
  m::DeleteFunctionRequest input;
  input.function_name = request.physical_id;
  const auto done =
      request.context.operations().Call<m::op::DeleteFunction>(request.context, input);
  return UnlessGone(done ? Result<void>() : Fail(done.error()));
}

Result<ResourceResult> CreatePermission(ResourceRequest& request) {
  const Properties& properties = request.properties;
  m::AddPermissionRequest input;
  input.statement_id = request.GeneratedName(100);
  input.function_name = TextOf(properties, "FunctionName");
  input.action = TextOf(properties, "Action");
  input.principal = TextOf(properties, "Principal");
  input.source_arn = TextOf(properties, "SourceArn");
  input.source_account = TextOf(properties, "SourceAccount");
  input.event_source_token = TextOf(properties, "EventSourceToken");
  input.principal_org_id = TextOf(properties, "PrincipalOrgID");
  input.function_url_auth_type = TextOf(properties, "FunctionUrlAuthType");
  IATK_CHECK(request.context.operations().Call<m::op::AddPermission>(request.context, input));
  return ResourceResult{*input.statement_id, json::Object{{"Id", *input.statement_id}}};
}

Result<void> RemovePermissionResource(ResourceRequest& request) {
  m::RemovePermissionRequest input;
  input.statement_id = request.physical_id;
  input.function_name = TextOf(request.properties, "FunctionName");
  const auto done =
      request.context.operations().Call<m::op::RemovePermission>(request.context, input);
  return UnlessGone(done ? Result<void>() : Fail(done.error()));
}

Result<ResourceResult> CreateVersion(ResourceRequest& request) {
  if (request.properties.Contains("ProvisionedConcurrencyConfig")) {
    return Fail(lambda_errors::NotSupported("ProvisionedConcurrencyConfig"));
  }
  m::PublishVersionRequest input;
  input.function_name = TextOf(request.properties, "FunctionName");
  input.description = TextOf(request.properties, "Description");
  input.code_sha256 = TextOf(request.properties, "CodeSha256");
  IATK_TRY(const auto version,
           request.context.operations().Call<m::op::PublishVersion>(request.context, input));
  return ResourceResult{
      *version.function_arn,
      json::Object{{"Version", *version.version}, {"FunctionArn", *version.function_arn}}};
}

Result<ResourceResult> UpdateVersion(ResourceRequest& request) {
  const Properties& now = request.properties;
  const Properties& before = request.previous_properties;
  if (Same(now, before, "FunctionName") && Same(now, before, "CodeSha256") &&
      Same(now, before, "Description")) {
    const std::string& arn = request.physical_id;
    return ResourceResult{
        arn, json::Object{{"Version", arn.substr(arn.rfind(':') + 1)}, {"FunctionArn", arn}}};
  }
  return CreateVersion(request);
}

std::optional<m::AliasRoutingConfiguration> RoutingOf(const Properties& properties) {
  const json::Value* const weights = Inner(properties, "RoutingConfig", "AdditionalVersionWeights");
  if (weights == nullptr || weights->AsArray() == nullptr) return std::nullopt;
  m::AliasRoutingConfiguration routing;
  auto& all = routing.additional_version_weights.emplace();
  for (const json::Value& weight : *weights->AsArray()) {
    if (weight.AsObject() == nullptr) continue;
    const auto version = TextOf(*weight.AsObject(), "FunctionVersion");
    const auto share = TextOf(*weight.AsObject(), "FunctionWeight");
    if (version && share) all[*version] = std::strtod(share->c_str(), nullptr);
  }
  return routing;
}

Result<ResourceResult> CreateAliasResource(ResourceRequest& request) {
  if (request.properties.Contains("ProvisionedConcurrencyConfig")) {
    return Fail(lambda_errors::NotSupported("ProvisionedConcurrencyConfig"));
  }
  m::CreateAliasRequest input;
  input.function_name = TextOf(request.properties, "FunctionName");
  input.name = TextOf(request.properties, "Name");
  input.function_version = TextOf(request.properties, "FunctionVersion");
  input.description = TextOf(request.properties, "Description");
  input.routing_config = RoutingOf(request.properties);
  IATK_TRY(const auto alias,
           request.context.operations().Call<m::op::CreateAlias>(request.context, input));
  return ResourceResult{*alias.alias_arn, json::Object{{"AliasArn", *alias.alias_arn}}};
}

Result<ResourceResult> UpdateAliasResource(ResourceRequest& request) {
  if (!Same(request.properties, request.previous_properties, "FunctionName") ||
      !Same(request.properties, request.previous_properties, "Name")) {
    return CreateAliasResource(request);
  }
  m::UpdateAliasRequest input;
  input.function_name = TextOf(request.properties, "FunctionName");
  input.name = TextOf(request.properties, "Name");
  input.function_version = TextOf(request.properties, "FunctionVersion");
  input.description = TextOf(request.properties, "Description").value_or("");
  input.routing_config = RoutingOf(request.properties).value_or(m::AliasRoutingConfiguration());
  IATK_TRY(const auto alias,
           request.context.operations().Call<m::op::UpdateAlias>(request.context, input));
  return ResourceResult{*alias.alias_arn, json::Object{{"AliasArn", *alias.alias_arn}}};
}

/// Versions and aliases: their names are qualified ARNs.
Result<void> RemoveVersion(ResourceRequest& request) {
  m::DeleteFunctionRequest input;
  input.function_name = request.physical_id;
  const auto done =
      request.context.operations().Call<m::op::DeleteFunction>(request.context, input);
  return UnlessGone(done ? Result<void>() : Fail(done.error()));
}

Result<void> RemoveAlias(ResourceRequest& request) {
  const std::size_t colon = request.physical_id.rfind(':');
  m::DeleteAliasRequest input;
  input.function_name = request.physical_id.substr(0, colon);
  input.name = request.physical_id.substr(colon + 1);
  const auto done = request.context.operations().Call<m::op::DeleteAlias>(request.context, input);
  return UnlessGone(done ? Result<void>() : Fail(done.error()));
}

}  // namespace

void Lambda::RegisterResourceTypes(Registry& registry) {
  ResourceType function;
  function.name = "AWS::Lambda::Function";
  function.properties = {"Architectures",
                         "Code",
                         "CodeSigningConfigArn",
                         "DeadLetterConfig",
                         "Description",
                         "Environment",
                         "EphemeralStorage",
                         "FileSystemConfigs",
                         "FunctionName",
                         "Handler",
                         "ImageConfig",
                         "KmsKeyArn",
                         "Layers",
                         "LoggingConfig",
                         "MemorySize",
                         "PackageType",
                         "ReservedConcurrentExecutions",
                         "Role",
                         "Runtime",
                         "SnapStart",
                         "Tags",
                         "Timeout",
                         "TracingConfig",
                         "VpcConfig"};
  function.create = &CreateFunctionResource;
  function.update = [this](ResourceRequest& request) -> Result<ResourceResult> {
    if (!Same(request.properties, request.previous_properties, "FunctionName") ||
        !Same(request.properties, request.previous_properties, "PackageType")) {
      return CreateFunctionResource(request);
    }
    const OperationTable& operations = request.context.operations();
    m::UpdateFunctionConfigurationRequest settings;
    settings.function_name = request.physical_id;
    IATK_CHECK(FillSettings(request.properties, &settings));
    if (request.properties.Contains("CodeSigningConfigArn")) {
      return Fail(lambda_errors::NotSupported("CodeSigningConfigArn"));
    }
    if (!settings.logging_config) settings.logging_config.emplace();
    if (!settings.logging_config->log_group) {
      settings.logging_config->log_group = "/aws/lambda/" + request.physical_id;
    }
    IATK_CHECK(operations.Call<m::op::UpdateFunctionConfiguration>(request.context, settings));
    if (!Same(request.properties, request.previous_properties, "Code") ||
        !Same(request.properties, request.previous_properties, "Architectures")) {
      m::UpdateFunctionCodeRequest code;
      code.function_name = request.physical_id;
      code.architectures = ArchitecturesOf(request.properties);
      IATK_CHECK(FillCode(request.properties, &code));
      IATK_CHECK(operations.Call<m::op::UpdateFunctionCode>(request.context, code));
    }
    IATK_CHECK(SetConcurrency(request, request.physical_id));
    IATK_TRY(Function* const found, Find(request.context, request.physical_id));
    found->tags.clear();
    IATK_CHECK(SetTags(*found, TagsOf(request)));
    return FunctionResult(request.context, request.physical_id);
  };
  function.remove = &RemoveFunctionResource;
  registry.resource_types.Register(std::move(function));

  ResourceType permission;
  permission.name = "AWS::Lambda::Permission";
  permission.properties = {"Action",    "EventSourceToken", "FunctionName",  "FunctionUrlAuthType",
                           "Principal", "PrincipalOrgID",   "SourceAccount", "SourceArn"};
  permission.create = &CreatePermission;
  permission.update = &CreatePermission;  // every property needs a replacement
  permission.remove = &RemovePermissionResource;
  registry.resource_types.Register(std::move(permission));

  ResourceType version;
  version.name = "AWS::Lambda::Version";
  version.properties = {"CodeSha256", "Description", "FunctionName",
                        "ProvisionedConcurrencyConfig"};
  version.create = &CreateVersion;
  version.update = &UpdateVersion;
  version.remove = &RemoveVersion;
  registry.resource_types.Register(std::move(version));

  ResourceType alias;
  alias.name = "AWS::Lambda::Alias";
  alias.properties = {
      "Description",  "FunctionName", "FunctionVersion", "Name", "ProvisionedConcurrencyConfig",
      "RoutingConfig"};
  alias.create = &CreateAliasResource;
  alias.update = &UpdateAliasResource;
  alias.remove = &RemoveAlias;
  registry.resource_types.Register(std::move(alias));
}

}  // namespace iatk::cloud

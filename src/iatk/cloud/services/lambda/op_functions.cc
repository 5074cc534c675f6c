#include <fstream>
#include <iterator>

#include "iatk/base/time_text.h"
#include "iatk/cloud/services/lambda/errors.h"
#include "iatk/cloud/services/lambda/limits.h"
#include "iatk/cloud/services/lambda/service.h"
#include "iatk/cloud/services/lambda/settings.h"
#include "iatk/model/s3/operations.h"

namespace iatk::cloud {

namespace m = model::lambda;
using lambda_errors::InvalidParameter;

namespace {

constexpr std::size_t kMaxFunctionsPerPage = 50;

std::string ReadLocalFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Result<void> CheckRevision(const std::optional<std::string>& wanted,
                           const std::optional<std::string>& current) {
  if (wanted && wanted != current) return Fail(lambda_errors::PreconditionFailed());
  return {};
}

}  // namespace

Result<std::shared_ptr<const CodePackage>> Lambda::LoadCode(RequestContext& context,
                                                            CodeSource source) {
  using Loaded = Result<std::shared_ptr<const CodePackage>>;
  const std::string folder = environment_.work_folder + "/code-" + context.ids().Hex(16);
  if (source.zip_file) {
    if (source.s3_bucket || source.s3_key) {
      return Fail(InvalidParameter(
          "Please do not provide other FunctionCode parameters when providing a ZipFile."));
    }
    if (source.zip_file->size() > lambda_limits::kMaxUploadBytes) {
      return Fail(lambda_errors::PayloadTooLarge(lambda_limits::kMaxUploadBytes));
    }
    return context.loop().Offload(
        [&]() -> Loaded { return CodePackage::Unpack(*source.zip_file, folder); });
  }
  if (!source.s3_bucket || !source.s3_key) {
    return Fail(InvalidParameter("Please provide a source for function code."));
  }
  if (*source.s3_bucket == kLocalFolderBucket) {
    const std::string& path = *source.s3_key;
    return context.loop().Offload([&]() -> Loaded {
      return path.ends_with(".zip") ? CodePackage::Unpack(ReadLocalFile(path), folder)
                                    : CodePackage::InPlace(path);
    });
  }
  model::s3::GetObjectRequest get;
  get.bucket = source.s3_bucket;
  get.key = source.s3_key;
  get.version_id = source.s3_object_version;
  const auto object = context.operations().Call<model::s3::op::GetObject>(context, get);
  if (!object) {
    if (object.error().http_status >= 500) return Fail(object.error());
    return Fail(
        InvalidParameter("Error occurred while GetObject. S3 Error Code: " + object.error().code +
                         ". S3 Error Message: " + object.error().message));
  }
  const std::string zip = object->body.value_or("");
  return context.loop().Offload([&]() -> Loaded { return CodePackage::Unpack(zip, folder); });
}

void Lambda::Touch(RequestContext& context, FunctionVersion* version) {
  m::FunctionConfiguration& configuration = version->configuration;
  std::string time = FormatIso8601(context.Now(), Fraction::kMillis);
  time.replace(time.size() - 1, 1, "+0000");
  configuration.last_modified = time;
  configuration.revision_id = context.ids().Uuid();
  configuration.code_sha256 = version->code->sha256();
  configuration.code_size = version->code->size();
}

Result<m::FunctionConfiguration> Lambda::CreateFunction(RequestContext& context,
                                                        const m::CreateFunctionRequest& input) {
  IATK_TRY(const FunctionTarget target, ReadFunctionName(context, *input.function_name));
  const auto exists = [&] { return In(context).functions.contains(target.name); };
  if (exists()) return Fail(lambda_errors::FunctionExists(target.name));
  Function function;
  function.name = target.name;
  IATK_TRY(function.latest.configuration, NewConfiguration(input));
  if (input.tags) IATK_CHECK(SetTags(function, *input.tags));
  const m::FunctionCode& code = *input.code;
  IATK_TRY(function.latest.code,
           LoadCode(context, {code.zip_file, code.s3_bucket, code.s3_key, code.s3_object_version}));
  // Loading the code took its time, in which another may have made it.
  if (exists()) return Fail(lambda_errors::FunctionExists(target.name));

  m::FunctionConfiguration& configuration = function.latest.configuration;
  configuration.function_name = target.name;
  configuration.function_arn = FunctionArn(context, target.name);
  configuration.runtime_version_config.emplace().runtime_version_arn =
      iatk::MakeArn("lambda", context.region, "", "runtime:" + *configuration.runtime);
  if (!configuration.logging_config->log_group) {
    configuration.logging_config->log_group = "/aws/lambda/" + target.name;
  }
  Touch(context, &function.latest);
  Function& made = In(context).functions.emplace(target.name, std::move(function)).first->second;
  if (input.publish.value_or(false)) return Publish(context, made, std::nullopt);
  return made.latest.configuration;
}

Result<m::FunctionConfiguration> Lambda::UpdateFunctionCode(
    RequestContext& context, const m::UpdateFunctionCodeRequest& input) {
  IATK_TRY(const FunctionTarget target, ReadFunctionName(context, *input.function_name));
  IATK_TRY(const Function* const before, Find(context, target));
  IATK_CHECK(CheckRevision(input.revision_id, before->latest.configuration.revision_id));
  if (input.image_uri) return Fail(lambda_errors::NotSupported("PackageType Image"));
  if (input.publish_to) return Fail(lambda_errors::NotSupported("PublishTo"));
  IATK_TRY(auto code, LoadCode(context, {input.zip_file, input.s3_bucket, input.s3_key,
                                         input.s3_object_version}));
  IATK_TRY(Function* const function, Find(context, target));
  if (input.dry_run.value_or(false)) {
    m::FunctionConfiguration configuration = function->latest.configuration;
    configuration.code_sha256 = code->sha256();
    configuration.code_size = code->size();
    return configuration;
  }
  function->latest.code = std::move(code);
  if (input.architectures) function->latest.configuration.architectures = input.architectures;
  Touch(context, &function->latest);
  Retire(context, target.name);
  if (input.publish.value_or(false)) return Publish(context, *function, std::nullopt);
  return function->latest.configuration;
}

Result<m::FunctionConfiguration> Lambda::UpdateFunctionConfiguration(
    RequestContext& context, const m::UpdateFunctionConfigurationRequest& input) {
  IATK_TRY(Function* const function, Find(context, *input.function_name));
  m::FunctionConfiguration& configuration = function->latest.configuration;
  IATK_CHECK(CheckRevision(input.revision_id, configuration.revision_id));
  IATK_CHECK(ChangeConfiguration(input, &configuration));
  Touch(context, &function->latest);
  Retire(context, function->name);
  return configuration;
}

Result<m::FunctionConfiguration> Lambda::Describe(RequestContext& context, const Function& function,
                                                  const std::string& qualifier) const {
  std::string version = qualifier;
  if (const auto alias = function.aliases.find(qualifier); alias != function.aliases.end()) {
    version = *alias->second.function_version;
  }
  const FunctionVersion* const found = function.FindVersion(version);
  if (found == nullptr) {
    return Fail(lambda_errors::FunctionNotFound(FunctionArn(context, function.name, qualifier)));
  }
  m::FunctionConfiguration configuration = found->configuration;
  configuration.function_arn = FunctionArn(context, function.name, qualifier);
  return configuration;
}

Result<m::GetFunctionResponse> Lambda::GetFunction(RequestContext& context,
                                                   const m::GetFunctionRequest& input) {
  IATK_TRY(const FunctionTarget target,
           ReadFunctionName(context, *input.function_name, input.qualifier));
  IATK_TRY(const Function* const function, Find(context, target));
  m::GetFunctionResponse output;
  IATK_TRY(output.configuration, Describe(context, *function, target.qualifier));
  // differs from AWS: a file of this machine, not a signed URL of S3.
  output.code.emplace().repository_type = "S3";
  output.code->location = function->FindVersion(*output.configuration->version)->code->location();
  if (!function->tags.empty()) output.tags = function->tags;
  if (function->reserved_concurrency) {
    output.concurrency.emplace().reserved_concurrent_executions = function->reserved_concurrency;
  }
  return output;
}

Result<m::FunctionConfiguration> Lambda::GetFunctionConfiguration(
    RequestContext& context, const m::GetFunctionConfigurationRequest& input) {
  IATK_TRY(const FunctionTarget target,
           ReadFunctionName(context, *input.function_name, input.qualifier));
  IATK_TRY(const Function* const function, Find(context, target));
  return Describe(context, *function, target.qualifier);
}

Result<m::ListFunctionsResponse> Lambda::ListFunctions(RequestContext& context,
                                                       const m::ListFunctionsRequest& input) {
  const std::size_t limit =
      std::min(kMaxFunctionsPerPage, static_cast<std::size_t>(input.max_items.value_or(50)));
  m::ListFunctionsResponse output;
  auto& page = output.functions.emplace();
  const auto& functions = In(context).functions;
  // Markers name the last function of their page.
  auto it = input.marker ? functions.upper_bound(*input.marker) : functions.begin();
  for (; it != functions.end() && page.size() < limit; ++it) {
    page.push_back(it->second.latest.configuration);
    if (input.function_version == "ALL") {
      page.back().function_arn = FunctionArn(context, it->first, "$LATEST");
      for (const auto& [number, version] : it->second.versions) {
        page.push_back(version.configuration);
        page.back().function_arn = FunctionArn(context, it->first, std::to_string(number));
      }
    }
  }
  if (it != functions.end()) output.next_marker = *page.back().function_name;
  return output;
}

Result<m::DeleteFunctionResponse> Lambda::DeleteFunction(RequestContext& context,
                                                         const m::DeleteFunctionRequest& input) {
  IATK_TRY(const FunctionTarget target,
           ReadFunctionName(context, *input.function_name, input.qualifier));
  IATK_TRY(Function* const function, Find(context, target));
  if (target.qualifier.empty()) {
    In(context).functions.erase(target.name);
  } else {
    if (target.qualifier == "$LATEST" || function->aliases.contains(target.qualifier)) {
      return Fail(
          InvalidParameter("$LATEST version cannot be deleted without deleting the function."));
    }
    const FunctionVersion* const version = function->FindVersion(target.qualifier);
    if (version == nullptr) {
      return Fail(
          lambda_errors::FunctionNotFound(FunctionArn(context, target.name, target.qualifier)));
    }
    for (const auto& [name, alias] : function->aliases) {
      if (alias.function_version == target.qualifier) {
        return Fail(lambda_errors::Conflict(
            "Version cannot be deleted while an alias points to it: " + name));
      }
    }
    std::erase_if(function->versions,
                  [version](const auto& entry) { return &entry.second == version; });
    function->policies.erase(target.qualifier);
  }
  Retire(context, target.name);
  m::DeleteFunctionResponse output;
  output.status_code = 204;
  return output;
}

}  // namespace iatk::cloud

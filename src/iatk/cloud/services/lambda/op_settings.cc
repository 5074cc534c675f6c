// Concurrency, tags, and what the account may have.
#include "iatk/cloud/services/lambda/errors.h"
#include "iatk/cloud/services/lambda/limits.h"
#include "iatk/cloud/services/lambda/service.h"

namespace iatk::cloud {

namespace m = model::lambda;
using lambda_errors::InvalidParameter;

namespace {

// AWS keeps this many executions for functions without a reservation.
constexpr std::int32_t kMinUnreserved = 100;

}  // namespace

Result<m::Concurrency> Lambda::PutFunctionConcurrency(
    RequestContext& context, const m::PutFunctionConcurrencyRequest& input) {
  IATK_TRY(Function* const function, Find(context, *input.function_name));
  std::int32_t reserved = *input.reserved_concurrent_executions;
  for (const auto& [name, other] : In(context).functions) {
    if (&other != function) reserved += other.reserved_concurrency.value_or(0);
  }
  if (reserved > lambda_limits::kConcurrentExecutions - kMinUnreserved) {
    return Fail(
        InvalidParameter("Specified ReservedConcurrentExecutions for function decreases account's "
                         "UnreservedConcurrentExecution below its minimum value of [100]."));
  }
  function->reserved_concurrency = input.reserved_concurrent_executions;
  m::Concurrency output;
  output.reserved_concurrent_executions = function->reserved_concurrency;
  return output;
}

Result<m::GetFunctionConcurrencyResponse> Lambda::GetFunctionConcurrency(
    RequestContext& context, const m::GetFunctionConcurrencyRequest& input) {
  IATK_TRY(const Function* const function, Find(context, *input.function_name));
  m::GetFunctionConcurrencyResponse output;
  output.reserved_concurrent_executions = function->reserved_concurrency;
  return output;
}

Result<model::Empty> Lambda::DeleteFunctionConcurrency(
    RequestContext& context, const m::DeleteFunctionConcurrencyRequest& input) {
  IATK_TRY(Function* const function, Find(context, *input.function_name));
  function->reserved_concurrency.reset();
  return model::Empty();
}

Result<m::GetAccountSettingsResponse> Lambda::GetAccountSettings(
    RequestContext& context, const m::GetAccountSettingsRequest&) {
  constexpr std::int64_t kTotalCodeBytes = 80'530'636'800;
  std::int64_t used = 0;
  std::int32_t reserved = 0;
  const auto& functions = In(context).functions;
  for (const auto& [name, function] : functions) {
    used += function.latest.code->size();
    reserved += function.reserved_concurrency.value_or(0);
  }
  m::GetAccountSettingsResponse output;
  auto& limit = output.account_limit.emplace();
  limit.total_code_size = kTotalCodeBytes;
  limit.code_size_unzipped = static_cast<std::int64_t>(lambda_limits::kMaxUnzippedBytes);
  limit.code_size_zipped = static_cast<std::int64_t>(lambda_limits::kMaxUploadBytes);
  limit.concurrent_executions = lambda_limits::kConcurrentExecutions;
  limit.unreserved_concurrent_executions = lambda_limits::kConcurrentExecutions - reserved;
  auto& usage = output.account_usage.emplace();
  usage.total_code_size = used;
  usage.function_count = static_cast<std::int64_t>(functions.size());
  return output;
}

Result<void> Lambda::SetTags(Function& function, const std::map<std::string, std::string>& tags) {
  std::map<std::string, std::string> all = function.tags;
  for (const auto& [key, value] : tags) {
    if (key.empty() || key.size() > 128 || value.size() > 256) {
      return Fail(InvalidParameter("The tag '" + key.substr(0, 128) + "' is not valid."));
    }
    all[key] = value;
  }
  if (all.size() > lambda_limits::kMaxTags) {
    return Fail(InvalidParameter("The number of tags exceeds the limit of 50."));
  }
  function.tags = std::move(all);
  return {};
}

Result<Function*> Lambda::FindTagged(RequestContext& context, const std::string& arn) {
  IATK_TRY(const FunctionTarget target, ReadFunctionName(context, arn));
  if (!target.qualifier.empty()) {
    return Fail(InvalidParameter(
        "Tags on function aliases and versions are not supported. Please specify either a "
        "function name or an unqualified function ARN."));
  }
  return Find(context, target);
}

Result<model::Empty> Lambda::TagResource(RequestContext& context,
                                         const m::TagResourceRequest& input) {
  IATK_TRY(Function* const function, FindTagged(context, *input.resource));
  IATK_CHECK(SetTags(*function, *input.tags));
  return model::Empty();
}

Result<model::Empty> Lambda::UntagResource(RequestContext& context,
                                           const m::UntagResourceRequest& input) {
  IATK_TRY(Function* const function, FindTagged(context, *input.resource));
  for (const std::string& key : *input.tag_keys) function->tags.erase(key);
  return model::Empty();
}

Result<m::ListTagsResponse> Lambda::ListTags(RequestContext& context,
                                             const m::ListTagsRequest& input) {
  IATK_TRY(const Function* const function, FindTagged(context, *input.resource));
  m::ListTagsResponse output;
  output.tags = function->tags;
  return output;
}

void Lambda::RegisterTagSource(Registry& registry) {
  TagSource source;
  source.list = [this](RequestContext& context) {
    std::vector<TaggedResource> resources;
    for (const auto& [name, function] : In(context).functions) {
      if (!function.tags.empty()) resources.push_back({FunctionArn(context, name), function.tags});
    }
    return resources;
  };
  source.tag = [this](RequestContext& context, const std::string& arn,
                      const Tags& tags) -> Result<void> {
    IATK_TRY(Function* const function, FindTagged(context, arn));
    return SetTags(*function, tags);
  };
  source.untag = [this](RequestContext& context, const std::string& arn,
                        const std::vector<std::string>& keys) -> Result<void> {
    IATK_TRY(Function* const function, FindTagged(context, arn));
    for (const std::string& key : keys) function->tags.erase(key);
    return {};
  };
  registry.tagged_resources.Register("lambda", std::move(source));
}

}  // namespace iatk::cloud

#include <algorithm>

#include "iatk/cloud/services/lambda/errors.h"
#include "iatk/cloud/services/lambda/service.h"

namespace iatk::cloud {

namespace m = model::lambda;
using lambda_errors::InvalidParameter;

namespace {

constexpr std::size_t kDefaultPage = 50;

std::size_t PageSize(const std::optional<std::int32_t>& max_items) {
  return std::min(kDefaultPage, static_cast<std::size_t>(max_items.value_or(50)));
}

/// Weights of other versions must leave something for the alias's own.
Result<void> CheckRouting(const Function& function, const m::AliasRoutingConfiguration& routing) {
  if (!routing.additional_version_weights) return {};
  double sum = 0;
  for (const auto& [version, weight] : *routing.additional_version_weights) {
    if (version == "$LATEST" || function.FindVersion(version) == nullptr) {
      return Fail(InvalidParameter("Invalid function version " + version + ". Function version " +
                                   version + " does not exist."));
    }
    sum += weight;
  }
  if (sum > 1.0) {
    return Fail(InvalidParameter("Sum of additional version weights must be less than 1.0"));
  }
  return {};
}

}  // namespace

Result<m::FunctionConfiguration> Lambda::Publish(RequestContext& context, Function& function,
                                                 const std::optional<std::string>& description) {
  // Nothing is published twice: "Lambda doesn't publish a version if the function's configuration
  // and code haven't changed since the last version."
  const auto last = function.versions.find(function.last_version);
  if (last != function.versions.end() &&
      last->second.published_from == function.latest.configuration.revision_id) {
    return Describe(context, function, *last->second.configuration.version);
  }
  FunctionVersion version = function.latest;
  version.configuration.version = std::to_string(++function.last_version);
  if (description) version.configuration.description = description;
  version.published_from = *function.latest.configuration.revision_id;
  function.versions.emplace(function.last_version, std::move(version));
  return Describe(context, function, std::to_string(function.last_version));
}

Result<m::FunctionConfiguration> Lambda::PublishVersion(RequestContext& context,
                                                        const m::PublishVersionRequest& input) {
  IATK_TRY(Function* const function, Find(context, *input.function_name));
  if (input.publish_to) return Fail(lambda_errors::NotSupported("PublishTo"));
  const m::FunctionConfiguration& latest = function->latest.configuration;
  if (input.revision_id && input.revision_id != latest.revision_id) {
    return Fail(lambda_errors::PreconditionFailed());
  }
  if (input.code_sha256 && !input.code_sha256->empty() && input.code_sha256 != latest.code_sha256) {
    return Fail(InvalidParameter("CodeSHA256 (" + *input.code_sha256 +
                                 ") is different from current CodeSHA256 in $LATEST (" +
                                 *latest.code_sha256 +
                                 "). Please try again with the CodeSHA256 in "
                                 "$LATEST."));
  }
  return Publish(context, *function, input.description);
}

Result<m::ListVersionsByFunctionResponse> Lambda::ListVersionsByFunction(
    RequestContext& context, const m::ListVersionsByFunctionRequest& input) {
  IATK_TRY(const Function* const function, Find(context, *input.function_name));
  std::vector<std::string> names = {"$LATEST"};
  for (const auto& [number, version] : function->versions) names.push_back(std::to_string(number));
  auto it = names.begin();
  if (input.marker) {
    it = std::ranges::find(names, *input.marker);
    if (it == names.end()) return Fail(InvalidParameter("Invalid marker: " + *input.marker));
    ++it;
  }
  m::ListVersionsByFunctionResponse output;
  auto& page = output.versions.emplace();
  const std::size_t limit = PageSize(input.max_items);
  for (; it != names.end() && page.size() < limit; ++it) {
    IATK_TRY(auto configuration, Describe(context, *function, *it));
    page.push_back(std::move(configuration));
  }
  if (it != names.end()) output.next_marker = *std::prev(it);
  return output;
}

Result<m::AliasConfiguration> Lambda::CreateAlias(RequestContext& context,
                                                  const m::CreateAliasRequest& input) {
  IATK_TRY(Function* const function, Find(context, *input.function_name));
  const std::string arn = FunctionArn(context, function->name, *input.name);
  if (function->aliases.contains(*input.name)) return Fail(lambda_errors::AliasExists(arn));
  if (function->FindVersion(*input.function_version) == nullptr) {
    return Fail(lambda_errors::FunctionNotFound(
        FunctionArn(context, function->name, *input.function_version)));
  }
  if (input.routing_config) IATK_CHECK(CheckRouting(*function, *input.routing_config));
  m::AliasConfiguration alias;
  alias.alias_arn = arn;
  alias.name = input.name;
  alias.function_version = input.function_version;
  alias.description = input.description.value_or("");
  alias.routing_config = input.routing_config;
  alias.revision_id = context.ids().Uuid();
  function->aliases.emplace(*input.name, alias);
  return alias;
}

Result<m::AliasConfiguration> Lambda::UpdateAlias(RequestContext& context,
                                                  const m::UpdateAliasRequest& input) {
  IATK_TRY(Function* const function, Find(context, *input.function_name));
  const auto found = function->aliases.find(*input.name);
  if (found == function->aliases.end()) {
    return Fail(lambda_errors::AliasNotFound(FunctionArn(context, function->name, *input.name)));
  }
  m::AliasConfiguration& alias = found->second;
  if (input.revision_id && input.revision_id != alias.revision_id) {
    return Fail(lambda_errors::PreconditionFailed());
  }
  if (input.function_version && function->FindVersion(*input.function_version) == nullptr) {
    return Fail(lambda_errors::FunctionNotFound(
        FunctionArn(context, function->name, *input.function_version)));
  }
  if (input.routing_config) IATK_CHECK(CheckRouting(*function, *input.routing_config));
  if (input.function_version) alias.function_version = input.function_version;
  if (input.description) alias.description = input.description;
  if (input.routing_config) alias.routing_config = input.routing_config;
  alias.revision_id = context.ids().Uuid();
  return alias;
}

Result<m::AliasConfiguration> Lambda::GetAlias(RequestContext& context,
                                               const m::GetAliasRequest& input) {
  IATK_TRY(const Function* const function, Find(context, *input.function_name));
  const auto found = function->aliases.find(*input.name);
  if (found == function->aliases.end()) {
    return Fail(lambda_errors::AliasNotFound(FunctionArn(context, function->name, *input.name)));
  }
  return found->second;
}

Result<model::Empty> Lambda::DeleteAlias(RequestContext& context,
                                         const m::DeleteAliasRequest& input) {
  IATK_TRY(Function* const function, Find(context, *input.function_name));
  function->aliases.erase(*input.name);
  function->policies.erase(*input.name);
  return model::Empty();
}

Result<m::ListAliasesResponse> Lambda::ListAliases(RequestContext& context,
                                                   const m::ListAliasesRequest& input) {
  IATK_TRY(const Function* const function, Find(context, *input.function_name));
  m::ListAliasesResponse output;
  auto& page = output.aliases.emplace();
  const std::size_t limit = PageSize(input.max_items);
  const auto& aliases = function->aliases;
  auto it = input.marker ? aliases.upper_bound(*input.marker) : aliases.begin();
  for (; it != aliases.end(); ++it) {
    if (input.function_version && it->second.function_version != input.function_version) continue;
    if (page.size() == limit) {
      output.next_marker = *page.back().name;
      break;
    }
    page.push_back(it->second);
  }
  return output;
}

Result<std::string> Lambda::ResolveVersion(RequestContext& context, const Function& function,
                                           const std::string& qualifier) const {
  const auto alias = function.aliases.find(qualifier);
  if (alias == function.aliases.end()) {
    if (function.FindVersion(qualifier) == nullptr) {
      return Fail(lambda_errors::FunctionNotFound(FunctionArn(context, function.name, qualifier)));
    }
    return qualifier.empty() ? std::string("$LATEST") : qualifier;
  }
  if (alias->second.routing_config && alias->second.routing_config->additional_version_weights) {
    double chance = static_cast<double>(context.ids().Below(1'000'000)) / 1e6;
    for (const auto& [version, weight] :
         *alias->second.routing_config->additional_version_weights) {
      if (chance < weight) return version;
      chance -= weight;
    }
  }
  return *alias->second.function_version;
}

}  // namespace iatk::cloud

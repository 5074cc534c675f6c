// What requests have in common: templates, parameters, tags, pages.
#pragma once

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/cloud/dispatch/request_context.h"
#include "iatk/cloud/services/cloudformation/errors.h"
#include "iatk/cloud/services/cloudformation/stack.h"
#include "iatk/model/cloudformation/types.h"

namespace iatk::cloud::cfn {

/// The text in TemplateBody, or what TemplateURL names in S3. Within a fiber.
Result<std::string> TemplateTextOf(RequestContext& context, const std::optional<std::string>& body,
                                   const std::optional<std::string>& url);

/// Bucket and key of an S3 address over http(s), in path or virtual-host style, of AWS or of this
/// cloud.
std::optional<std::pair<std::string, std::string>> ParseS3Url(std::string_view url,
                                                              std::string_view own_endpoint);

/// Values by name; UsePreviousValue reads `previous`, nullptr for a new stack.
Result<ParameterTexts> ParametersOf(
    const std::optional<std::vector<model::cloudformation::Parameter>>& parameters,
    const ParameterTexts* previous);

Result<TagList> TagsOf(const std::optional<std::vector<model::cloudformation::Tag>>& tags);

/// Refuses, by name, what requests may ask for and this cloud does not do.
Result<void> RefuseUnsupported(
    const std::optional<std::vector<std::string>>& notification_arns,
    const std::optional<model::cloudformation::RollbackConfiguration>& rollback,
    const std::optional<std::vector<std::string>>& resource_types,
    const std::optional<model::cloudformation::DeploymentConfig>& deployment);

std::vector<model::cloudformation::Tag> ToModel(const TagList& tags);

/// The parameters of a plan; values of NoEcho parameters are "****".
std::vector<model::cloudformation::Parameter> ParametersToModel(
    const std::vector<Parameter>& definitions, const ParameterTexts& texts);

/// The items of the page that `token` names, each through `convert`, into `out`; the token of the
/// next page into `next`. A token is the index of its page's first item.
template <class Items, class Convert, class Out>
Result<void> TakePage(const Items& items, std::size_t page_size,
                      const std::optional<std::string>& token, Convert convert,
                      std::vector<Out>* out, std::optional<std::string>* next) {
  std::size_t begin = 0;
  if (token) {
    const auto [end, error] = std::from_chars(token->data(), token->data() + token->size(), begin);
    if (error != std::errc() || end != token->data() + token->size() || begin > items.size()) {
      return Fail(errors::InvalidToken());
    }
  }
  const std::size_t end = std::min(items.size(), begin + page_size);
  for (std::size_t i = begin; i < end; ++i) out->push_back(convert(items[i]));
  if (end < items.size()) *next = std::to_string(end);
  return {};
}

inline constexpr std::size_t kPageSize = 100;

}  // namespace iatk::cloud::cfn

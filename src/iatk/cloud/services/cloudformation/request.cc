#include "iatk/cloud/services/cloudformation/request.h"

#include <fmt/format.h>

#include "iatk/cloud/dispatch/operation_table.h"
#include "iatk/cloud/services/cloudformation/template/errors.h"
#include "iatk/cloud/services/cloudformation/template/limits.h"
#include "iatk/model/s3/operations.h"

namespace iatk::cloud::cfn {
namespace {

namespace m = model::cloudformation;

constexpr std::size_t kMaxTags = 50;

std::optional<std::string> UrlDecode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    unsigned byte = 0;
    if (i + 2 >= text.size()) return std::nullopt;
    const auto [end, error] = std::from_chars(&text[i + 1], &text[i + 1] + 2, byte, 16);
    if (error != std::errc() || end != &text[i + 1] + 2) return std::nullopt;
    decoded += static_cast<char>(byte);
    i += 2;
  }
  return decoded;
}

// "s3.amazonaws.com", "s3.eu-west-1.amazonaws.com", "s3-eu-west-1.amazonaws.com", also of China.
bool IsS3Host(std::string_view host) {
  if (!host.starts_with("s3.") && !host.starts_with("s3-")) return false;
  return host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn");
}

}  // namespace

std::optional<std::pair<std::string, std::string>> ParseS3Url(std::string_view url,
                                                              std::string_view own_endpoint) {
  const bool own = !own_endpoint.empty() && url.starts_with(own_endpoint);
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::nullopt;
  if (!own && !url.starts_with("https://") && !url.starts_with("http://")) return std::nullopt;
  std::string_view rest = url.substr(scheme + 3);
  rest = rest.substr(0, rest.find('?'));
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  std::string_view host = rest.substr(0, slash);
  std::string_view path = rest.substr(slash + 1);
  host = host.substr(0, host.find(':'));
  std::string_view bucket;
  if (own || IsS3Host(host) || host == "localhost" || host == "127.0.0.1") {
    const std::size_t end = path.find('/');
    if (end == std::string_view::npos) return std::nullopt;
    bucket = path.substr(0, end);
    path.remove_prefix(end + 1);
  } else {
    std::size_t dot = host.find(".s3.");
    if (dot == std::string_view::npos) dot = host.find(".s3-");
    if (dot == std::string_view::npos) return std::nullopt;
    const std::string_view server = host.substr(dot + 1);
    if (!IsS3Host(server) && server != "s3.localhost") return std::nullopt;
    bucket = host.substr(0, dot);
  }
  const auto key = UrlDecode(path);
  if (bucket.empty() || !key || key->empty()) return std::nullopt;
  return std::pair(std::string(bucket), *key);
}

Result<std::string> TemplateTextOf(RequestContext& context, const std::optional<std::string>& body,
                                   const std::optional<std::string>& url) {
  if (body.has_value() == url.has_value()) {
    return Fail(ValidationError(body ? "You cannot specify both TemplateBody and TemplateURL."
                                     : "Either Template URL or Template Body must be specified."));
  }
  if (body) {
    if (body->size() <= kMaxTemplateBodyBytes) return *body;
    return Fail(ValidationError(
        fmt::format("1 validation error detected: Value at 'templateBody' failed to satisfy "
                    "constraint: Member must have length less than or equal to {}",
                    kMaxTemplateBodyBytes)));
  }
  const auto place = ParseS3Url(*url, context.environment.endpoint_url);
  if (!place) return Fail(ValidationError("TemplateURL must be a supported URL."));
  model::s3::GetObjectRequest get;
  get.bucket = place->first;
  get.key = place->second;
  auto object = context.operations().Call<model::s3::op::GetObject>(context, get);
  if (!object) {
    return Fail(ValidationError(fmt::format("S3 error: {}", object.error().message)));
  }
  std::string text = object->body.value_or("");
  if (text.size() <= kMaxTemplateFileBytes) return text;
  return Fail(ValidationError(
      fmt::format("Template may not exceed {} bytes in size.", kMaxTemplateFileBytes)));
}

Result<ParameterTexts> ParametersOf(const std::optional<std::vector<m::Parameter>>& parameters,
                                    const ParameterTexts* previous) {
  ParameterTexts texts;
  if (!parameters) return texts;
  for (const m::Parameter& parameter : *parameters) {
    if (!parameter.parameter_key) {
      return Fail(ValidationError("Parameter must have a ParameterKey"));
    }
    const std::string& key = *parameter.parameter_key;
    std::string value = parameter.parameter_value.value_or("");
    if (parameter.use_previous_value.value_or(false)) {
      if (parameter.parameter_value) {
        return Fail(ValidationError(fmt::format(
            "Invalid input for parameter key {}. Cannot specify usePreviousValue as true and "
            "non empty value for a parameter",
            key)));
      }
      const auto it = previous != nullptr ? previous->find(key) : ParameterTexts::const_iterator();
      if (previous == nullptr || it == previous->end()) {
        return Fail(ValidationError(fmt::format(
            "Invalid input for parameter key {}. Cannot specify usePreviousValue as true for a "
            "parameter key not in the previous template",
            key)));
      }
      value = it->second;
    }
    if (!texts.emplace(key, std::move(value)).second) {
      return Fail(ValidationError(fmt::format("Duplicate parameter key {}", key)));
    }
  }
  return texts;
}

Result<TagList> TagsOf(const std::optional<std::vector<m::Tag>>& tags) {
  TagList list;
  if (!tags) return list;
  if (tags->size() > kMaxTags) {
    return Fail(ValidationError(fmt::format(
        "1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must "
        "have length less than or equal to {}",
        kMaxTags)));
  }
  for (const m::Tag& tag : *tags) {
    std::string key = tag.key.value_or("");
    if (key.starts_with("aws:")) {
      return Fail(ValidationError("aws: prefixed tag key names are not allowed for external use."));
    }
    if (std::ranges::any_of(list, [&](const auto& one) { return one.first == key; })) {
      return Fail(
          ValidationError("Duplicate tag keys found. Please note that Tag keys are case "
                          "insensitive."));
    }
    list.emplace_back(std::move(key), tag.value.value_or(""));
  }
  return list;
}

Result<void> RefuseUnsupported(const std::optional<std::vector<std::string>>& notification_arns,
                               const std::optional<m::RollbackConfiguration>& rollback,
                               const std::optional<std::vector<std::string>>& resource_types,
                               const std::optional<m::DeploymentConfig>& deployment) {
  if (notification_arns && !notification_arns->empty()) {
    return Fail(errors::NotSupported("NotificationARNs"));
  }
  if (rollback && rollback->rollback_triggers && !rollback->rollback_triggers->empty()) {
    return Fail(errors::NotSupported("RollbackConfiguration"));
  }
  if (resource_types && !resource_types->empty()) {
    return Fail(errors::NotSupported("ResourceTypes"));
  }
  if (deployment) return Fail(errors::NotSupported("DeploymentConfig"));
  return {};
}

std::vector<m::Tag> ToModel(const TagList& tags) {
  std::vector<m::Tag> list;
  for (const auto& [key, value] : tags) {
    m::Tag tag;
    tag.key = key;
    tag.value = value;
    list.push_back(std::move(tag));
  }
  return list;
}

std::vector<m::Parameter> ParametersToModel(const std::vector<Parameter>& definitions,
                                            const ParameterTexts& texts) {
  std::vector<m::Parameter> list;
  for (const Parameter& definition : definitions) {
    const auto it = texts.find(definition.name);
    if (it == texts.end()) continue;
    m::Parameter parameter;
    parameter.parameter_key = definition.name;
    parameter.parameter_value = definition.no_echo ? "****" : it->second;
    list.push_back(std::move(parameter));
  }
  return list;
}

}  // namespace iatk::cloud::cfn

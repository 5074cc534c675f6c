// A template's sections as typed values: "Template sections" in the AWS CloudFormation User Guide.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/cloud/services/cloudformation/template/parameters.h"
#include "iatk/json/value.h"

namespace iatk::cloud::cfn {

/// The transforms that this cloud knows.
inline constexpr std::string_view kServerlessTransform = "AWS::Serverless-2016-10-31";
inline constexpr std::string_view kLanguageExtensions = "AWS::LanguageExtensions";

/// What becomes of a resource that leaves its stack. Snapshot is refused: no type here can take
/// one.
enum class DeletionPolicy { kDelete, kRetain, kRetainExceptOnCreate };

struct Resource {
  std::string logical_id;
  std::string type;
  json::Object properties;  ///< with its intrinsic functions
  json::Value metadata;
  std::vector<std::string> depends_on;
  std::optional<std::string> condition;
  DeletionPolicy deletion_policy = DeletionPolicy::kDelete;
  DeletionPolicy update_replace_policy = DeletionPolicy::kDelete;
};

struct Output {
  std::string name;
  json::Value value;
  std::string description;
  std::optional<json::Value> export_name;
  std::optional<std::string> condition;
};

struct Template {
  std::string description;
  json::Value metadata;
  std::vector<std::string> transforms;
  std::vector<Parameter> parameters;
  json::Object mappings;
  json::Object conditions;
  std::vector<Resource> resources;
  std::vector<Output> outputs;

  const Parameter* FindParameter(std::string_view name) const;
  const Resource* FindResource(std::string_view logical_id) const;
  bool HasTransform(std::string_view name) const;
};

/// Reads the text of a template, JSON or YAML. Fails with ValidationError, for example "Template
/// format error: YAML not well-formed. (line 3, column 5)".
Result<json::Value> ParseTemplateText(std::string_view text);

/// The sections that don't depend on transforms: description, metadata, transforms and parameters.
/// Refuses unknown sections and null values.
Result<Template> ReadTemplateHead(const json::Value& document);

/// All sections of a template whose serverless transform, if any, has been applied. Checks the
/// form of every section and the limits on them, not yet what refers to what (validate.h).
Result<Template> ReadTemplate(const json::Value& document);

}  // namespace iatk::cloud::cfn

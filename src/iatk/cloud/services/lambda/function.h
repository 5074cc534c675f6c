// Functions, their versions and aliases.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "iatk/cloud/runtime/function_spec.h"
#include "iatk/cloud/services/lambda/code_package.h"
#include "iatk/cloud/services/lambda/tracing.h"
#include "iatk/json/value.h"
#include "iatk/model/lambda/types.h"

namespace iatk::cloud {

/// $LATEST, or what it was when a version was published.
struct FunctionVersion {
  model::lambda::FunctionConfiguration configuration;  ///< `function_arn` without a qualifier
  std::shared_ptr<const CodePackage> code;
  std::string published_from;  ///< of a published version: the revision that $LATEST had

  bool traced() const;  ///< TracingConfig Active
  std::string dead_letter_arn() const;
};

/// A resource policy, of a function or one of its qualifiers.
struct FunctionPolicy {
  json::Array statements;
  std::string revision_id;

  json::Value ToJson() const;
};

struct Function {
  std::string name;
  FunctionVersion latest;
  std::map<std::int32_t, FunctionVersion> versions;
  std::int32_t last_version = 0;  ///< numbers are not used again
  std::map<std::string, model::lambda::AliasConfiguration> aliases;
  std::map<std::string, FunctionPolicy> policies;  ///< by qualifier; "" for the function itself
  std::map<std::string, std::string> tags;
  std::optional<std::int32_t> reserved_concurrency;
  std::shared_ptr<int> running = std::make_shared<int>(0);  ///< invocations
  TraceSampler sampler;

  /// The version that "$LATEST", "" or a number names; nullptr if there is none.
  const FunctionVersion* FindVersion(const std::string& version) const;
};

/// All processes' keys of a function begin with this.
std::string ProcessKeyPrefix(const std::string& account, const std::string& region,
                             const std::string& name);

/// What the runtime needs to run `version`.
FunctionSpec MakeSpec(const std::string& account, const std::string& region,
                      const FunctionVersion& version);

}  // namespace iatk::cloud

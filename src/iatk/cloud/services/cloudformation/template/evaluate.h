// The values that a template's intrinsic functions give.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "iatk/base/result.h"
#include "iatk/cloud/services/cloudformation/template/references.h"
#include "iatk/cloud/services/cloudformation/template/template.h"
#include "iatk/json/value.h"

namespace iatk::cloud::cfn {

/// Parameters and pseudo parameters by name.
using NamedValues = std::map<std::string, json::Value, std::less<>>;

/// What functions read beside their arguments. An unset function fails what needs it.
struct Scope {
  const Template& document;
  const NamedValues& names;
  const ConditionResults& conditions;
  std::function<Result<json::Value>(const std::string& logical_id)> reference;
  std::function<Result<json::Value>(const std::string& logical_id, const std::string& attribute)>
      attribute;
  std::function<Result<json::Value>(const std::string& export_name)> import;
};

class Evaluator {
 public:
  explicit Evaluator(Scope scope) : scope_(std::move(scope)) {}

  /// The value with all functions in it evaluated; nullopt for {"Ref": "AWS::NoValue"}, which
  /// removes the member or item it stands for. What one evaluator makes is bounded in all.
  Result<std::optional<json::Value>> Evaluate(const json::Value& value);
  /// The members of `properties`, evaluated.
  Result<json::Object> EvaluateObject(const json::Object& properties);
  /// The value as text; fails with `otherwise` unless it is a scalar.
  Result<std::string> EvaluateText(const json::Value& value, const Error& otherwise);

  /// The result of a condition: Fn::And, Fn::Or, Fn::Not, Fn::Equals, {"Condition": name}.
  Result<bool> EvaluateCondition(const json::Value& value);

 private:
  using Maybe = std::optional<json::Value>;
  Result<Maybe> Function(const std::string& function, const json::Value& argument);
  Result<Maybe> Ref(const json::Value& argument);
  Result<Maybe> GetAtt(const json::Value& argument);
  Result<Maybe> Sub(const json::Value& argument);
  Result<Maybe> Join(const json::Value& argument);
  Result<Maybe> Split(const json::Value& argument);
  Result<Maybe> Select(const json::Value& argument);
  Result<Maybe> FindInMap(const json::Value& argument);
  Result<Maybe> Cidr(const json::Value& argument);
  Result<Maybe> GetAZs(const json::Value& argument);
  Result<Maybe> ImportValue(const json::Value& argument);
  Result<json::Value> Name(const std::string& name);
  Result<json::Value> Attribute(const std::string& logical_id, const std::string& attribute);
  Result<json::Array> List(const json::Value& value, const Error& otherwise);
  Result<Maybe> Made(json::Value value);

  Scope scope_;
  std::size_t made_bytes_ = 0;
};

/// All conditions of the template, which depend on parameters and each other. Fails for conditions
/// that refer to themselves.
Result<ConditionResults> EvaluateConditions(const Template& document, const NamedValues& names);

}  // namespace iatk::cloud::cfn

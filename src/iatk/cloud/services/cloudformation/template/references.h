// What the values of a template refer to.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "iatk/base/result.h"
#include "iatk/cloud/services/cloudformation/template/template.h"

namespace iatk::cloud::cfn {

/// Conditions of a template by name, evaluated.
using ConditionResults = std::map<std::string, bool, std::less<>>;

struct References {
  std::set<std::string> names;  ///< of Ref and ${Name}: parameters, pseudo parameters, resources
  std::set<std::string> attributes;  ///< resources of Fn::GetAtt and ${Name.Attribute}
  std::set<std::string> conditions;  ///< of Fn::If and {"Condition": …}
  std::set<std::string> imports;     ///< literal names of Fn::ImportValue
};

/// Collects what `value` refers to and checks the form of each function in it. With `active`, only
/// the branches of Fn::If that these results choose.
Result<void> CollectReferences(const Template& document, const json::Value& value,
                               const ConditionResults* active, References* found);

/// The same for a value of the Conditions section.
Result<void> CollectConditionReferences(const Template& document, const json::Value& value,
                                        References* found);

/// Whether `name` is "AWS::Region" or another pseudo parameter.
bool IsPseudoParameter(std::string_view name);

/// Checks everything that every section refers to, whatever the conditions:
///   Template format error: Unresolved resource dependencies [X] in the Resources block of the
///   template
Result<void> CheckReferences(const Template& document);

}  // namespace iatk::cloud::cfn

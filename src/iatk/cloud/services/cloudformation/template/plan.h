// In which order a stack's resources are made.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/cloud/services/cloudformation/template/evaluate.h"
#include "iatk/cloud/services/cloudformation/template/template.h"

namespace iatk::cloud::cfn {

struct PseudoParameters {
  std::string account;
  std::string region;
  std::string stack_name;
  std::string stack_id;
  std::vector<std::string> notification_arns;
};

/// A template with its parameters: what there is to make, and when. Move-only in spirit: keep it
/// where the evaluators that refer to it live.
struct Plan {
  Template document;
  ParameterTexts parameters;  ///< as given or by default
  NamedValues names;          ///< parameters and pseudo parameters
  ConditionResults conditions;
  /// Logical ids whose condition holds, each behind all that it depends on; in the template's
  /// order where nothing else decides.
  std::vector<std::string> order;
  /// What each resource of `order` depends on, by DependsOn or reference.
  std::map<std::string, std::set<std::string>> dependencies;
};

/// Checks the references of `document` and finds the order. Fails, among others, with
///   Circular dependency between resources: [A, B]
Result<Plan> MakePlan(Template document, const ParameterTexts& given,
                      const PseudoParameters& pseudo);

}  // namespace iatk::cloud::cfn

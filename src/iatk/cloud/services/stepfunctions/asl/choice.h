// Rules of Choice states. AWS Step Functions Developer Guide, "Choice workflow state".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/cloud/services/stepfunctions/asl/data.h"
#include "iatk/cloud/services/stepfunctions/asl/fault.h"
#include "iatk/json/value.h"

namespace iatk::cloud::asl {

/// One of And, Or, Not over other rules, or a test of a variable.
struct ChoiceRule {
  enum class Kind { kAnd, kOr, kNot, kTest };
  Kind kind = Kind::kTest;
  std::vector<ChoiceRule> rules;
  std::optional<DataPath> variable;
  std::string test;                      ///< "StringEquals", without "Path"
  json::Value operand;                   ///< of a test with a literal
  std::optional<DataPath> operand_path;  ///< of a test named "…Path"
  std::string next;                      ///< of a rule that stands by itself
};

/// Whether `name` is one of the 39 comparison operators.
bool IsTest(std::string_view name);
/// What a literal operand must be: "string", "numeric", "boolean" or "timestamp".
std::string_view OperandType(std::string_view test);
/// Whether `value` is that.
bool IsOperand(std::string_view test, const json::Value& value);

/// Whether the rule holds. A variable of another type than the test's does not fit; one that is not
/// there fails with States.Runtime, but for IsPresent.
Outcome<bool> Holds(const ChoiceRule& rule, const Scope& scope);

}  // namespace iatk::cloud::asl

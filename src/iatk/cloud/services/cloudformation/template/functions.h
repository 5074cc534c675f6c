// The arguments of intrinsic functions, checked for their form: "Intrinsic function reference" in
// the AWS CloudFormation User Guide. Both who collects references and who evaluates reads them
// here. Returned pointers point into the argument.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/json/value.h"

namespace iatk::cloud::cfn {

struct GetAttArguments {
  std::string logical_id;
  json::Value attribute;  ///< a string, or a function that gives one
};
Result<GetAttArguments> ReadGetAtt(const json::Value& argument);

struct IfArguments {
  std::string condition;
  const json::Value* then = nullptr;
  const json::Value* otherwise = nullptr;
};
Result<IfArguments> ReadIf(const json::Value& argument);

/// The text of Fn::Sub cut at its variables: literal, variable, literal, variable, …, literal.
struct SubArguments {
  std::vector<std::string> literals;     ///< one more than variables
  std::vector<std::string> variables;    ///< "Name" or "Resource.Attribute"
  const json::Object* values = nullptr;  ///< the second argument, or nullptr
};
Result<SubArguments> ReadSub(const json::Value& argument);

struct JoinArguments {
  std::string delimiter;
  const json::Value* items = nullptr;
};
Result<JoinArguments> ReadJoin(const json::Value& argument);

struct SplitArguments {
  std::string delimiter;
  const json::Value* text = nullptr;
};
Result<SplitArguments> ReadSplit(const json::Value& argument);

struct SelectArguments {
  const json::Value* index = nullptr;
  const json::Value* list = nullptr;
};
Result<SelectArguments> ReadSelect(const json::Value& argument);

struct FindInMapArguments {
  const json::Value* map = nullptr;
  const json::Value* key = nullptr;
  const json::Value* attribute = nullptr;
  const json::Value* fallback = nullptr;  ///< DefaultValue of AWS::LanguageExtensions
};
Result<FindInMapArguments> ReadFindInMap(const json::Value& argument);

struct CidrArguments {
  const json::Value* block = nullptr;
  const json::Value* count = nullptr;
  const json::Value* bits = nullptr;  ///< nullptr if left out
};
Result<CidrArguments> ReadCidr(const json::Value& argument);

/// The operands of Fn::And, Fn::Or, Fn::Not and Fn::Equals.
Result<const json::Array*> ReadOperands(std::string_view function, const json::Value& argument);

/// Refuses, by name, a function that is unknown, that needs a transform which the template lacks,
/// or that has no place where it stands. The condition functions stand only in Conditions.
Result<void> CheckFunctionName(std::string_view function, bool in_conditions,
                               bool language_extensions);

}  // namespace iatk::cloud::cfn

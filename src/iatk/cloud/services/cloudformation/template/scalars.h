// Small readings of template values.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "iatk/json/value.h"

namespace iatk::cloud::cfn {

/// A string, number or boolean as the text that CloudFormation makes of it ("true", "1.0");
/// nullopt for anything else.
std::optional<std::string> ScalarText(const json::Value& value);

/// A-Z, a-z and 0-9, at least one of them.
bool IsAlphanumeric(std::string_view text);

/// The key and argument of an intrinsic function: an object of the single member "Ref",
/// "Condition" or "Fn::…". nullptr if `value` is none.
const json::Member* AsFunction(const json::Value& value);

}  // namespace iatk::cloud::cfn

// The tags that CloudFormation's YAML knows.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "iatk/json/value.h"

namespace iatk::yaml {

/// The long form's key for a local tag: "!Sub" gives "Fn::Sub", "!Ref" gives "Ref". nullopt if
/// CloudFormation has no such function.
std::optional<std::string> FunctionOfTag(std::string_view tag);

/// {"Fn::Sub": content}. The scalar "A.B" of Fn::GetAtt becomes ["A", "B"], split at its first dot.
json::Value LongForm(const std::string& function, json::Value content);

}  // namespace iatk::yaml

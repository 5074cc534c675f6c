// Reading lists and policies among the properties of IAM's resource types.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "iatk/base/result.h"
#include "iatk/json/value.h"

namespace iatk::cloud {

std::set<std::string> ListProperty(const json::Object& properties, std::string_view name);
/// {PolicyName: PolicyDocument} of the list `name`. Fails if an element lacks either.
Result<std::map<std::string, std::string>> PoliciesProperty(const json::Object& properties,
                                                            std::string_view name);

}  // namespace iatk::cloud

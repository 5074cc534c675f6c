// Reading the properties of IAM's resource types.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "iatk/base/result.h"
#include "iatk/cloud/dispatch/resource_types.h"
#include "iatk/cloud/dispatch/tagged_resources.h"

namespace iatk::cloud {

/// A string, or a number's or a boolean's text.
std::optional<std::string> TextProperty(const json::Object& properties, std::string_view name);
/// A policy as text, whether the template has it as text or as an object.
std::string DocumentProperty(const json::Object& properties, std::string_view name);
std::set<std::string> ListProperty(const json::Object& properties, std::string_view name);
/// The stack's tags with the resource's own over them.
Tags TagsProperty(const ResourceRequest& request);
/// {PolicyName: PolicyDocument} of the list `name`. Fails if an element lacks either.
Result<std::map<std::string, std::string>> PoliciesProperty(const json::Object& properties,
                                                            std::string_view name);

}  // namespace iatk::cloud

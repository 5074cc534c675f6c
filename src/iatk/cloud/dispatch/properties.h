// Reading the properties of resource types, as CloudFormation takes them: a number or a boolean may
// be given as text and text as a number, since parameters are always text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/cloud/dispatch/resource_types.h"
#include "iatk/cloud/dispatch/tagged_resources.h"
#include "iatk/json/value.h"
#include "iatk/model/shape.h"

namespace iatk::cloud {

/// A string as it is; a number's or a boolean's text; anything else as JSON.
std::string TextOf(const json::Value& value);

/// The same of the property `name`; nothing if it is absent or null.
std::optional<std::string> TextOf(const json::Object& properties, std::string_view name);

/// Whether `value` is there and is true or "true".
bool IsTrue(const json::Value* value);

/// The elements of the list `name`. One value stands for a list of it.
std::vector<std::string> TextsOf(const json::Object& properties, std::string_view name);

/// The stack's tags with those of the resource's own list "Tags" over them.
Tags TagsOf(const ResourceRequest& request);

/// `value` with its scalars as `shape` wants them, at every depth: "5" for a number becomes 5, 5
/// for a string becomes "5". What can't be converted stays, for the operation to refuse.
json::Value ConvertTo(const model::Shape& shape, json::Value value);

}  // namespace iatk::cloud

// One schema of a document, read: what each of its keywords says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "iatk/json/decimal.h"
#include "iatk/json/value.h"
#include "iatk/lang/json_schema/regex.h"

namespace iatk::json_schema {

/// Types as a set of bits. A number that is whole is of both number types.
using Types = std::uint8_t;
inline constexpr Types kNull = 1;
inline constexpr Types kBoolean = 2;
inline constexpr Types kObject = 4;
inline constexpr Types kArray = 8;
inline constexpr Types kNumber = 16;  ///< that is not whole
inline constexpr Types kString = 32;
inline constexpr Types kInteger = 64;
inline constexpr Types kAnyType = 127;

/// Keywords that are absent are empty or null. Nodes belong to their Schema (schema.h) and point at
/// one another.
struct Node {
  std::string location;        ///< "#/properties/a"; of a named part, its URI before the "#"
  std::size_t resource = 0;    ///< which of the document's URIs it stands under
  std::optional<bool> always;  ///< the schemas `true` and `false`

  std::optional<Types> types;
  const json::Array* enumeration = nullptr;
  const json::Value* constant = nullptr;

  std::optional<json::Decimal> multiple_of;
  std::optional<json::Decimal> minimum;
  std::optional<json::Decimal> maximum;
  std::optional<json::Decimal> exclusive_minimum;
  std::optional<json::Decimal> exclusive_maximum;

  std::optional<std::size_t> min_length;  ///< in code points
  std::optional<std::size_t> max_length;
  std::optional<Regex> pattern;
  std::string format;

  std::vector<const Node*> prefix_items;
  const Node* items = nullptr;  ///< behind the prefix
  const char* items_keyword = "items";
  const Node* contains = nullptr;
  std::optional<std::size_t> min_contains;
  std::optional<std::size_t> max_contains;
  std::optional<std::size_t> min_items;
  std::optional<std::size_t> max_items;
  bool unique_items = false;
  const Node* unevaluated_items = nullptr;
  bool contains_evaluates = false;  ///< whether what `contains` takes counts as evaluated

  std::vector<std::pair<std::string, const Node*>> properties;
  std::vector<std::pair<Regex, const Node*>> pattern_properties;
  const Node* additional_properties = nullptr;
  const Node* unevaluated_properties = nullptr;
  const Node* property_names = nullptr;
  std::vector<std::string> required;
  std::vector<std::pair<std::string, std::vector<std::string>>> dependent_required;
  std::vector<std::pair<std::string, const Node*>> dependent_schemas;
  const char* dependent_required_keyword = "dependentRequired";
  const char* dependent_schemas_keyword = "dependentSchemas";
  std::optional<std::size_t> min_properties;
  std::optional<std::size_t> max_properties;

  const Node* reference = nullptr;
  const char* reference_keyword = "$ref";
  /// "$dynamicRef" and "$recursiveRef": the name whose outermost bearer is meant, instead of
  /// `reference`. "" is the name of "$recursiveAnchor".
  std::optional<std::string> dynamic_name;

  std::vector<const Node*> all_of;
  std::vector<const Node*> any_of;
  std::vector<const Node*> one_of;
  const Node* negated = nullptr;
  const Node* condition = nullptr;
  const Node* consequence = nullptr;  ///< "then"
  const Node* alternative = nullptr;  ///< "else"

  // For those who make instances.
  std::vector<const json::Value*> examples;
  const json::Value* default_value = nullptr;

  /// The node of `properties` of this name, or nullptr.
  const Node* Property(std::string_view name) const {
    for (const auto& [key, node] : properties) {
      if (key == name) return node;
    }
    return nullptr;
  }
};

}  // namespace iatk::json_schema

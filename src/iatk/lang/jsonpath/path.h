// JSONPath as Step Functions reads it: names, indexes, wildcards, descendants, unions, slices and
// filters. AWS Step Functions Developer Guide, "Using JSONPath paths"; the dialect is Jayway's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/json/value.h"

namespace iatk::jsonpath {

struct Filter;
class Reader;

/// One step from a value to others.
struct Step {
  enum class Kind { kNames, kIndexes, kSlice, kWildcard, kFilter };
  Kind kind = Kind::kNames;
  bool descend = false;  ///< ".." before it: from the value and all below it
  std::vector<std::string> names;
  std::vector<std::int64_t> indexes;  ///< negative ones count from the end
  std::optional<std::int64_t> begin, end, stride;
  std::shared_ptr<const Filter> filter;
};

/// A compiled path. A function at its end computes from what it leads to: `length()`, `keys()`, and
/// over numbers `min()`, `max()`, `sum()`, `avg()`.
class Path {
 public:
  /// Fails with code "InvalidPath". `text` begins with '$'; of "$$.x", the part behind the first
  /// '$' is meant for the context object, which is the caller's to choose.
  static Result<Path> Compile(std::string_view text);

  /// Whether it leads to at most one value: names and indexes only.
  bool definite() const;
  /// Whether it can name a place to write to: definite, and without negative indexes.
  bool is_reference() const;

  /// The value, or an array of all values of a path that is not definite; of several names at the
  /// end ("$['a','b']"), an object of those that are there. nullopt if a definite path leads
  /// nowhere, or a name before the first indefinite step does.
  std::optional<json::Value> Evaluate(const json::Value& root) const;

  /// Puts `value` where a reference path leads, making objects on the way. Fails with code
  /// "NoSuchPlace" if something on the way is no object, or an index is past its array.
  Result<void> Set(json::Value* root, json::Value value) const;

 private:
  friend class Reader;
  static Result<Path> CompileAt(std::string_view text, int depth);
  bool MergesNames() const;
  std::optional<json::Value> Find(const json::Value& root) const;

  std::vector<Step> steps_;
  std::string function_;  // empty: none
};

}  // namespace iatk::jsonpath

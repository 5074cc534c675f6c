// An event's fields, flat: each scalar under the path of its keys, with the array elements it is
// in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/json/value.h"
#include "iatk/lang/event_pattern/event_values.h"
#include "iatk/lang/event_pattern/tests.h"

namespace iatk::event_pattern {

struct Field {
  Scalar value;
  /// The elements that the value is in, sorted. Two fields of one rule may match together only if
  /// they are in the same element of every array that holds both. A scalar directly in an array is
  /// in no element of it.
  std::vector<ArrayElement> elements;
};

/// The scalar that a JSON value is; of arrays and objects, null.
Scalar ScalarOf(const json::Value& value);

class FlatEvent {
 public:
  explicit FlatEvent(const json::Value& event);

  /// The scalars at a path (keys joined with dots), or none.
  const std::vector<Field>& At(std::string_view path) const;

 private:
  void Add(const json::Value& value, std::string* path, std::vector<ArrayElement>* elements);

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  std::unordered_map<std::string, std::vector<Field>, Hash, std::equal_to<>> fields_;
  std::uint32_t arrays_ = 0;
};

}  // namespace iatk::event_pattern

// The values of an event at the paths that rules test, with the array elements they are in.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "iatk/lang/event_pattern/path_tree.h"
#include "iatk/lang/event_pattern/slot_lists.h"

namespace iatk::event_pattern {

/// An element of an array: the array's number in the event, and the element's in the array.
using ArrayElement = std::pair<std::uint32_t, std::uint32_t>;

/// Used again for each event, so that it grows only with the events.
class EventValues {
 public:
  static constexpr std::uint32_t kNone = ~0U;

  /// What one scalar of the event hit.
  struct Value {
    std::uint32_t next = kNone;  // at the same path
    std::uint32_t elements_begin = 0;
    std::uint32_t elements_end = 0;
    std::uint32_t hits_begin = 0;
    std::uint32_t hits_end = 0;
  };

  /// The first value at the path, or kNone.
  std::uint32_t First(PathId path) const { return paths_[path].first; }
  const Value& value(std::uint32_t number) const { return values_[number]; }
  /// The elements that the value is in, the outermost first. A scalar that stands in an array
  /// itself is in no element of it.
  std::span<const ArrayElement> Elements(const Value& value) const {
    return std::span(elements_).subspan(value.elements_begin,
                                        value.elements_end - value.elements_begin);
  }
  std::span<const Slot> Hits(const Value& value) const {
    return std::span(hits_).subspan(value.hits_begin, value.hits_end - value.hits_begin);
  }

  void Clear(std::size_t paths) {
    paths_.assign(paths, {});
    values_.clear();
    elements_.clear();
    hits_.clear();
  }
  void AddValue(PathId path, std::span<const ArrayElement> elements) {
    const auto number = static_cast<std::uint32_t>(values_.size());
    Path& at = paths_[path];
    (at.first == kNone ? at.first : values_[at.last].next) = number;
    at.last = number;
    Value value;
    value.elements_begin = static_cast<std::uint32_t>(elements_.size());
    elements_.insert(elements_.end(), elements.begin(), elements.end());
    value.elements_end = static_cast<std::uint32_t>(elements_.size());
    value.hits_begin = value.hits_end = static_cast<std::uint32_t>(hits_.size());
    values_.push_back(value);
  }
  /// A hit of the value that was added last.
  void AddHit(Slot slot) {
    hits_.push_back(slot);
    ++values_.back().hits_end;
  }

 private:
  struct Path {
    std::uint32_t first = kNone;
    std::uint32_t last = kNone;
  };
  std::vector<Path> paths_;
  std::vector<Value> values_;
  std::vector<ArrayElement> elements_;
  std::vector<Slot> hits_;
};

}  // namespace iatk::event_pattern

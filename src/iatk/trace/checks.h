// What a test asserts of a trace, and whether it is so.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/json/value.h"
#include "iatk/trace/forest.h"
#include "iatk/trace/outline.h"
#include "iatk/trace/select.h"

namespace iatk::trace {

struct Check {
  enum class Kind {
    kPresent,   ///< something is selected
    kAbsent,    ///< nothing is
    kDuration,  ///< all that is selected takes so long; without a selector, the whole trace
    kFlags,     ///< `flags` are set on something that is selected, or on nothing of it
    kOrder,     ///< `order` (names or origins) began in this order; others may come between
    kTree,      ///< the trees are those of `tree`
  };
  Kind kind = Kind::kPresent;
  std::optional<Selector> select;  ///< without it, everything
  std::optional<double> at_least_ms;
  std::optional<double> at_most_ms;
  std::vector<std::string> flags;  ///< of "error", "fault", "throttle"
  bool set = false;                ///< whether one of `flags` is to be set
  std::vector<std::string> order;
  Outline tree;
  bool subsegments = false;  ///< of kTree: whether they belong to it
};

/// {"Kind": "present" | "absent" | "duration" | "flags" | "order" | "tree", "Select": selector,
/// "AtLeastMilliseconds", "AtMostMilliseconds", "Flags": […], "Set", "Order": […], "Tree": [line],
/// "Subsegments"}. Fails with code "InvalidCheck".
Result<Check> ReadCheck(const json::Value& json);

struct CheckResult {
  bool met = false;
  std::vector<std::size_t> parts;  ///< that were selected; of kOrder, those in order
  std::string explanation;         ///< several lines, without the tree; empty if it is met
};
CheckResult RunCheck(const Forest& forest, const Check& check);

}  // namespace iatk::trace

// The language of FilterLogEvents' filterPattern. CloudWatch Logs User Guide, "Filter pattern
// syntax for metric filters, subscription filters, filter log events, and Live Tail".
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "iatk/base/result.h"

namespace iatk::cloud {

/// Terms (ERROR "two words" -excluded ?any ?of ?these), and comparisons of JSON events
/// ({ $.level = "ERROR" && $.latency > 20 }) with =, !=, <, >, <=, >=, IS TRUE, IS FALSE, IS NULL,
/// NOT EXISTS, && and ||, * in values, and selectors with names, ["names"], [3] and [*].
class FilterPattern {
 public:
  /// Fails with InvalidParameterException, which names what is malformed or not supported: space
  /// delimited events ([ip, user, …]) and regular expressions (%…%).
  static Result<FilterPattern> Parse(std::string_view text);

  bool Matches(std::string_view message) const;

  struct Node;

 private:
  std::shared_ptr<const Node> root_;  // null: everything matches
};

}  // namespace iatk::cloud

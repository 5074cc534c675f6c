// The tree of a regular expression.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/lang/json_schema/regex.h"

namespace iatk::json_schema {

struct Regex::Part {
  enum class Kind { kSet, kSequence, kAlternatives, kRepeat, kStart, kEnd, kBoundary };
  Kind kind = Kind::kSequence;
  // kSet: these code points and RE2's classes ("\\p{L}"), or all others.
  CodePoints points;
  std::vector<std::string> classes;
  bool negated = false;
  // kRepeat: of its one part, `least` to `most` times.
  std::size_t least = 0;
  std::optional<std::size_t> most;
  bool inverted = false;  // kBoundary: \B
  std::vector<Part> parts;
};

Result<Regex::Part> ParseRegex(std::string_view pattern);
/// In RE2's syntax.
std::string ToRe2(const Regex::Part& part);

}  // namespace iatk::json_schema

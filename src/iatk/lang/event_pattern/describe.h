// Tests in words for people and as the JSON they were written in.
#pragma once

#include <string>
#include <string_view>

#include "iatk/lang/event_pattern/tests.h"

namespace iatk::event_pattern {

/// The operator's name in patterns: "equals", "prefix", "prefix equals-ignore-case", "numeric",
/// "anything-but wildcard", …
std::string_view NameOf(Op op);

/// JSON as a pattern has it: `"x"`, `{"prefix":"x"}`, `{"numeric":[">",5]}`.
std::string ToPatternJson(const Test& test);

/// The value as JSON: `"x"`, `5`, `null`.
std::string ToJsonText(const Scalar& scalar);

/// What the test asks for: `a string that begins with "x"`, `a number > 5`, `no value`.
std::string InWords(const Test& test);

}  // namespace iatk::event_pattern

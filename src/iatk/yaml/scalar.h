// What a plain (unquoted, untagged) scalar of YAML 1.1 stands for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "iatk/json/value.h"

namespace iatk::yaml {

/// Null, a boolean, a number or the text itself, as CloudFormation's reader resolves it:
/// - `~`, `null`, `Null`, `NULL` and nothing are null;
/// - `yes`, `no`, `on`, `off`, `true`, `false` in lower, upper or title case are booleans, but `y`
///   and `n` are strings;
/// - `0x1F`, `0b11`, `010` (octal: 8), `1_000`, `22:22` (base 60) are integers, `1.5`, `.5`, `1e3`,
///   `190:20:30.15` floats. Decimal numbers keep their text (`1.50`, `12345678901234567890`);
/// - dates (`2010-09-09`), `.inf` and `.nan` are strings.
json::Value ResolvePlain(std::string_view text);

/// The boolean or number that ResolvePlain sees, for `!!bool`, `!!int` and `!!float`.
std::optional<bool> ReadBool(std::string_view text);
std::optional<json::Number> ReadInt(std::string_view text);
std::optional<json::Number> ReadFloat(std::string_view text);

}  // namespace iatk::yaml

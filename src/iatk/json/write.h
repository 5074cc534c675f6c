// Value to JSON text.
#pragma once

#include <string>
#include <string_view>

#include "iatk/json/value.h"

namespace iatk::json {

/// Compact text: no white space, members in order, numbers as they came, UTF-8 left as it is.
std::string Write(const Value& value);
void Write(const Value& value, std::string* out);

/// Two spaces of indentation a level, for people.
std::string WritePretty(const Value& value);

/// Compact text with the members of every object sorted by key, as Go's and Python's sorted
/// encoders write it.
std::string WriteSorted(const Value& value);

/// Appends `text` as a JSON string with its quotes.
void WriteString(std::string_view text, std::string* out);

}  // namespace iatk::json

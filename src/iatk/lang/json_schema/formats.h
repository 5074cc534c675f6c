// The values of "format" (JSON Schema 2020-12 validation, section 7.3, and the OpenAPI
// Specification 3.0, "Data Types").
#pragma once

#include <string>
#include <string_view>

#include "iatk/base/clock.h"
#include "iatk/base/ids.h"
#include "iatk/json/value.h"

namespace iatk::json_schema {

/// Whether `value` is of the format: date-time, date, time, duration, email, hostname, ipv4, ipv6,
/// uri, uri-reference, uuid, json-pointer, relative-json-pointer, regex, byte; of numbers int32,
/// int64, float, double. Formats that aren't known, and those of other types, take everything.
bool HasFormat(std::string_view format, const json::Value& value);

/// A string of the format, of those with letters beyond ASCII too; empty if it isn't known. Times
/// are `now`; addresses and names are those that are reserved for examples (RFC 2606, 5737, 3849).
std::string SampleOfFormat(std::string_view format, Time now, IdSource& ids);

}  // namespace iatk::json_schema

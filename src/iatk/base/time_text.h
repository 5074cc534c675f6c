// Times as text, in the forms that AWS's protocols and services write.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "iatk/base/clock.h"

namespace iatk {

/// How many digits of a second to write.
enum class Fraction { kNone, kMillis, kMicros };

/// RFC 3339 in UTC: "2026-11-23T18:26:00Z", with `fraction` digits of a second.
std::string FormatIso8601(Time time, Fraction fraction = Fraction::kNone);
/// "20261123T182600Z", as SigV4 dates a request.
std::string FormatIso8601Basic(Time time);
/// RFC 7231 IMF-fixdate: "Mon, 23 Nov 2026 18:26:00 GMT".
std::string FormatHttpDate(Time time);
/// Seconds since the epoch with up to six digits of a fraction, trailing zeros dropped:
/// "1574375665.123".
std::string FormatEpochSeconds(Time time);

/// Any RFC 3339 time, with "Z" or an offset; digits past the microsecond are dropped.
std::optional<Time> ParseIso8601(std::string_view text);
std::optional<Time> ParseIso8601Basic(std::string_view text);
std::optional<Time> ParseHttpDate(std::string_view text);
/// A decimal number of seconds, also negative, also in exponent form.
std::optional<Time> ParseEpochSeconds(std::string_view text);

}  // namespace iatk

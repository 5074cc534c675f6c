// Scalars as text: what query strings, headers, form fields and XML elements hold. And the small
// helpers with which the codecs reach into type-erased values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "iatk/base/clock.h"
#include "iatk/model/shape.h"

namespace iatk::protocol {

template <class T>
const T& As(const void* value) {
  return *static_cast<const T*>(value);
}
template <class T>
T& As(void* value) {
  return *static_cast<T*>(value);
}

/// The format of a timestamp: its member's or element's own, else its shape's, else `fallback`,
/// which its place in the message decides.
inline model::TimestampFormat ResolveFormat(model::TimestampFormat own, const model::Shape& shape,
                                            model::TimestampFormat fallback) {
  if (own != model::TimestampFormat::kDefault) return own;
  if (shape.timestamp_format != model::TimestampFormat::kDefault) return shape.timestamp_format;
  return fallback;
}

std::string FormatTimestamp(Time time, model::TimestampFormat format);
/// Reads the format named, or failing that any of the others, as AWS's clients do.
std::optional<Time> ParseTimestamp(std::string_view text, model::TimestampFormat format);

/// The shortest text that reads back as `value`; "NaN", "Infinity", "-Infinity".
std::string FormatDouble(double value);
std::optional<double> ParseDouble(std::string_view text);

/// The text of a scalar; a blob's is base64. `format` is a timestamp's, resolved.
std::string ScalarText(const model::Shape& shape, const void* value, model::TimestampFormat format);
/// Reads it. false if `text` isn't that of such a scalar, or the shape is no scalar.
bool ParseScalar(const model::Shape& shape, std::string_view text, model::TimestampFormat format,
                 void* value);

bool IsScalar(const model::Shape& shape);

/// `text` without white space around it.
std::string_view Trim(std::string_view text);

/// Which members of a structure a body has.
enum class Part : std::uint8_t {
  kWhole,         ///< all
  kRequestBody,   ///< those that go nowhere else in the message
  kResponseBody,  ///< the same; a response has no URI, what is bound to one is in its body
};
inline bool IsIn(Part part, const model::Member& member) {
  switch (member.location) {
    case model::Location::kBody:
      return true;
    case model::Location::kUri:
    case model::Location::kQueryString:
      return part != Part::kRequestBody;
    case model::Location::kHeader:
    case model::Location::kHeaders:
    case model::Location::kStatusCode:
      break;
  }
  return part == Part::kWhole;
}

/// Whether the list or map of a member stands in its parent without an element of its own.
inline bool IsFlattened(const model::Member& member) {
  return member.flattened || member.shape->flattened;
}

}  // namespace iatk::protocol

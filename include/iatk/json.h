// JSON as the kit hands it out and takes it: members keep their order, numbers their text.
//
//   json::Value order = json::Object{{"id", "o-1"}, {"total", 42}};
//   json::At(event.body, "/detail/total") == 42
//   json::At(event.body, "/detail/items/0/sku") == "A-1"
#pragma once

#include <ostream>
#include <string_view>

#include "iatk/export.h"
#include "iatk/json/value.h"
#include "iatk/json/write.h"
#include "iatk/result.h"

namespace iatk::json {

/// The value at a place in `value`, or null if there is none. A place is a JSON pointer (RFC 6901):
/// "" is `value` itself, "/items/0" the first element of its member "items". Lives as long as
/// `value`.
IATK_EXPORT const Value& At(const Value& value, std::string_view pointer);

/// Equal as JSON: numbers by value (1 and 1.0), objects whatever the order of their members.
inline bool operator==(const Value& a, const Value& b) { return Equal(a, b); }

/// Writes it as compact JSON text.
inline std::ostream& operator<<(std::ostream& out, const Value& value) {
  return out << Write(value);
}

}  // namespace iatk::json

namespace iatk::v0 {

/// Reads JSON text (RFC 8259) of up to 64 MiB and 512 levels. Fails with code "InvalidJson" and the
/// fault's place.
IATK_EXPORT Result<json::Value> ParseJson(std::string_view text);

}  // namespace iatk::v0

// How the JSON protocols' own forms differ from the plain one of json_codec.h.
#pragma once

#include <string>
#include <string_view>

#include "iatk/base/result.h"
#include "iatk/json/value.h"
#include "iatk/model/shape.h"
#include "iatk/protocol/scalar.h"

namespace iatk::protocol {

struct JsonForm {
  bool wire_names = false;   ///< members under their wire names, as over the wire
  Part part = Part::kWhole;  ///< of the top level
  /// Pass over nulls in lists and maps, as clients do; else they are refused, as services do.
  bool skip_null_elements = false;

  std::string_view NameOf(const model::Member& member) const {
    return wire_names ? member.wire_name : member.name;
  }
};

void WriteJson(const model::Shape& shape, const void* object, const JsonForm& form,
               std::string* out);
Result<void> ReadJson(const model::Shape& shape, const json::Value& value, const JsonForm& form,
                      void* object);

/// The same from JSON text. Fails with `SerializationException` too where it is none.
Result<void> ReadJsonText(const model::Shape& shape, std::string_view text, const JsonForm& form,
                          void* object);

}  // namespace iatk::protocol

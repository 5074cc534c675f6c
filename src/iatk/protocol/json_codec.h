// Modelled structs as JSON in AWS's plain form, the one of the JSON protocols: members under their
// names in the model (read under their wire names too), blobs in base64, timestamps as seconds
// since the epoch. For calls inside the process, for CloudFormation and Step Functions, and below
// the JSON protocols' own codecs.
#pragma once

#include <string>
#include <string_view>

#include "iatk/base/result.h"
#include "iatk/json/value.h"
#include "iatk/model/shape.h"

namespace iatk::protocol {

/// The value that `object` (what `shape` describes) has in JSON; absent members are left out.
json::Value ToJson(const model::Shape& shape, const void* object);

/// Reads `value` into `object`, a fresh value of what `shape` describes. Members that the model
/// doesn't know and nulls are passed over. Fails with `SerializationException` and AWS's text if a
/// value has the wrong type: "STRING_VALUE can not be converted to an Integer".
Result<void> FromJson(const model::Shape& shape, const json::Value& value, void* object);

/// Writes the JSON text of `object` straight to `out`, without a Value in between.
void WriteJson(const model::Shape& shape, const void* object, std::string* out);

}  // namespace iatk::protocol

// SQS in its old query protocol: what the model, which is that of the JSON protocol, doesn't say.
// "Amazon SQS API Reference" and "Making Query API requests" in the developer guide show the names.
#pragma once

#include <string_view>

#include "iatk/model/shape.h"

namespace iatk::protocol {

inline constexpr std::string_view kSqsNamespace = "http://queue.amazonaws.com/doc/2012-11-05/";

bool IsSqs(const model::Service* service);

/// The names of a flattened list or map: `Attribute.1.Name=…&Attribute.1.Value=…`.
struct SqsCollection {
  std::string_view shape;    ///< "QueueAttributeMap"
  std::string_view element;  ///< "Attribute"
  std::string_view key;      ///< empty for a list
  std::string_view value;
};
const SqsCollection* FindSqsCollection(std::string_view shape);

/// An error's code as query clients know it, "AWS.SimpleQueueService.NonExistentQueue", and the
/// name of its shape in the model, "QueueDoesNotExist".
struct SqsError {
  std::string_view shape;
  std::string_view code;
  int http_status = 400;
};
/// By either name; nullptr if the two don't differ.
const SqsError* FindSqsError(std::string_view shape_or_code);

}  // namespace iatk::protocol

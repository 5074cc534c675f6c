// Names of lists and maps where they have names of their own: query parameters and XML.
#pragma once

#include <string_view>

#include "iatk/model/shape.h"

namespace iatk::protocol {

/// What a list or map looks like in query parameters and XML: `<Outer><element/><element/></Outer>`
/// or, flattened, `<Outer/><Outer/>`; entries of maps as `<key/><value/>` inside.
struct CollectionNames {
  std::string_view outer;
  std::string_view element;  ///< of a list: "member"; of a map: "entry"
  std::string_view key;
  std::string_view value;
  bool flattened = false;
};

/// Takes the names from the model, but for SQS: its model is that of its JSON protocol, and its
/// query protocol, which SDKs spoke until 2023, has names of its own ("Amazon SQS API Reference").
class Naming {
 public:
  explicit Naming(const model::Service* service);

  CollectionNames Of(const model::Member& member) const;
  /// Of a list or map inside another: it has no outer name and is never flattened.
  CollectionNames Of(const model::Shape& shape) const;

 private:
  bool is_sqs_;
};

}  // namespace iatk::protocol

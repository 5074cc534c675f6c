// The query protocol's parameters: structs as "Filter.1.Name=x" and back.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "iatk/base/result.h"
#include "iatk/model/shape.h"
#include "iatk/protocol/naming.h"
#include "iatk/protocol/uri.h"

namespace iatk::protocol {

/// Parameters as the tree that the dots of their names make.
struct FormNode {
  std::optional<std::string> value;
  std::map<std::string, FormNode, std::less<>> children;

  const FormNode* Child(std::string_view name) const;
};

/// Fails with `MalformedQueryString` for more than 20,000 parameters or 32 levels of names,
/// and for what isn't UTF-8.
Result<FormNode> ParseForm(QueryPairs pairs);

/// Fails with `MalformedInput` naming the parameter that isn't of its type.
Result<void> ReadForm(const model::Shape& shape, const Naming& naming, const FormNode& node,
                      void* object);

/// Appends "&name=value" for all that is in `object`.
void WriteForm(const model::Shape& shape, const Naming& naming, const void* object,
               std::string* out);

}  // namespace iatk::protocol

// The REST protocols' members that aren't in the body: labels of the URI, query parameters, headers
// and the status.
#pragma once

#include "iatk/base/result.h"
#include "iatk/model/shape.h"
#include "iatk/net/http.h"

namespace iatk::protocol {

/// The request's target. Fails with `ParamValidation` if a label's member is absent or empty.
Result<std::string> BindTarget(const model::Operation& operation, const void* input);
void BindHeaders(const model::Shape& shape, const void* object, net::Headers* headers);
/// The member that carries the status, else `fallback`.
int BoundStatus(const model::Shape& shape, const void* output, int fallback);

/// The reverse. Labels, query and headers of a request; text that isn't of its member's type fails
/// with `SerializationException`.
Result<void> ReadTarget(const model::Operation& operation, const net::HttpRequest& request,
                        void* input);
Result<void> ReadHeaders(const model::Shape& shape, const net::Headers& headers, void* object);
void ReadStatus(const model::Shape& shape, int status, void* output);

}  // namespace iatk::protocol

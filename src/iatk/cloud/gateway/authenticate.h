// Who calls, for which account and region.
#pragma once

#include "iatk/base/result.h"
#include "iatk/cloud/gateway/exchange.h"

namespace iatk::cloud {

/// Reads the signature and sets the context's account (from the access key), region and principal.
/// Fails with AWS's error for a request without a signature, one that is malformed, for another
/// service, for something that is no region, or presigned and expired.
// differs from AWS: the signature itself is not checked; any secret key will do, for the local
// cloud knows none.
Result<void> Authenticate(Exchange& exchange);

}  // namespace iatk::cloud

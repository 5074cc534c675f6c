// Checks of an operation's input against its model, with AWS's own texts, before the operation
// runs.
#pragma once

#include "iatk/base/result.h"
#include "iatk/model/shape.h"

namespace iatk::model {

/// Required members, lengths, ranges, enums and patterns of all of `input`. Fails as AWS's services
/// do, with all that is wrong in one message:
///   "2 validation errors detected: Value null at 'ruleName' failed to satisfy constraint: Member
///   must not be null; Value 'x' at 'limit' failed to satisfy constraint: …"
/// under the code that the service uses for it (ValidationException, ValidationError, …). SQS names
/// one missing parameter instead; S3 is not checked here, it has errors of its own for each.
Result<void> Validate(const Operation& operation, const void* input);

}  // namespace iatk::model

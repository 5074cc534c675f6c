// The settings of a function: what CreateFunction and UpdateFunctionConfiguration share.
#pragma once

#include <string>

#include "iatk/base/result.h"
#include "iatk/model/lambda/types.h"

namespace iatk::cloud {

/// A new function's configuration. Fails with InvalidParameterValueException for what is wrong or
/// not supported here, which it names.
Result<model::lambda::FunctionConfiguration> NewConfiguration(
    const model::lambda::CreateFunctionRequest& input);

/// Changes `configuration` as the request says; leaves it as it was if that fails.
Result<void> ChangeConfiguration(const model::lambda::UpdateFunctionConfigurationRequest& input,
                                 model::lambda::FunctionConfiguration* configuration);

}  // namespace iatk::cloud

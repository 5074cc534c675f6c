// CloudFormation's own resource types.
#pragma once

#include "iatk/cloud/dispatch/resource_types.h"

namespace iatk::cloud::cfn {

/// AWS::CloudFormation::WaitConditionHandle, which templates use for its URL or as a resource that
/// does nothing.
void RegisterTypes(ResourceTypes& types);

}  // namespace iatk::cloud::cfn

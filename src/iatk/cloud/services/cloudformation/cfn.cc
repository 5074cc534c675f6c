#include <fmt/format.h>

#include "iatk/cloud/services/cloudformation/types.h"

namespace iatk::cloud::cfn {

void RegisterTypes(ResourceTypes& types) {
  types.Register({.name = "AWS::CloudFormation::WaitConditionHandle",
                  .create = [](ResourceRequest& request) -> Result<ResourceResult> {
                    return ResourceResult{
                        fmt::format("https://cloudformation-waitcondition-{}.s3.{}.amazonaws.com/"
                                    "{}/{}",
                                    request.context.region, request.context.region,
                                    request.stack_id, request.logical_id),
                        {}};
                  },
                  .update = [](ResourceRequest& request) -> Result<ResourceResult> {
                    return ResourceResult{request.physical_id, {}};
                  },
                  .remove = [](ResourceRequest&) -> Result<void> { return {}; },
                  .properties = {}});
}

}  // namespace iatk::cloud::cfn

#include "iatk/cloud/services/services.h"

#include "iatk/cloud/services/cloudformation/service.h"
#include "iatk/cloud/services/events/service.h"
#include "iatk/cloud/services/iam/service.h"
#include "iatk/cloud/services/lambda/service.h"
#include "iatk/cloud/services/logs/service.h"
#include "iatk/cloud/services/resourcegroupstaggingapi/service.h"
#include "iatk/cloud/services/s3/service.h"
#include "iatk/cloud/services/schemas/service.h"
#include "iatk/cloud/services/sqs/service.h"
#include "iatk/cloud/services/stepfunctions/service.h"
#include "iatk/cloud/services/sts/service.h"

namespace iatk::cloud {

void AddServices(Registry& registry, std::vector<std::unique_ptr<Service>>* services) {
  services->push_back(MakeCloudFormation(registry));
  services->push_back(MakeEvents(registry));
  services->push_back(MakeIam(registry));
  services->push_back(MakeLambda(registry));
  services->push_back(MakeLogs(registry));
  services->push_back(MakeResourceGroupsTagging(registry));
  services->push_back(MakeS3(registry));
  services->push_back(MakeSchemas(registry));
  services->push_back(MakeSqs(registry));
  services->push_back(MakeStepFunctions(registry));
  services->push_back(MakeSts(registry));
}

}  // namespace iatk::cloud

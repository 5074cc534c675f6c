#include "iatk/cloud/services/services.h"

#include "iatk/cloud/services/resourcegroupstaggingapi/service.h"
#include "iatk/cloud/services/sts/service.h"

namespace iatk::cloud {

void AddServices(Registry& registry, std::vector<std::unique_ptr<Service>>* services) {
  services->push_back(MakeResourceGroupsTagging(registry));
  services->push_back(MakeSts(registry));
}

}  // namespace iatk::cloud

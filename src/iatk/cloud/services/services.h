// All services of the cloud but X-Ray, which the cloud makes itself for its daemon's port.
#pragma once

#include <memory>
#include <vector>

#include "iatk/cloud/dispatch/service.h"

namespace iatk::cloud {

/// Makes every service; each registers itself.
void AddServices(Registry& registry, std::vector<std::unique_ptr<Service>>* services);

}  // namespace iatk::cloud

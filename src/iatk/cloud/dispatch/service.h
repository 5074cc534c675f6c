// A service of the cloud, and what it registers when the cloud is put together.
#pragma once

#include <memory>

#include "iatk/cloud/dispatch/operation_table.h"
#include "iatk/cloud/dispatch/request_context.h"
#include "iatk/cloud/dispatch/resource_types.h"
#include "iatk/cloud/dispatch/tagged_resources.h"

namespace iatk::cloud {

/// What a service may add itself to.
struct Registry {
  Environment& environment;
  OperationTable& operations;
  ResourceTypes& resource_types;
  TaggedResources& tagged_resources;
};

/// Holds a service's state for all accounts and regions; its operations are member functions named
/// as AWS names them. Each service folder offers `std::unique_ptr<Service> MakeSqs(Registry&)`,
/// which registers all of it.
class Service {
 public:
  virtual ~Service() = default;
  /// Ends what runs in the background (timers, processes) before the cloud goes away.
  virtual void Stop() {}
};

}  // namespace iatk::cloud

// Where a service is.
#pragma once

#include <string>

#include "iatk/base/result.h"
#include "iatk/client/settings.h"
#include "iatk/model/shape.h"

namespace iatk::client {

struct Endpoint {
  std::string origin;          ///< "https://sqs.us-east-1.amazonaws.com"
  std::string base_path;       ///< of an endpoint URL with a path: "/prefix"; else empty
  std::string signing_region;  ///< that of the request; us-east-1 for global services
  bool is_custom = false;      ///< named by the user
};

/// In this order: AWS_ENDPOINT_URL_<SERVICE>, the profile's services section, AWS_ENDPOINT_URL, the
/// profile's endpoint_url; these are passed over where
/// AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is true. Then the service's own host in the region's
/// partition. AWS SDKs and Tools Reference Guide, "Service-specific endpoints".
Result<Endpoint> FindEndpoint(const Settings& settings, const model::Service& service,
                              const std::string& region);

}  // namespace iatk::client

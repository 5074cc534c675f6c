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
  std::string signing_region;  ///< the region, or the one that the rules name
  bool is_custom = false;      ///< named by the user
};

/// In this order: AWS_ENDPOINT_URL_<SERVICE>, the profile's services section, AWS_ENDPOINT_URL, the
/// profile's endpoint_url; these are passed over where
/// AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is true. Then what the service's endpoint rules give
/// (endpoint_rules.h) for the region, AWS_USE_FIPS_ENDPOINT or use_fips_endpoint, and
/// AWS_USE_DUALSTACK_ENDPOINT or use_dualstack_endpoint. Fails with `InvalidEndpoint` for what is
/// no URL, and for what does not go together. AWS SDKs and Tools Reference Guide, "Service-specific
/// endpoints" and "Dual-stack and FIPS endpoints".
Result<Endpoint> FindEndpoint(const Settings& settings, const model::Service& service,
                              const std::string& region);

}  // namespace iatk::client
